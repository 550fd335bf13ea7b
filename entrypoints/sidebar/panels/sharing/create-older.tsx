import { t } from '@/lib/extension/i18n.ts'
import { Note } from '@/lib/extension/ui/note.tsx'
import { CheckField } from '@/lib/extension/ui/select.tsx'
import { chooseOlder, isAsked } from '../../load/sharing/create-older.ts'
import type { CreateForm } from '../../state.ts'
import { olderOfForm } from '../../state-sharing.ts'

/** Off until chosen: older mail stays its owner's alone (decisions 6). */
export function OlderQuestion({ open }: { open: CreateForm }) {
  const older = olderOfForm.value
  if (older === undefined || !isAsked(open.values['primaryAddress'])) return null
  return (
    <CheckField
      label={t(older.more ? 'sharing.create.older_many' : 'sharing.create.older', {
        n: older.mails,
        address: older.address,
      })}
      hint={t('sharing.create.older_hint')}
      checked={older.shows}
      onChange={chooseOlder}
      testid="show-older"
    />
  )
}

/** A mail is older than the record that is made from it, so nobody else sees it by that unless I say so just above. */
export function WhoSeesNote({ open }: { open: CreateForm }) {
  const shows = olderOfForm.value?.shows === true && isAsked(open.values['primaryAddress'])
  return (
    <Note
      tone="neutral"
      icon={shows ? 'people' : 'lock'}
      bold={t('create.note.bold')}
      testid="create-who-sees"
    >
      {t(shows ? 'sharing.create.note_shown' : 'create.note')}
    </Note>
  )
}
