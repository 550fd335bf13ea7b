import { normaliseAddress } from '@/lib/domain/addresses.ts'
import { form, mailbox } from '../../state.ts'
import { mySharing, olderOfForm } from '../../state-sharing.ts'
import { attempt } from '../core.ts'

/** Whoever makes a record from their own mail is asked about their older mail in the same step (decisions 6). */
export async function askAboutOlder(): Promise<void> {
  olderOfForm.value = undefined
  const { about, key } = form.value ?? {}
  const address = normaliseAddress(about?.address ?? '') ?? ''
  if (key === undefined || address === '' || mailbox.value?.canRead !== true) return
  const answer = await attempt(({ backend }) => backend.countOlder({ address }))
  if (!answer.ok || form.value?.key !== key || answer.value.mails === 0) return
  olderOfForm.value = { key, address, ...answer.value, shows: false }
}

export function chooseOlder(shows: boolean): void {
  const open = olderOfForm.value
  if (open !== undefined) olderOfForm.value = { ...open, shows }
}

/** What the form says about older mail; nothing where nobody was asked. */
export function olderAnswer(primaryAddress: string | undefined): { showOlder?: boolean } {
  const open = olderOfForm.value
  return open !== undefined && isAsked(primaryAddress) ? { showOlder: open.shows } : {}
}

/**
 * The question stands as long as the record gets the address it is about; while I keep all my mail to myself the answer
 * would show nothing to anybody, and it is asked in My sharing once that changes.
 */
export function isAsked(primaryAddress: string | undefined): boolean {
  if (mySharing.value.sharing?.mode === 'private') return false
  return (
    olderOfForm.value !== undefined && olderOfForm.value.address === normaliseAddress(primaryAddress ?? '')
  )
}
