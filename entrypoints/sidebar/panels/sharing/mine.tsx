import { t } from '@/lib/extension/i18n.ts'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../../keys.ts'

/** Design 05 D. */
export function SharingPage() {
  return (
    <Page
      title={t('sharing.mine.title')}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="sharing-page"
    >
      {null}
    </Page>
  )
}
