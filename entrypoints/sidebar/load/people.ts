import { batch } from '@preact/signals'
import type { LookupAnswer, RecordCard, RecordSummary } from '@/lib/contract/records.ts'
import { normaliseAddress } from '@/lib/domain/addresses.ts'
import type { CachedPerson } from '@/lib/extension/cache.ts'
import type { PagePerson, PageThread } from '@/lib/extension/messages.ts'
import { cards, chosen, freshness, type Person, people } from '../state.ts'
import { link } from './core.ts'
import { afterPaint, mark, markPainted } from './marks.ts'
import { newest } from './newest.ts'

/** What this run has seen already; spares the database's read on the way back to a thread. */
const remembered = new Map<string, CachedPerson>()
const most = 200
/** So many people fit into memory without a thought; about 1 MB with their cards. */
const recentPeople = 200
let run = 0
/** How many cards have come by themselves, and which of them was which; a look-up asked before is older than they are. */
let kept = 0
const keptAs = new Map<string, number>()
let shownThread: string | undefined

/** Another account: nothing of the one before may be shown. */
export function forgetPeople(): void {
  run += 1
  remembered.clear()
  keptAs.clear()
  batch(() => {
    people.value = []
    cards.value = new Map()
    chosen.value = undefined
    freshness.value = { asOf: undefined, checking: false, problem: undefined }
  })
}

/** Fetches from the browser's database whom this run has not seen yet; at once when it has seen all. */
export async function recallPeople(thread: PageThread | undefined): Promise<void> {
  await recall(peopleOf(thread?.people ?? []).map((one) => one.address))
}

/** S-001: shows the people of a thread as far as they are remembered. Draws nothing by itself: call it in a batch. */
export function presentPeople(thread: PageThread | undefined): void {
  run += 1
  mark('inlay:cache-read', thread?.threadId)
  const asked = peopleOf(thread?.people ?? [])
  // That this mailbox is mine is no news, and no knowledge of anybody.
  const others = asked.filter((one) => one.address !== link()?.account)
  const seen = others.flatMap((one) => remembered.get(one.address)?.at ?? [])
  people.value = asked.map((one) => shown(one))
  freshness.value = {
    asOf: seen.length > 0 ? Math.min(...seen) : undefined,
    checking: asked.length > 0,
    problem: undefined,
  }
  // Another mail is opened for its own sender, also when the person of the one before is in it.
  if (thread?.threadId !== shownThread) chosen.value = undefined
  shownThread = thread?.threadId
  choose(thread?.signatureFrom)
  if (seen.length > 0) markPainted('inlay:painted-cache', thread?.threadId)
}

/** Then asks the server about them; resolves when its answer is taken over, or the person has moved on. */
export async function askAboutPeople(thread: PageThread | undefined): Promise<void> {
  const asked = peopleOf(thread?.people ?? [])
  const mine = run
  if (asked.length === 0) return
  // A request costs a millisecond or two to send: the card comes first.
  if (freshness.value.asOf !== undefined) await afterPaint()
  if (mine !== run) return
  mark('inlay:asked', thread?.threadId)
  if (await ask(asked, mine, thread?.signatureFrom)) markPainted('inlay:painted-fresh', thread?.threadId)
}

/** Remembers whom this browser met lately, so that opening their mail needs no database. */
export async function warmUp(): Promise<void> {
  const cache = link()?.cache
  const recent = await cache?.readRecent(recentPeople).catch(() => undefined)
  if (recent !== undefined && cache === link()?.cache) remember(recent)
}

/** Adds people whom the page does not show, e.g. of collapsed messages, behind those it shows. */
export async function addPeople(more: readonly PagePerson[]): Promise<void> {
  const mine = run
  const here = new Set(people.value.map((one) => one.address))
  const asked = peopleOf(more).filter((one) => !here.has(one.address))
  if (asked.length === 0) return
  await recall(asked.map((one) => one.address))
  if (mine !== run) return
  people.value = [...people.value, ...asked.map((one) => shown(one))].slice(0, most)
  await ask(asked, mine, undefined)
}

/** Asks again for everybody shown, e.g. after the server was away. */
export async function refreshPeople(): Promise<void> {
  freshness.value = { ...freshness.value, checking: true }
  await ask(
    people.value.map(({ address, name }) => ({ address, name })),
    run,
    undefined,
  )
}

/** A record was made or taken back: what its address is, until the server is asked again. */
export function setPerson(address: string, found: RecordCard | undefined): void {
  people.value = people.value.map((one) =>
    one.address === address
      ? { ...one, kind: found ? 'known' : 'unknown', cardIds: found ? [found.record.id] : [], pickedId: null }
      : one,
  )
  remembered.delete(address)
}

/** Takes over one newer card, on the screen and in the cache. */
export function keepCard(found: RecordCard): void {
  kept += 1
  keptAs.set(found.record.id, kept)
  cards.value = new Map(cards.value).set(found.record.id, found)
  void link()?.cache?.writeCard(found, Date.now())
}

