import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { dismissRefusal } from '../../load/files/attach.ts'
import type { TurnedAway } from '../../state-files.ts'
import { nameInSentence, whyWords } from './words.ts'

/** What was not taken and why, with a way out: one box for all, which stays until it is dismissed. */
export function Refusals(props: {
  of: readonly TurnedAway[]
  into: 'mail' | 'library'
  onAnother: () => void
}) {
  const { of, into } = props
  const dismiss = () => {
    for (const { key } of of) dismissRefusal(key)
  }
  if (of.length === 0) return null
  return (
    <div class="note note-danger file-refusal" role="alert" data-testid="file-refused">
      <Icon name="alert" size={18} />
      <div class="file-refusal-all">
        {of.length > 1 && (
          <p>{t(into === 'mail' ? 'clip.refused_many' : 'library.refused_many', { n: of.length })}</p>
        )}
        {of.map(({ key, name, why }) => (
          <p key={key}>
            <strong>
              <bdi>{nameInSentence(name)}</bdi>
            </strong>{' '}
            {whyWords(why, into)}
          </p>
        ))}
      </div>
      <span class="file-refusal-ways">
        {of.some(({ why }) => why.kind !== 'too_many') && (
          <Button
            kind="text"
            small
            onPress={() => {
              dismiss()
              props.onAnother()
            }}
            testid="pick-another"
          >
            {t('clip.pick_another')}
          </Button>
        )}
        <span class="end">
          <IconButton
            icon="close"
            small
            label={t('common.dismiss')}
            onPress={dismiss}
            testid="dismiss-refusal"
          />
        </span>
      </span>
    </div>
  )
}
