import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { leaveFirstStep } from '../load/session.ts'
import { firstStep, mailbox, me, places } from '../state.ts'

/** 12 B, after the first sign-in: looking people up works already; the other steps are offered once, then in the menu. */
export function FirstStep() {
  if (!firstStep.value || me.value === undefined || mailbox.value?.canSend || mailbox.value?.canRead)
    return null
  // Who disconnected it knows the steps, and the foot has the way back.
  if (mailbox.value?.status === 'disconnected') return null
  return (
    <div class="pad first-step">
      <Note
        tone="info"
        icon="shield"
        bold={t('first_step.bold')}
        testid="first-step"
        actions={
          <>
            <Button
              kind="outline"
              small
              onPress={() => {
                leaveFirstStep()
                places.value = [...places.value, { kind: 'permissions' }]
              }}
              testid="first-step-choose"
            >
              {t('first_step.choose')}
            </Button>
            <Button kind="text" small onPress={leaveFirstStep} testid="first-step-later">
              {t('first_step.later')}
            </Button>
          </>
        }
      >
        {t('first_step.text')}
      </Note>
    </div>
  )
}
