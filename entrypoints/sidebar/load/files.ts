import type { StreamEvent } from '@/lib/contract/stream.ts'
import type { FileablePart, Filing, FilingTargets } from '@/lib/contract/threads.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import {
  type FilingView,
  facts,
  filings,
  mailbox,
  type PartRef,
  page,
  people,
  places,
  sheets,
  targets,
} from '../state.ts'
import { openStanding } from '../state-standing.ts'
import { attempt, link, say } from './core.ts'
import { toPage } from './host.ts'
import { newest } from './newest.ts'
import { addPeople } from './people.ts'

let shownThread: string | undefined
/** Moves on with every other mail, also back to the same one. */
let turn = 0
/** Ends told by the stream before our own request was answered. */
const ended = new Set<string>()

/** Another mail is open: from now on nothing is filed by what was known of the one before. Call it in a batch. */
export function turnFiles(): void {
  const id = page.value?.thread?.threadId
  if (id === shownThread) return
  shownThread = id
  turn += 1
  facts.value = undefined
  targets.value = undefined
  filings.value = []
}

/** Reads what only Gmail's API knows of the open thread, once per version of it (its number of messages). */
export async function loadFacts(): Promise<void> {
  const thread = page.value?.thread
  const id = thread?.threadId
  if (thread === undefined || id === undefined || mailbox.value?.canRead !== true) return
  const cached = await link()
    ?.cache?.readThread(id)
    .catch(() => undefined)
  if (shownThread !== id) return
  if (cached !== undefined) facts.value = cached.facts
  if (cached?.version !== thread.messageCount) await refreshFacts()
  await addPeople(facts.value?.people ?? [])
}

/** Asks again, e.g. after something was filed or a permission was given. */
export async function refreshFacts(): Promise<void> {
  const thread = page.value?.thread
  const id = thread?.threadId
  if (thread === undefined || id === undefined || mailbox.value?.canRead !== true) return
  const answer = await newest(`facts:${id}`, ({ backend, account }) => backend.thread(id, account))
  if (!answer?.ok || shownThread !== id) return
  facts.value = answer.value
  const at = Date.now()
  void link()
    ?.cache?.writeThread({ id, version: thread.messageCount, facts: answer.value, at })
    .catch(() => undefined)
}

/**
 * Where files of this mail may go; asked ahead, so that one click is enough when there is one answer (S-054). Gives why
 * the server did not say.
 */
export async function loadTargets(): Promise<ApiProblem | undefined> {
  const id = shownThread
  const asked = people.value.map((one) => one.address)
  if (asked.length === 0) return undefined
  const answer = await newest('targets', ({ backend, account }) =>
    backend.targets({ account, people: asked, subject: page.value?.thread?.subject ?? '' }),
  )
  if (answer === undefined) return undefined
  if (!answer.ok) return answer.problem
  if (id === shownThread) targets.value = aboutFirst(answer.value)
  return undefined
}

/** The deal the thread is about, once that was answered, is where its files go (design 12.5). */
function aboutFirst(found: FilingTargets): FilingTargets {
  const deal = openStanding.value?.standings.find((one) => one.chosen)?.record
  if (deal === undefined) return found
  const { id: recordId, name, module } = deal
  const known = found.targets.find((one) => one.recordId === recordId)
  const first = known ?? { recordId, name, module, detail: '', why: 'open_deal' as const }
  return { sure: true, targets: [first, ...found.targets.filter((one) => one.recordId !== recordId)] }
}

/** Somebody was made a record, or is one no more. */
export function refreshTargets(): void {
  if (targets.value !== undefined) void loadTargets()
}

/** The same part, whoever names it: by Gmail's ids where both know one, else by its name in the same mail. */
export function samePart(a: PartRef, b: PartRef): boolean {
  if (a.messageId !== b.messageId) return false
  if (a.partId !== undefined && b.partId !== undefined) return a.partId === b.partId
  if (a.realAttachmentId && b.realAttachmentId) return a.realAttachmentId === b.realAttachmentId
  return a.name === b.name
}

/** What Gmail's API says of a part the page shows. */
export function factsOf(part: PartRef): FileablePart | undefined {
  const message = facts.value?.messages.find((one) => one.id === part.messageId)
  return message?.parts.find((one) =>
    samePart(part, {
      ...one,
      messageId: part.messageId,
      realAttachmentId: one.realAttachmentId ?? undefined,
    }),
  )
}

export function filingOf(part: PartRef): FilingView | undefined {
  return filings.value.find((one) => samePart(one.part, part))
}

