import { createHash } from 'node:crypto'

const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXZbcdfghjklmnpqrstvwxz'

/** `msg-f` and `thread-f` ids are the API's hex id written as a decimal. */
export function decimalOf(hexId: string): string {
  return BigInt(`0x${hexId}`).toString()
}

/** What stands in the address bar for a thread: opaque, the same for the same thread, nothing to decode. */
export function tokenOf(account: string, threadId: string): string {
  const digest = createHash('sha256').update(`${account}\n${threadId}`).digest()
  const letters = [...digest].map((byte) => CONSONANTS[byte % CONSONANTS.length])
  return `FMfcg${letters.join('').slice(0, 27)}`
}

/** The id Gmail's page made up for what the account wrote itself; nothing leads from it to the API's id. */
export function ownId(hexId: string): string {
  const digest = createHash('sha256').update(`own ${hexId}`).digest()
  const negative = (digest[0] ?? 0) % 2 === 0
  return `a:r${negative ? '-' : ''}${digest.readBigUInt64BE(8) & 0x7fffffffffffffffn}`
}

/** The attribute from which ids can be read when everything else is gone. */
export function jslogOf(threadPermId: string, messagePermId: string): string {
  const packed = (id: string) => Buffer.from(JSON.stringify([`#${id}`])).toString('base64')
  return `20277; u014N:xr6bB; 1:${packed(threadPermId)}; 4:${packed(messagePermId)}`
}
