import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { dismissRefusal } from '../../load/files/attach.ts'
import type { TurnedAway } from '../../state-files.ts'
import { nameInSentence, whyWords } from './words.ts'

/** What was not taken and why, with a way out; each stays until it is dismissed. */
export function Refusals(props: {
  of: readonly TurnedAway[]
  into: 'mail' | 'library'
  onAnother: () => void
}) {
  return (
    <>
      {props.of.map(({ key, name, why }) => (
        <div key={key} class="note note-danger file-refusal" role="alert" data-testid="file-refused">
          <Icon name="alert" size={18} />
          <p>
            <strong>
              <bdi>{nameInSentence(name)}</bdi>
            </strong>{' '}
            {whyWords(why, props.into)}
          </p>
          <span class="file-refusal-ways">
            {why.kind !== 'too_many' && (
              <Button
                kind="text"
                small
                onPress={() => {
                  dismissRefusal(key)
                  props.onAnother()
                }}
                testid="pick-another"
              >
                {t('clip.pick_another')}
              </Button>
            )}
            <IconButton
              icon="close"
              small
              label={t('common.dismiss')}
              onPress={() => dismissRefusal(key)}
              testid="dismiss-refusal"
            />
          </span>
        </div>
      ))}
    </>
  )
}