/** A record as its own answer says it, in every card that names it: a deal stands on its contact's too. */
export function keepSummary(record: RecordSummary): void {
  const swap = (rows: RecordSummary[]) => rows.map((one) => (one.id === record.id ? record : one))
  const next = new Map(cards.value)
  for (const [id, card] of next) {
    const related = card.related.map((list) => ({ ...list, rows: swap(list.rows) }))
    const overdue = card.overdue?.id === record.id ? record : card.overdue
    next.set(id, { ...card, deals: swap(card.deals), people: swap(card.people), related, overdue })
  }
  cards.value = next
}

export function dropCard(id: string): void {
  const rest = new Map(cards.value)
  rest.delete(id)
  cards.value = rest
  void link()?.cache?.forgetCard(id)
}

async function recall(addresses: readonly string[]): Promise<void> {
  const missing = addresses.filter((address) => !remembered.has(address))
  const cache = link()?.cache
  if (missing.length === 0 || cache === undefined) return
  // A cache that cannot be read is as good as none.
  const read = await cache.readPeople(missing).catch(() => undefined)
  if (read === undefined || cache !== link()?.cache) return
  remember(read)
}

/** What this run has learned since is newer and stays. */
function remember(read: { people: CachedPerson[]; cards: Map<string, RecordCard> }): void {
  for (const one of read.people) if (!remembered.has(one.address)) remembered.set(one.address, one)
  if (read.cards.size > 0) cards.value = new Map([...read.cards, ...cards.value])
}

async function ask(asked: readonly PagePerson[], mine: number, prefer: string | undefined): Promise<boolean> {
  const since = kept
  const answer = await newest(`people:${asked.map((one) => one.address).join(' ')}`, ({ backend, account }) =>
    backend.lookUp({ account, people: asked.slice(0, most).map(({ address, name }) => ({ address, name })) }),
  )
  if (mine !== run || answer === undefined) return false
  if (!answer.ok) {
    const { problem } = answer
    batch(() => {
      freshness.value = {
        ...freshness.value,
        checking: false,
        problem: problem.kind === 'network' ? undefined : problem,
      }
      // Nothing better comes: who the page names is better than nobody.
      choose(prefer, true)
    })
    return false
  }
  take(answer.value, asked, { prefer, since })
  return true
}

function take(
  answer: LookupAnswer,
  asked: readonly PagePerson[],
  { prefer, since }: { prefer: string | undefined; since: number },
): void {
  const at = Date.parse(answer.asOf)
  const next = new Map(cards.value)
  // The server answers in our order; an address it could not read keeps the spelling we asked with.
  const found = answer.people.map((one, index) => ({ ...one, address: asked[index]?.address ?? one.address }))
  for (const { cards: its, ...one } of found) {
    remembered.set(one.address, { ...one, cardIds: its.map((each) => each.record.id), at })
    for (const each of its) if ((keptAs.get(each.record.id) ?? 0) <= since) next.set(each.record.id, each)
  }
  batch(() => {
    cards.value = next
    people.value = people.value.map((one) => shown(one))
    freshness.value = { asOf: at, checking: false, problem: undefined }
    choose(prefer)
  })
  void link()
    ?.cache?.writePeople(found, at)
    .catch(() => undefined)
}

/** Once each, in the page's order, addresses in the form in which they are compared. */
function peopleOf(list: readonly PagePerson[]): PagePerson[] {
  const found = new Map<string, PagePerson>()
  for (const one of list.slice(0, most)) {
    const address = normaliseAddress(one.address) ?? one.address.trim()
    if (address !== '' && !found.has(address)) found.set(address, { address, name: one.name })
  }
  return [...found.values()]
}

function shown(one: PagePerson): Person {
  const known = remembered.get(one.address)
  const nothing = { cardIds: [], pickedId: null, near: [], hidden: 0 }
  if (one.address === link()?.account) return { ...one, ...nothing, kind: 'me' }
  const name = one.name || known?.name || ''
  if (known === undefined) return { ...nothing, address: one.address, name, kind: 'pending' }
  const { kind, cardIds, pickedId, near, hidden } = known
  return { address: one.address, name, kind, cardIds, pickedId, near, hidden }
}

const order: readonly Person['kind'][] = [
  'known',
  'several',
  'unknown',
  'pending',
  'colleague',
  'robot',
  'malformed',
  'me',
]

/**
 * Opens somebody when nobody of this thread is open: a known person first, the writer of the newest mail before others.
 * As long as somebody better may still come, nobody is opened, so that the card never jumps.
 */
function choose(prefer: string | undefined, isLast = false): void {
  if (people.value.some((one) => one.address === chosen.value)) return
  const wanted = normaliseAddress(prefer ?? '')
  const rank = (one: Person) => order.indexOf(one.kind) * 2 - (one.address === wanted ? 1 : 0)
  const best = [...people.value].sort((a, b) => rank(a) - rank(b))[0]
  const waits = !isLast && people.value.some((one) => one.kind === 'pending')
  const mayYield = waits && people.value.some((one) => one.address === wanted && one.kind === 'pending')
  const known = best?.kind === 'known' || best?.kind === 'several'
  const sure = best !== undefined && !mayYield && (known || !waits)
  chosen.value = sure && best.kind !== 'me' ? best.address : undefined
}
