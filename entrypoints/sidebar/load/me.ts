import type { Stage } from '@/lib/contract/identity.ts'
import { now, setServerTime } from '@/lib/extension/clock.ts'
import { callBackground } from '@/lib/extension/relay.ts'
import { google, me, page } from '../state.ts'
import { attempt, link } from './core.ts'
import { newest } from './newest.ts'

/** Who I am and what Inlay may do at Google. */
export async function loadMe(): Promise<void> {
  const answer = await newest('me', ({ backend }) => backend.me())
  if (!answer?.ok) return
  me.value = answer.value
  setServerTime(answer.value.now)
  if (google.value.waiting === 'consent') google.value = { waiting: undefined, problem: undefined }
  void link()
    ?.cache?.writeMeta('me', answer.value)
    .catch(() => undefined)
}

/** The foot says when mail was last looked through, and a look that finds nothing is told to nobody; ms. */
const meStays = 60_000

/** Asks again when what is known has aged, while somebody may be looking. */
export function freshenMe(): void {
  const known = me.value
  if (known === undefined || document.visibilityState === 'hidden') return
  const isOver = known.mailboxes.some((one) => isPast(one.pausedUntil))
  if (isOver || now() - Date.parse(known.now) >= meStays) void loadMe()
}

/** A moment up to which something was so. */
export function isPast(until: string | null): boolean {
  return until !== null && Date.parse(until) <= now()
}

/** Opens Google's page; how it ended comes by the settings. */
export async function signIn(): Promise<void> {
  google.value = { waiting: 'sign-in', problem: undefined }
  const answer = await callBackground('sign-in', { account: page.value?.account }).catch(() => ({
    ok: false as const,
    reason: 'unreachable',
  }))
  if (!answer.ok) google.value = { waiting: undefined, problem: answer.reason }
}

/** Asks Google for one more permission (decisions 17: in stages). The stream says when it is given. */
export async function allow(stages: Stage[]): Promise<void> {
  google.value = { waiting: 'consent', problem: undefined }
  const answer = await attempt(async ({ backend, account }) => ({
    ...(await backend.startConsent({ stages, account })),
    account,
  }))
  if (!answer.ok) {
    const { problem } = answer
    google.value = {
      waiting: undefined,
      problem: problem.kind === 'refused' ? problem.reason : 'unreachable',
    }
    return
  }
  const { account, code, url } = answer.value
  const opened = await callBackground('consent', { account, code, url }).catch(() => ({
    ok: false as const,
    reason: 'unreachable',
  }))
  if (!opened.ok) google.value = { waiting: undefined, problem: opened.reason }
}

export function openOptions(): void {
  void callBackground('open-options', {})
}
