import { batch } from '@preact/signals'
import type { ThreadStanding } from '@/lib/contract/messages.ts'
import type { RecordName } from '@/lib/contract/sharing.ts'
import { t } from '@/lib/extension/i18n.ts'
import { mailbox, page, places, sheets } from '../state.ts'
import type { WhoSeesAbout } from '../state-sharing.ts'
import { openStanding, putOff, type StandingUndo, standing } from '../state-standing.ts'
import { attempt, link, once, say } from './core.ts'
import { refreshTargets } from './files.ts'
import { toPage } from './host.ts'
import { refreshMessage } from './messages.ts'
import { newest, outdate } from './newest.ts'
import { refreshCard } from './records.ts'
import { change } from './sharing/mine.ts'
import { problemSentence } from './words.ts'

/** What was said of threads in this run, so that the way back to one needs no waiting. */
const remembered = new Map<string, ThreadStanding>()
const most = 200
/** Ms in which several events make one question. */
const together = 150
let timer: ReturnType<typeof setTimeout> | undefined
let turn = 0

export type ShareWord = 'default' | 'none' | 'metadata' | 'full'

/** Another account: nothing of the one before may be shown. */
export function forgetStanding(): void {
  turn += 1
  clearTimeout(timer)
  timer = undefined
  remembered.clear()
  batch(() => {
    standing.value = undefined
    putOff.value = new Set()
  })
}

/** Another mail is open: what is known of it, at once. Call it in a batch. */
export function turnStanding(): void {
  turn += 1
  const id = page.value?.thread?.threadId
  standing.value = id === undefined ? undefined : remembered.get(id)
}

/** Asks where the open mail stands; only of a mailbox Inlay may read, since of others nothing is known. */
export async function loadStanding(): Promise<void> {
  const id = page.value?.thread?.threadId
  if (id === undefined || mailbox.value?.canRead !== true) return
  const mine = turn
  const answer = await newest(`standing:${id}`, ({ backend, account }) => backend.standing(id, account))
  if (mine === turn && answer?.ok) take(answer.value)
}

/** Something about mail, sharing or a record changed. */
export function refreshStanding(): void {
  if (timer !== undefined || page.value?.thread === undefined) return
  timer = setTimeout(() => {
    timer = undefined
    void loadStanding()
  }, together)
}

/** Every other thread may stand elsewhere too by now. */
export function hearStanding(): void {
  remembered.clear()
  refreshStanding()
}

function take(next: ThreadStanding): void {
  remembered.delete(next.threadId)
  remembered.set(next.threadId, next)
  const oldest = remembered.keys().next().value
  if (remembered.size > most && oldest !== undefined) remembered.delete(oldest)
  if (next.threadId === page.value?.thread?.threadId) standing.value = next
}

/** What an own change came to; a question put before may not know it. */
function takeOwn(next: ThreadStanding): void {
  if (outdate(`standing:${next.threadId}`)) refreshStanding()
  take(next)
}

/** The owner's word on the open thread. More people than now are shown first (design 05 A); fewer is one click. */
export async function shareThread(level: ShareWord): Promise<void> {
  const found = openStanding.value
  if (found === undefined || found.share === level) return
  const was = effective(found, found.share)
  const next = effective(found, level) ?? 'none'
  const goesUp = was === undefined ? next !== 'none' : rank(next) > rank(was)
  if (goesUp) openWhoSees({ level: next, asDefault: level === 'default' })
  else await share(found.threadId, level, { act: 'share', threadId: found.threadId, level: found.share })
}

async function share(
  threadId: string,
  level: ShareWord,
  undo: StandingUndo | undefined,
  of: { account?: string; gmailId?: string } = {},
): Promise<void> {
  await once('share', async () => {
    const answer = await attempt(({ backend, account }) =>
      backend.shareMail({
        ...{ account: of.account ?? account, threadId, level },
        ...(of.gmailId === undefined ? {} : { gmailId: of.gmailId }),
      }),
    )
    if (!answer.ok) return say(problemSentence(answer.problem))
    say(t(`standing.said.${level}`), undo === undefined ? undefined : { kind: 'standing', back: undo })
    refreshMessage()
    await loadStanding()
  })
}

