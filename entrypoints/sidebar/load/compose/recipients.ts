import type { Party } from '@/lib/domain/addresses.ts'
import { draft, draftState } from '../../state.ts'
import { type CheckedRecipient, checked, type RecipientRow } from '../../state-compose.ts'
import { attempt } from '../core.ts'
import { type Field, partiesOf } from './parties.ts'
import { changeDraft } from './save.ts'

/** Ms after the last change of the recipients until they are looked up. */
const rest = 120
let waiting: ReturnType<typeof setTimeout> | undefined
/** Addresses the server takes in one question. */
const most = 500

/** Looks up what is known of the recipients: their other address, whether they may be mailed, a slip of the pen. */
export function checkSoon(): void {
  clearTimeout(waiting)
  waiting = setTimeout(() => void check(), rest)
}

async function check(): Promise<void> {
  const one = draft.value
  if (one === undefined) return
  const addresses = [...new Set(partiesOf(one).map((party) => party.address))].filter(
    (address) => !checked.value.has(address),
  )
  if (addresses.length === 0) return
  const answer = await attempt(({ backend }) =>
    backend.checkRecipients({
      addresses: addresses.slice(0, most),
      ...(one.recordId !== undefined && { recordId: one.recordId }),
    }),
  )
  // What an address is stays true, whoever was added while it was asked.
  if (!answer.ok || draft.value?.id !== one.id || draft.value.recordId !== one.recordId) return
  const known = new Map<string, CheckedRecipient>(checked.value)
  // The answer is in the order of the question; the server may spell an address in its own way.
  for (const [at, row] of answer.value.rows.entries()) known.set(addresses[at] ?? row.address, row)
  checked.value = known
  if (addresses.length > most && answer.value.rows.length > 0) void check()
}

/** Whom the typed text may mean; nobody when the server is away. */
export async function findRecipients(q: string): Promise<readonly RecipientRow[]> {
  const recordId = draft.value?.recordId
  const answer = await attempt(({ backend }) =>
    backend.recipients({ q, ...(recordId !== undefined && { recordId }) }),
  )
  return answer.ok ? answer.value.rows : []
}

/** Sets one line of recipients, and what is typed in it. */
export function setRecipients(field: Field, parties: readonly Party[], typed: string): void {
  const one = draft.value
  if (one === undefined) return
  const changed =
    parties.length !== one[field].length || parties.some((party, at) => party !== one[field][at])
  if (!changed && typed === one.pending[field]) return
  changeDraft({
    ...(changed && { [field]: [...parties] }),
    pending: { ...one.pending, [field]: typed },
  })
  if (changed) checkSoon()
}

/** Another address of the same person (S-010), or the one that was meant. */
export function readdress(field: Field, from: string, to: string): void {
  const one = draft.value
  if (one === undefined) return
  setRecipients(
    field,
    one[field].map((party) => (party.address === from ? { ...party, address: to } : party)),
    one.pending[field],
  )
}

export function removeAddress(address: string): void {
  const one = draft.value
  if (one === undefined || draftState.value === undefined) return
  const without = (parties: readonly Party[]) => parties.filter((party) => party.address !== address)
  changeDraft({ to: without(one.to), cc: without(one.cc), bcc: without(one.bcc) })
}