/** One click: files at once when the record is certain, else asks which one; `choose` always asks. */
export async function fileAttachment(part: PartRef, choose: boolean): Promise<void> {
  const before = filingOf(part)
  if (before !== undefined && before.state !== 'failed') return
  if (mailbox.value?.canRead !== true) {
    toPage('panel.open', { open: true })
    places.value = [
      ...places.value.filter((place) => place.kind !== 'permissions'),
      { kind: 'permissions', need: 'read' },
    ]
    return
  }
  set({
    part,
    key: before?.key ?? crypto.randomUUID(),
    state: 'asking',
    percent: undefined,
    filing: undefined,
    recordName: '',
    problem: undefined,
  })
  const unsaid = targets.value === undefined ? await loadTargets() : undefined
  // Gone with its mail: what is known by now belongs to another.
  if (filingOf(part) === undefined) return
  if (unsaid !== undefined) return fail(part, unsaid)
  const best = targets.value?.targets[0]
  if (targets.value?.sure && best !== undefined && !choose) return fileOn(part, best.recordId, best.name)
  toPage('panel.open', { open: true })
  sheets.value = [...sheets.value.filter((sheet) => sheet.kind !== 'file'), { kind: 'file', part }]
}

/** Files on one record; bytes go from Gmail to the server, never through this browser. */
export async function fileOn(part: PartRef, recordId: string, recordName: string): Promise<void> {
  const view = filingOf(part)
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'file')
  if (view === undefined) return
  const mine = turn
  set({ ...view, state: 'running', recordName })
  const { messageId, ...rest } = part
  const named = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const answer = await attempt(({ backend, account }) =>
    backend.file({ account, messageId, part: named, recordId }, view.key),
  )
  if (!answer.ok) return fail(part, answer.problem)
  const isStopped = mine === turn && filingOf(part) === undefined
  if (isStopped) await attempt(({ backend }) => backend.cancelFiling(answer.value.id))
  else settle(part, answer.value)
}

/** The person closed the question. */
export function leaveFiling(part: PartRef): void {
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'file')
  if (filingOf(part)?.state === 'asking') remove(part)
}

/** Stops a filing that runs, or takes back one that is done. */
export async function undoFiling(part: PartRef): Promise<void> {
  const filing = filingOf(part)?.filing
  if (filing === undefined) return remove(part)
  const answer = await attempt(({ backend }) => backend.cancelFiling(filing.id))
  if (!answer.ok) return fail(part, answer.problem)
  remove(part)
  say(t('files.taken_back'))
  void refreshFacts()
}

/** Progress, told by the stream; the end is fetched, because events carry no names. */
export function hearFiling(event: Extract<StreamEvent, { type: 'filing' }>): void {
  const view = filings.value.find((one) => one.filing?.id === event.id)
  const runs = event.status === 'running' || event.status === 'waiting'
  if (view === undefined) {
    if (!runs) ended.add(event.id)
  } else if (event.status === 'running') set({ ...view, percent: event.percent })
  else readFiling(view.part, event.id)
}

/** After a break of the stream: whatever ran may have ended meanwhile. */
export function refreshFilings(): void {
  for (const { part, state, filing } of filings.value) {
    if (state === 'running' && filing !== undefined) readFiling(part, filing.id)
  }
}

function readFiling(part: PartRef, id: string): void {
  ended.delete(id)
  void attempt(({ backend }) => backend.filing(id)).then((answer) => {
    if (answer.ok) settle(part, answer.value)
  })
}

/** Saves a filed file where the person's browser saves downloads. */
export async function download(id: string, name: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.attachmentContent(id))
  if (!answer.ok) return say(t('problem.network'))
  const url = URL.createObjectURL(answer.value)
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function settle(part: PartRef, filing: Filing): void {
  const view = filingOf(part)
  if (view === undefined) return
  const next: FilingView = { ...view, filing, recordName: filing.recordName, percent: percentOf(filing) }
  if (filing.status === 'done') {
    set({ ...next, state: 'done' })
    if (view.state !== 'done')
      say(t('files.filed_on', { record: filing.recordName }), { kind: 'cancel-filing', part })
    void refreshFacts()
  } else if (filing.status === 'already_filed') set({ ...next, state: 'already' })
  else if (filing.status === 'cancelled') remove(part)
  else if (filing.status === 'failed') set({ ...next, state: 'failed', key: crypto.randomUUID() })
  else {
    set({ ...next, state: 'running' })
    if (ended.has(filing.id)) readFiling(part, filing.id)
  }
}

function percentOf({ size, receivedBytes }: Filing): number | undefined {
  return size > 0 && receivedBytes > 0 ? Math.floor((100 * receivedBytes) / size) : undefined
}

function fail(part: PartRef, problem: ApiProblem): void {
  const view = filingOf(part)
  if (view === undefined) return
  const already = problem.kind === 'refused' && problem.reason === 'already_filed'
  const key = problem.kind === 'refused' ? crypto.randomUUID() : view.key
  set({ ...view, state: already ? 'already' : 'failed', problem, key })
}

function set(next: FilingView): void {
  filings.value = [...filings.value.filter((one) => !samePart(one.part, next.part)), next]
}

function remove(part: PartRef): void {
  filings.value = filings.value.filter((one) => !samePart(one.part, part))
}