/** What others see by my word; undefined when the mails of the thread differ. */
function effective(found: ThreadStanding, word: ThreadStanding['share']) {
  if (word === 'mixed') return undefined
  return word === 'default' ? found.byDefault : word
}

const rank = (level: 'none' | 'metadata' | 'full') => ['none', 'metadata', 'full'].indexOf(level)

/** All my mail on a record: on shows who would see it first, off is one click. */
export async function turnSwitch(record: RecordName, on: boolean): Promise<void> {
  if (on) openWhoSees({ switched: { record, on } })
  else await setSwitch(record, false, { act: 'switch', record, on: true })
}

async function setSwitch(record: RecordName, on: boolean, undo: StandingUndo | undefined): Promise<void> {
  await once('switch', async () => {
    const answer = await attempt(({ backend }) => backend.setShareSwitch(record.id, on))
    if (!answer.ok) return say(problemSentence(answer.problem))
    const text = on
      ? t('standing.said.switch_on', { record: record.name })
      : t('standing.said.switch_off', { record: record.name })
    say(text, undo === undefined ? undefined : { kind: 'standing', back: undo })
    await loadStanding()
  })
}

/** Takes the open thread off a record, whether it stands there by hand or by an address. */
export async function takeOff(record: RecordName): Promise<void> {
  const threadId = openStanding.value?.threadId
  if (threadId === undefined) return
  await once(`off:${record.id}`, async () => {
    const answer = await attempt(({ backend, account }) =>
      backend.unlinkThread(threadId, { account, recordId: record.id }),
    )
    if (!answer.ok) return say(problemSentence(answer.problem))
    takeOwn(answer.value)
    say(t('standing.said.off', { record: record.name }), {
      kind: 'standing',
      back: { act: 'link', threadId, record },
    })
    void refreshCard(record.id)
  })
}

/** Takes one mail of mine off a record; the rest of its thread stays there. */
export async function takeMailOff(about: WhoSeesAbout, record: RecordName): Promise<void> {
  const { account, threadId, gmailId } = about
  const one = { account, ...(gmailId === undefined ? {} : { gmailId }) }
  await once(`off:${record.id}`, async () => {
    const answer = await attempt(({ backend }) =>
      backend.unlinkThread(threadId, { ...one, recordId: record.id }),
    )
    if (!answer.ok) return say(problemSentence(answer.problem))
    takeOwn(answer.value)
    refreshMessage()
    say(t('standing.said.off', { record: record.name }), {
      kind: 'standing',
      back: { act: 'link', threadId, record, ...one },
    })
    void refreshCard(record.id)
  })
}

/** Which deal the open thread is about; null: none of them. Remembered for the thread, replies included (decisions 5). */
export async function chooseDeal(dealId: string | null): Promise<void> {
  const found = openStanding.value
  if (found === undefined) return
  const { threadId, question, chosenDealId } = found
  const name = found.deals.find((one) => one.record.id === dealId)?.record.name
  await once('deal', async () => {
    const answer = await attempt(({ backend, account }) => backend.chooseDeal(threadId, { account, dealId }))
    if (!answer.ok) return say(problemSentence(answer.problem))
    takeOwn(answer.value)
    refreshTargets()
    say(name === undefined ? t('standing.deal.about_none') : t('standing.deal.about', { deal: name }), {
      kind: 'standing',
      back: { act: 'deal', threadId, dealId: chosenDealId, ask: question === 'open' },
    })
  })
}

/** Puts the question off; it is not put again by itself while this panel stands. */
export function askDealLater(threadId: string): void {
  putOff.value = new Set(putOff.value).add(threadId)
}

/** Puts the question again, by the person's own wish. */
export function askDealAgain(): void {
  toPage('panel.open', { open: true })
  sheets.value = [...sheets.value.filter((sheet) => sheet.kind !== 'deal'), { kind: 'deal' }]
}

