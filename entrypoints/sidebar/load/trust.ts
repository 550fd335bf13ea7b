import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import { requestsOfDay } from '@/lib/extension/traffic.ts'
import { me, sheets, toast } from '../state.ts'
import { asked, finding, requests, runs, trust } from '../state-trust.ts'
import { route } from '../state-workspace.ts'
import { attempt, link, once, say } from './core.ts'
import { isPast, loadMe } from './me.ts'
import { problemSentence } from './words.ts'

let turn = 0
let timer: ReturnType<typeof setTimeout> | undefined

/** What synchronisation did with my mailboxes. */
export async function readTrust(): Promise<void> {
  turn += 1
  const mine = turn
  const answer = await attempt(({ backend }) => backend.trust())
  const server = link()?.backend.origin
  const count = server === undefined ? undefined : await requestsOfDay(server, Date.now()).catch(() => 0)
  if (mine !== turn) return
  trust.value = answer.ok
    ? { trust: answer.value, problem: undefined }
    : { ...trust.value, problem: answer.problem }
  requests.value = count
}

export function forgetTrust(): void {
  turn += 1
  clearTimeout(timer)
  timer = undefined
  trust.value = { trust: undefined, problem: undefined }
  finding.value = new Map()
  runs.value = undefined
  forgetAsked()
  requests.value = undefined
}

/** The stream says how far a back-fill is; where the numbers are looked at they are asked for again, in one go. */
export function hearSync(event: { mailboxId: string; found: number; done: number }): void {
  const next = new Map(finding.value)
  if (event.done >= event.found) next.delete(event.mailboxId)
  else next.set(event.mailboxId, { found: event.found, done: event.done })
  finding.value = next
  hearMailbox()
}

/** A mailbox changed: what stands on the page is read again. */
export function hearMailbox(): void {
  if (trust.value.trust === undefined || timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    if (isShown()) void readTrust()
  }, 500)
}

/** A pause that is over is not shown any longer. */
export function freshenTrust(): void {
  if (trust.value.trust?.mailboxes.some((one) => isPast(one.pausedUntil))) hearMailbox()
}

const isShown = () => route.value === undefined || route.value.startsWith('trust')

export const runNow = (account: string) =>
  act('run', t('trust.said.running'), ({ backend }) => backend.runSync({ account }))
export const resync = (account: string) =>
  act('resync', t('trust.said.resync'), ({ backend }) => backend.resync({ account }))
export const stopSync = (account: string, stopped: boolean) =>
  act('stop', t(stopped ? 'trust.said.stopped' : 'trust.said.started'), ({ backend }) =>
    backend.stopSync({ account, stopped }),
  )
export const retryAside = (account: string, gmailId: string) =>
  act(`aside:${gmailId}`, t('trust.said.retry'), ({ backend }) => backend.retryAside({ account, gmailId }))

/** Hides the mailbox's mail, or deletes what the server has of it; asked for in a dialog that says what goes. */
export async function disconnect(account: string, erase: boolean): Promise<void> {
  const done = await act('disconnect', undefined, ({ backend }) => backend.disconnect({ account, erase }))
  if (!done) return
  sheets.value = sheets.value.filter(
    (sheet) => sheet.kind !== 'workspace' || sheet.dialog.kind !== 'disconnect',
  )
  await loadMe()
  say(t('trust.said.disconnected', { account }))
}

/** Connected again, nothing says any longer that it is not. */
export function unsayDisconnected(): void {
  const back = me.value?.mailboxes.filter((one) => one.status !== 'disconnected') ?? []
  if (back.some(({ email }) => toast.value?.text === t('trust.said.disconnected', { account: email })))
    toast.value = undefined
}

async function act(
  name: string,
  said: string | undefined,
  call: (at: Parameters<Parameters<typeof attempt>[0]>[0]) => Promise<unknown>,
): Promise<boolean> {
  const done = await once(`trust:${name}`, async () => {
    const answer = await attempt(call)
    if (!answer.ok) say(problemSentence(answer.problem))
    else if (said !== undefined) say(said)
    await readTrust()
    return answer.ok
  })
  return done ?? false
}

/** Every run of a mailbox, newest first. */
export async function readRuns(account: string, more = false): Promise<void> {
  const before = runs.value?.account === account && more ? runs.value : undefined
  if (more && (before?.nextCursor === undefined || before.loading)) return
  runs.value = {
    account,
    rows: before?.rows ?? [],
    ...{ nextCursor: undefined, loading: true, problem: undefined },
  }
  const cursor = before?.nextCursor
  const answer = await attempt(({ backend }) =>
    backend.syncRuns({ account, ...(cursor === undefined ? {} : { cursor }) }),
  )
  const open = runs.value
  if (open?.account !== account) return
  runs.value = answer.ok
    ? {
        ...open,
        rows: [...open.rows, ...answer.value.runs],
        nextCursor: answer.value.nextCursor ?? undefined,
        loading: false,
      }
    : { ...open, loading: false, problem: answer.problem }
}

/** Why a mail of this mailbox is, or is not, on a record. */
export async function askAbout(account: string, q: string): Promise<void> {
  if (q.trim() === '') return
  await once('trust:ask', async () => {
    const answer = await attempt(({ backend }) => backend.askAbout({ account, q: q.trim() }))
    asked.value = answer.ok
      ? { account, q, mails: answer.value.mails, problem: undefined }
      : { account, q, mails: undefined, problem: answer.problem }
  })
}

export function forgetAsked(): void {
  asked.value = { account: '', q: '', mails: undefined, problem: undefined }
}

/** How long ago, for a line that says it. */
export const seconds = (from: string, to: string) =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000))

/** The clock of the server, for "this minute". */
export const serverNow = () => now()
