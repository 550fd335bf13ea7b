import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Ring } from '@/lib/extension/ui/progress.tsx'
import { handOver } from '../../load/gmail/take.ts'
import { problemSentence } from '../../load/words.ts'
import { gmailMail, taking } from '../../state-gmail.ts'

/** A hand-over under way, or why nothing was taken. */
export function Take() {
  const how = taking.value
  const mail = gmailMail.value
  if (how === undefined || mail === undefined) return null
  if (how.state === 'waiting')
    return (
      <p class="pad pad-block zone-line" role="status" data-testid="gmail-waiting">
        <Ring size={18} />
        {t('handover.waiting')}
      </p>
    )
  const sentence =
    how.state === 'refused'
      ? `${problemSentence(how.problem)} ${t('handover.stays')}`
      : t(how.state === 'late' ? 'handover.late' : 'handover.gone')
  return (
    <div class="pad pad-block">
      <Note
        tone="warn"
        testid="gmail-not-taken"
        {...(how.state !== 'gone' && {
          actions: (
            <Button kind="soft" small testid="gmail-again" onPress={() => void handOver(mail)}>
              {t('handover.again')}
            </Button>
          ),
        })}
      >
        {sentence}
      </Note>
    </div>
  )
}
