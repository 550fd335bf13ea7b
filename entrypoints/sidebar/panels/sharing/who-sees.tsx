import { t } from '@/lib/extension/i18n.ts'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../../keys.ts'
import type { WhoSeesAbout } from '../../state-sharing.ts'

/** Design 05 A. */
export function WhoSeesSheet({ about }: { about: WhoSeesAbout }) {
  return (
    <Sheet
      title={t('sharing.who.title')}
      subtitle={about.subject}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="who-sees"
    >
      {null}
    </Sheet>
  )
}
