import { t } from '@/lib/extension/i18n.ts'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../../keys.ts'

/** Design 05 C. */
export function LedgerPage({ subject }: { messageId: string; subject: string }) {
  return (
    <Page
      title={t('sharing.ledger.title')}
      subtitle={subject}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="ledger-page"
    >
      {null}
    </Page>
  )
}
