import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { openMySharing } from '../load/sharing/mine.ts'
import { places } from '../state.ts'
import { waitingForMe } from '../state-sharing.ts'
import { route } from '../state-workspace.ts'

/** A colleague's request or older mail that waits for my answer: one quiet line, until it is answered. */
export function WaitingFoot() {
  const { requests, older } = waitingForMe.value
  const mails = older.reduce((sum, one) => sum + one.mails, 0)
  const shown = places.value.at(-1)?.kind === 'sharing' || route.value !== undefined
  if (shown || requests.length + mails === 0) return null
  return (
    <div class="foot foot-line" role="status" data-testid="foot-waiting">
      <Icon name={requests.length > 0 ? 'person' : 'history'} size={14} />
      <span class="cut">
        {requests.length > 0
          ? t('sharing.foot.requests', { n: requests.length })
          : t('sharing.foot.older', { n: mails })}
      </span>
      <span class="end">
        <Button kind="text" small onPress={openMySharing} testid="foot-answer">
          {t('sharing.foot.answer')}
        </Button>
      </span>
    </div>
  )
}
