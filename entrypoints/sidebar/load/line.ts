import { computed } from '@preact/signals'
import type { NotLinked, Standing, ThreadStanding } from '@/lib/contract/messages.ts'
import type { RecordName } from '@/lib/contract/sharing.ts'
import { listFormat } from '@/lib/domain/intl.ts'
import { isDocumentModule } from '@/lib/domain/modules.ts'
import { displayName, plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { LineMenuRow, LinePiece, SubjectLine } from '@/lib/extension/messages.ts'
import { mailbox, me, page, people, places, stage, view } from '../state.ts'
import { openStanding } from '../state-standing.ts'
import { toPage } from './host.ts'
import { fromLine } from './line-focus.ts'
import { mostPeople, type Seen, seers, seersOf, withWho } from './line-seers.ts'
import { openRecord } from './records.ts'
import {
  aboutThread,
  askDealAgain,
  findRecordFor,
  openLedger,
  openNewest,
  openWhy,
  type ShareWord,
  shareThread,
  takeOff,
  turnSwitch,
} from './standing.ts'

/** So many records are named; of more the number is said. */
const mostRecords = 3

/** "On Elena Brandt and Line 4 retrofit · You and Ken Mori see it · Change", or why it is on no record. */
export const subjectLine = computed<SubjectLine>(() => {
  const threadId = page.value?.thread?.threadId
  if (stage.value !== 'ready' || page.value?.thread === undefined) return { text: [], threadId }
  const found = openStanding.value
  if (found === undefined) return { text: unasked(), threadId }
  const change = { label: t('standing.change'), rows: menuRows(found) }
  return { text: [...where(found), ...question(found)], threadId, change }
})

const plain = (text: string): LinePiece => ({ text, strong: false })
const pressed = (text: string, press: string): LinePiece => ({ text, strong: false, press })
const cut = (piece: LinePiece): LinePiece => ({ ...piece, fit: 'last' })

/** Before the server has said where it stands, only what the look-up of its people already settles. */
function unasked(): LinePiece[] {
  // S-066: whoever they are, its mail stands nowhere until it is connected again.
  if (mailbox.value?.status === 'disconnected') return [cut(plain(t('standing.none.disconnected')))]
  const others = people.value.filter((one) => one.kind !== 'me')
  const unknown = others.find((one) => one.kind === 'unknown')
  if (unknown !== undefined)
    return [cut(plain(t('standing.none.no_record', { name: displayName(unknown.name, unknown.address) })))]
  if (others.length > 0 && others.every((one) => one.kind === 'colleague'))
    return [cut(plain(t('standing.none.colleague')))]
  const known = others.some((one) => one.kind === 'known' || one.kind === 'several')
  return known && me.value !== undefined && mailbox.value?.canRead !== true
    ? [cut(pressed(t('standing.none.no_read'), 'read'))]
    : []
}

function where(found: ThreadStanding): LinePiece[] {
  const records = recordsOf(found)
  if (records.length === 0) {
    const why = whyNowhere(found)
    return why === undefined ? [] : [cut(pressed(why, 'why'))]
  }
  const shown = records.length > mostRecords ? records.slice(0, mostRecords - 1) : records
  const names = shown.map((one) => plainName(one.name))
  const rest = records.length - shown.length
  if (rest > 0) names.push(t('standing.more', { n: rest }))
  let index = 0
  const parts = listFormat(view.value.language, { type: 'conjunction' }).formatToParts(names)
  const pieces = parts.map(({ type, value }): LinePiece => {
    if (type !== 'element') return { ...plain(value), fit: 'wide' }
    const fit = index === 0 ? 'first' : 'wide'
    const record = shown[index++]
    return record === undefined
      ? { ...pressed(value, 'why'), fit }
      : { text: value, strong: true, press: `record:${record.id}`, fit }
  })
  const others = records.length - 1
  if (others > 0) {
    const label = t('standing.more', { n: others })
    pieces.push({ ...pressed(t('standing.plus', { n: others }), 'why'), fit: 'narrow', label })
  }
  const on: LinePiece = { ...plain(t('standing.on')), fit: 'lead' }
  return [on, ...pieces, plain(t('standing.dot')), ...seersPieces(found)]
}

/** Several open deals and no answer yet: a quiet word, never a question that comes by itself again. */
function question(found: ThreadStanding): LinePiece[] {
  if (found.question !== 'open' || found.deals.length < 2) return []
  const ask = pressed(t('standing.which'), 'ask')
  return [plain(t('standing.dot')), ask].map((piece) => ({ ...piece, fit: 'spare' }))
}

/** The records of a thread, each once: the deal it is about, then by hand, by address, through a contact; deals before documents. */
export function recordsOf(found: ThreadStanding): RecordName[] {
  return [...new Map(ordered(found).map(({ record }) => [record.id, record])).values()]
}

export function ordered({ standings }: ThreadStanding): Standing[] {
  return [...standings].sort((a, b) => rank(a) - rank(b))
}

function rank(one: Standing): number {
  const way = one.chosen ? 0 : ['hand', 'address', 'contact'].indexOf(one.by) + 1
  return way * 2 + (isDocumentModule(one.record.module) ? 1 : 0)
}

/** By name, or only how many where names have no room. */
function seersPieces(found: Seen): LinePiece[] {
  const { way, names, who } = seersOf(found)
  const long = pressed(seers(found), 'why')
  if (names.length === 0 || names.length >= mostPeople) return [cut(long)]
  const few = t(`standing.${way}.count`, { n: names.length + 1 })
  const short = pressed(withWho(few, who, few), 'why')
  return [
    { ...long, fit: 'spare' },
    { ...short, fit: 'short' },
  ]
}

const telling: readonly NotLinked['why'][] = [
  'taken_off',
  'no_record',
  'never_link',
  'may_not_open',
  'robot',
  'colleague',
]

/** The one reason that helps most, of all parties by whom it does not stand anywhere. */
function whyNowhere({ notLinked }: ThreadStanding): string | undefined {
  for (const why of telling) {
    const one = notLinked.find((each) => each.why === why)
    if (one !== undefined) return whyNot(one)
  }
  return undefined
}

export function whyNot({ why, party }: NotLinked): string {
  const name = displayName(party.name, party.address)
  return why === 'no_record' ? t('standing.none.no_record', { name }) : t(`standing.none.${why}`)
}

/** So many can be taken off in the menu; of a thread on more, the page of its records takes off each. */
const mostTakenOff = 8

const row = { hint: '', aside: '', icon: undefined, on: false, off: false }
const hairline: LineMenuRow = { ...row, id: '', text: '', kind: 'plain' }
const words: readonly ShareWord[] = ['default', 'none', 'metadata', 'full']

/** The menu of design 05 B. The page draws it and knows nothing of what it means. */
export function menuRows(found: ThreadStanding): LineMenuRow[] {
  const records = recordsOf(found)
  const heading = { ...row, id: '', kind: 'plain' as const }
  const title = found.share === 'mixed' ? t('standing.menu.mixed') : t('standing.menu.title')
  const nowhere = records.length === 0
  const levels = words.map(
    (word): LineMenuRow => ({
      ...row,
      id: `share:${word}`,
      kind: 'radio',
      text: t(`standing.share.${word}`),
      hint: nowhere
        ? t('standing.menu.nowhere')
        : word === 'default'
          ? t('standing.share.now', { level: t(`standing.level.${found.byDefault}`) })
          : t(`standing.hint.${word}`),
      on: found.share === word,
      off: nowhere,
    }),
  )
  const switches = switchesShown(found).map(
    ({ record, on }): LineMenuRow => ({
      ...row,
      id: `switch:${record.id}`,
      kind: 'switch',
      icon: 'record',
      text: t('standing.menu.switch', { record: plainName(record.name) }),
      on,
    }),
  )
  return [
    { ...heading, text: title },
    ...levels,
    hairline,
    ...switches,
    ...acts(found, records),
    hairline,
    settings(),
  ]
}

/** The deal the thread is about decides for the contact's others; without one, those that are nearest. */
function switchesShown(found: ThreadStanding): ThreadStanding['switches'] {
  const order = recordsOf(found).map((record) => record.id)
  const at = (id: string) => (order.includes(id) ? order.indexOf(id) : order.length)
  const sorted = [...found.switches].sort((a, b) => at(a.record.id) - at(b.record.id))
  return sorted.slice(0, found.chosenDealId === null ? 2 : 1)
}

function acts(found: ThreadStanding, records: readonly RecordName[]): LineMenuRow[] {
  const item = { ...row, kind: 'plain' as const }
  const chosen = found.deals.find((one) => one.record.id === found.chosenDealId)?.record.name ?? ''
  const asks = found.deals.length > 1 || found.chosenDealId !== null
  return [
    { ...item, id: 'why', icon: 'ask', text: t('standing.why.title') },
    ...records.slice(0, mostTakenOff).map(
      (record): LineMenuRow => ({
        ...item,
        id: `off:${record.id}`,
        icon: 'off',
        text: t('standing.menu.off', { record: plainName(record.name) }),
      }),
    ),
    { ...item, id: 'put', icon: 'put', text: t('standing.menu.put') },
    ...(asks
      ? [
          {
            ...item,
            id: 'ask',
            icon: 'ask' as const,
            text: t('standing.deal.question'),
            hint: plainName(chosen),
          },
        ]
      : []),
    ...(found.newestMessageId === null
      ? []
      : [
          { ...item, id: 'one', icon: 'record' as const, text: t('standing.menu.one') },
          {
            ...item,
            id: 'opened',
            icon: 'opened' as const,
            text: t('standing.menu.opened'),
            aside: found.openedBy === 0 ? '' : String(found.openedBy),
          },
        ]),
  ]
}

function settings(): LineMenuRow {
  return { ...row, id: 'settings', kind: 'plain', icon: 'settings', text: t('standing.menu.settings') }
}

/** A piece of the line was pressed or a row of its menu chosen, there or in the panel. */
export function pressLine(threadId: string | undefined, press: string): void {
  // The person has moved on; nothing is done to another mail than the one they saw.
  if (threadId !== page.value?.thread?.threadId) return
  fromLine(() => act(press))
}

function act(press: string): void {
  const [what = '', id = ''] = press.split(':')
  const record = recordById(id)
  const word = words.find((one) => one === id)
  if (what === 'share' && word !== undefined) void shareThread(word)
  else if (what === 'switch' && record !== undefined) void turnSwitch(record, !isOn(id))
  else if (what === 'off' && record !== undefined) void takeOff(record)
  else if (what === 'put') put()
  else if (what === 'ask') askDealAgain()
  else if (what === 'why') openWhy()
  else if (what === 'opened') openLedger()
  else if (what === 'one') openNewest()
  else open(what, record)
}

function open(what: string, record: RecordName | undefined): void {
  toPage('panel.open', { open: true })
  if (what === 'record' && record !== undefined) openRecord(record.id)
  else if (what === 'settings') places.value = [...places.value, { kind: 'sharing' }]
  else if (what === 'read') places.value = [...places.value, { kind: 'permissions', need: 'read' }]
}

function put(): void {
  const about = aboutThread()
  if (about !== undefined) findRecordFor(about)
}

function isOn(recordId: string): boolean {
  return openStanding.value?.switches.some((one) => one.record.id === recordId && one.on) ?? false
}

function recordById(id: string): RecordName | undefined {
  const found = openStanding.value
  const all = [...(found?.standings ?? []), ...(found?.switches ?? []), ...(found?.deals ?? [])]
  return all.find(({ record }) => record.id === id)?.record
}