/** "Why this mail is here", as a page of its own. */
export function openWhy(): void {
  toPage('panel.open', { open: true })
  if (places.value.at(-1)?.kind !== 'standing') places.value = [...places.value, { kind: 'standing' }]
}

/** The thread, or one mail of it, goes on a record that is looked for; who will see it is shown before (design 05 A). */
export function findRecordFor(about: WhoSeesAbout): void {
  toPage('panel.open', { open: true })
  sheets.value = [...sheets.value.filter((sheet) => sheet.kind !== 'search'), { kind: 'search', put: about }]
}

/** A record was found for it. */
export function putOn(about: WhoSeesAbout, record: RecordName): void {
  const rest = sheets.value.filter((sheet) => sheet.kind !== 'search')
  sheets.value = [...rest, { kind: 'who-sees', about: { ...about, record } }]
}

/** Who could and did see the newest mail of the open thread (design 05 C). */
export function openLedger(): void {
  const messageId = openStanding.value?.newestMessageId
  const about = aboutThread()
  if (!messageId || about === undefined) return
  toPage('panel.open', { open: true })
  places.value = [...places.value, { kind: 'ledger', messageId, subject: about.subject, of: about }]
}

/** The newest mail of the open thread by itself, where it alone is put on records and taken off them. */
export function openNewest(): void {
  const messageId = openStanding.value?.newestMessageId
  if (!messageId) return
  toPage('panel.open', { open: true })
  places.value = [...places.value, { kind: 'message', messageId }]
}

/** The open thread, as the sheets about it name it. */
export function aboutThread(): WhoSeesAbout | undefined {
  const thread = page.value?.thread
  const account = link()?.account
  if (thread?.threadId === undefined || account === undefined) return undefined
  return { account, threadId: thread.threadId, subject: thread.subject }
}

export function openWhoSees(more: Partial<WhoSeesAbout>): void {
  const about = aboutThread()
  if (about === undefined) return
  toPage('panel.open', { open: true })
  sheets.value = [
    ...sheets.value.filter((sheet) => sheet.kind !== 'who-sees'),
    { kind: 'who-sees', about: { ...about, ...more } },
  ]
}

/** Takes back what was done to a thread, whichever is open now. */
export async function undoStanding(back: StandingUndo): Promise<void> {
  if (back.act === 'share') {
    const { level } = back
    // Mails that differed cannot be told apart again in one step, so nothing more is shown than before.
    return share(back.threadId, level === 'mixed' ? 'none' : level, undefined, back)
  }
  if (back.act === 'switch') return setSwitch(back.record, back.on, undefined)
  if (back.act === 'mode' || back.act === 'older') return undoRule(back)
  const answer = await attempt(({ backend, account }) => {
    if (back.act === 'deal')
      return backend.chooseDeal(back.threadId, {
        account,
        dealId: back.dealId,
        ...(back.ask ? { ask: true } : {}),
      })
    const json = {
      account: back.account ?? account,
      recordId: back.record.id,
      ...(back.gmailId === undefined ? {} : { gmailId: back.gmailId }),
    }
    return back.act === 'link'
      ? backend.linkThread(back.threadId, json)
      : backend.unlinkThread(back.threadId, { ...json, share: back.share })
  })
  if (!answer.ok) return say(problemSentence(answer.problem))
  takeOwn(answer.value)
  if (back.act === 'deal') refreshTargets()
  say(t('standing.said.back'))
  refreshMessage()
  if (back.act !== 'deal') void refreshCard(back.record.id)
}

async function undoRule(back: Extract<StandingUndo, { act: 'mode' | 'older' }>): Promise<void> {
  await change(back.act, t('standing.said.back'), ({ backend }) => {
    if (back.act === 'mode') return backend.setSharingMode(back.mode)
    const { recordId, address, agreed } = back
    return backend.answerOlder({ recordId, address, agreed })
  })
}
