import { normaliseAddress, type Party } from '@/lib/domain/addresses.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'

export type Field = 'to' | 'cc' | 'bcc'
export const fields: readonly Field[] = ['to', 'cc', 'bcc']

/** Typed recipients as parties; undefined while one of them is not an address. */
export function recipientsOf(one: Draft): Pick<Draft, Field> | undefined {
  const whole = (parties: Party[], pending: string) => [...parties, ...readParties(pending)]
  const found = {
    to: whole(one.to, one.pending.to),
    cc: whole(one.cc, one.pending.cc),
    bcc: whole(one.bcc, one.pending.bcc),
  }
  const bad = Object.values(found).some((list) =>
    list.some((party) => normaliseAddress(party.address) === undefined),
  )
  return bad ? undefined : found
}

/** Characters of a line that the server keeps as typed. */
const mostTyped = 2000

/** Recipients as the server keeps them: what is no address yet goes among the typed text, so that the rest is saved. */
export function savedParties(one: Draft): Pick<Draft, Field | 'pending'> {
  const isWhole = ({ address }: Party) => normaliseAddress(address) !== undefined
  const whole = (field: Field) => one[field].filter(isWhole)
  const typed = (field: Field) => {
    const odd = one[field].filter((party) => !isWhole(party)).map(({ address }) => address)
    return [...odd, one.pending[field]]
      .filter((text) => text !== '')
      .join(', ')
      .slice(0, mostTyped)
  }
  return {
    ...{ to: whole('to'), cc: whole('cc'), bcc: whole('bcc') },
    pending: { to: typed('to'), cc: typed('cc'), bcc: typed('bcc') },
  }
}

/** `Team:` before the members of a group (RFC 5322), and `mailto:` before an address that was copied. */
const groupName = /^(?:"[^"]*"|[^"<>@:])*:\s*/

/**
 * Reads `Elena Brandt <elena@halden.example>; ken@…`, as typed or pasted; of a group its members. What is no address stays as
 * it is, to be shown.
 */
export function readParties(text: string): Party[] {
  return text
    .split(/[;\n,]+(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((piece) => piece.trim().replace(groupName, ''))
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [, name = '', inside] = /^(.*?)<([^<>]*)>$/.exec(piece) ?? []
      const raw = inside ?? piece
      return { address: normaliseAddress(raw) ?? raw.trim(), name: name.replace(/"/g, '').trim() }
    })
}

export function partiesOf(one: Draft): Party[] {
  return [...one.to, ...one.cc, ...one.bcc]
}
