import { timingSafeEqual } from 'node:crypto'
import { languageOf, unsubscribeWords } from '../../../lib/domain/words/unsubscribe.ts'
import type { Queryable } from '../../storage/database.ts'
import { massOf } from '../../storage/mass.ts'
import { findSendById } from '../../storage/sends.ts'
import { suppress } from '../../storage/suppressions.ts'
import type { Deps } from '../context.ts'
import type { TokenBox } from '../token-box.ts'

const purpose = 'unsubscribe'
const idBytes = 16

/** How recipients of a mass send can unsubscribe; null: they can't, and none goes out (decisions 13). */
export type UnsubscribeWay = 'one_click' | 'mailto' | null

/** With a public address by one click; else by a mail that synchronisation reads, if it may. */
export function unsubscribeWay(house: Pick<Deps, 'publicUrl'>, reads: boolean): UnsubscribeWay {
  if (house.publicUrl?.startsWith('https://')) return 'one_click'
  return reads ? 'mailto' : null
}

/**
 * Names one mail to whoever got it, signed. It says nothing by itself: organisation, address and topic are looked up by the
 * mail it names, so that no address stands in a server's log or a browser's history.
 */
function unsubscribeToken(tokens: TokenBox, sendId: string): string {
  const id = Buffer.from(sendId.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, tokens.sign(sendId, purpose)]).toString('base64url')
}

/** The mail a token names; undefined when we did not sign it. */
function readUnsubscribeToken(tokens: TokenBox, token: string): string | undefined {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 2 * idBytes) return undefined
  const hex = bytes.toString('hex', 0, idBytes)
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return timingSafeEqual(bytes.subarray(idBytes), tokens.sign(id, purpose)) ? id : undefined
}

export function isUnsubscribeToken(deps: Pick<Deps, 'tokens'>, token: string): boolean {
  return readUnsubscribeToken(deps.tokens, token) !== undefined
}

/** The last line of each mail of a mass send. Without a link it is only looked at. */
export function unsubscribeFoot(words: string, link?: string): { text: string; html: string } {
  const { foot } = unsubscribeWords[languageOf(words)]
  const shown = link === undefined ? `<u>${foot}</u>` : `<a href="${link}">${foot}</a>`
  return {
    text: `\n\n--\n${foot}: ${link ?? ''}`,
    html: `<p style="font-size:12px;color:#5f6368">${shown}</p>`,
  }
}

/** The values of List-Unsubscribe, the web one first. */
export function unsubscribeLinks(
  house: Pick<Deps, 'publicUrl' | 'tokens'>,
  mail: { sendId: string; account: string; reads: boolean },
): { links: string[]; oneClick: boolean } | undefined {
  const way = unsubscribeWay(house, mail.reads)
  if (way === null) return undefined
  const token = unsubscribeToken(house.tokens, mail.sendId)
  const web = way === 'one_click' ? [`${house.publicUrl}/u/${token}`] : []
  const byMail = mail.reads ? [`mailto:${mail.account}?subject=unsubscribe%20${token}`] : []
  return { links: [...web, ...byMail], oneClick: way === 'one_click' }
}

/** The mail our token in a subject names; undefined when there is none. Mail programs may put words and breaks around it. */
export function unsubscribeAsked(tokens: TokenBox, subject: string): string | undefined {
  const found = /\bunsubscribe\s+([\w-]{43})(?![\w-])/i.exec(subject)
  return found?.[1] === undefined ? undefined : readUnsubscribeToken(tokens, found[1])
}

/** One click on the page or in a mail program. False for a token that is not ours; a repetition changes nothing. */
export async function unsubscribe(deps: Deps, token: string): Promise<boolean> {
  const sendId = readUnsubscribeToken(deps.tokens, token)
  if (sendId === undefined) return false
  await unsubscribeFrom(deps.db, deps, { sendId, how: 'link' })
  return true
}

/** Suppresses whom the mail went to; `from`: only if it went to them, and from this mailbox. */
export async function unsubscribeFrom(
  q: Queryable,
  deps: Pick<Deps, 'newId' | 'clock'>,
  asked: { sendId: string; how: 'link' | 'mail'; only?: { mailboxId: string; from: string } },
): Promise<void> {
  const send = await findSendById(q, asked.sendId)
  const address = send?.to_parties[0]?.address
  if (send === undefined || address === undefined || send.mass_id === null) return
  const { only } = asked
  if (only !== undefined && (only.mailboxId !== send.mailbox_id || only.from !== address)) return
  const mass = await massOf(q, send.mass_id)
  await suppress(q, {
    id: deps.newId(),
    orgId: send.org_id,
    address,
    reason: 'unsubscribed',
    topic: mass?.topic ?? '',
    evidence: { send: send.id, how: asked.how },
    at: new Date(deps.clock.now()),
  })
}
