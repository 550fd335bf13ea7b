import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { draft, draftState, offline, sheetProblem, sheets } from '../../state.ts'
import {
  draftClash,
  draftFiles,
  draftList,
  guards,
  keptDrafts,
  mailEditor,
  saveFailed,
} from '../../state-compose.ts'
import { turnedAway } from '../../state-files.ts'
import { attempt, link, say } from '../core.ts'
import { sweepDiscarded, tellMark } from './discard.ts'
import { settleDoubt } from './doubt.ts'
import { savedParties } from './parties.ts'

/** Ms after a change until the text is taken over, and then until it stands in this browser, also while keys go on. */
const textRest = 200
const keepRest = 200
/** Ms after the last change until the server has it, and at the longest. */
const saveRest = 1200
const saveLongest = 5000
let keeping: ReturnType<typeof setTimeout> | undefined
let saving: ReturnType<typeof setTimeout> | undefined
let taking: ReturnType<typeof setTimeout> | undefined
let unsavedSince: number | undefined
let changedAt = 0
let queue: Promise<unknown> = Promise.resolve()

/** Every change is kept: in this browser at once, at the server when the person pauses. */
export function changeDraft(part: Partial<Draft>): void {
  if (draft.value === undefined) return
  draft.value = { ...draft.value, ...part, unsaved: true, at: now() }
  draftState.value = 'dirty'
  // What stood against sending may not any more; it is asked again before anything goes.
  guards.value = undefined
  sheetProblem.value = undefined
  keeping ??= setTimeout(() => void keepDraft(), keepRest)
  changedAt = performance.now()
  unsavedSince ??= changedAt
  const longest = unsavedSince + saveLongest - changedAt
  clearTimeout(saving)
  saving = setTimeout(() => void saveDraft(), Math.min(saveRest, longest))
}

/** The text was changed; it is taken over a moment later, since writing out a long mail must not cost each key. */
export function textChanged(): void {
  taking ??= setTimeout(takeText, textRest)
}

/** Takes the text over now, before it is saved or sent. */
export function takeText(): void {
  clearTimeout(taking)
  if (taking === undefined) return
  taking = undefined
  const html = mailEditor.value?.html()
  if (html !== undefined && draft.value !== undefined && draft.value.html !== html) changeDraft({ html })
}

/** Takes over all that is shown, also a signature under which nothing was written. */
export function takeShown(): void {
  if (draft.value?.html === '') textChanged()
  takeText()
}

/** Writes it down in this browser. */
export async function keepDraft(): Promise<void> {
  takeText()
  stopKeeping()
  const one = draft.value
  if (one === undefined || draftState.value !== 'dirty') return
  const written = await write(one)
  if (!written || draft.value !== one || draftState.value !== 'dirty') return
  // Said when the person pauses: it would come and go with each word.
  if (performance.now() - changedAt >= keepRest) draftState.value = 'kept'
  else keeping ??= setTimeout(() => void keepDraft(), keepRest)
}

/** Saves it at the server, one save after the other; gives what went wrong, if anything did. */
export function saveDraft(): Promise<ApiProblem | undefined> {
  takeText()
  stopSaving()
  const one = draft.value
  const mine = queue.then(() => push(draft.value?.id === one?.id ? draft.value : one))
  queue = mine.catch(() => undefined)
  return mine
}

/** Once every save that has begun is answered. */
export function saved(): Promise<unknown> {
  return queue
}

async function push(one: Draft | undefined): Promise<ApiProblem | undefined> {
  if (one === undefined || one.editing !== undefined || !one.unsaved) return undefined
  if (draftClash.value !== undefined && draft.value?.id === one.id) return undefined
  const { server } = one
  const answer = await attempt(
    async ({ backend, account }): Promise<{ id: string; version: number }> =>
      server === undefined
        ? backend.openDraftOnServer({ account, replyTo: one.replyTo ?? null, ...contentOf(one) }, one.attempt)
        : backend.saveDraft(server.id, { version: server.version, ...contentOf(one) }),
  )
  saveFailed.value = !answer.ok
  if (!answer.ok) return refused(one, answer.problem)
  const { id, version } = answer.value
  const here = draft.value?.attempt === one.attempt ? draft.value : undefined
  // Made under a key whose answer was lost before, it may hold an earlier text: then it is saved once more.
  const again = server === undefined && lost.delete(one.attempt)
  const whole = (here ?? one) === one && !again
  const next = { ...(here ?? one), server: { id, version } }
  next.unsaved = !whole
  if (here !== undefined) {
    draft.value = next
    if (whole) draftState.value = 'saved'
  }
  if (here !== undefined || (await isKept(one))) await write(next)
  else await tellMark(one, { id, version })
  // What was typed meanwhile has its own turn.
  return again ? push(next) : undefined
}

/** Keys whose answer was lost. */
const lost = new Set<string>()

function refused(one: Draft, problem: ApiProblem): ApiProblem {
  if (problem.kind !== 'refused') lost.add(one.attempt)
  else if (draft.value?.id === one.id) {
    if (problem.reason === 'version_stale') draftClash.value = 'changed'
    else if (one.server !== undefined && ['not_found', 'conflict'].includes(problem.code))
      draftClash.value = 'gone'
  }
  return problem
}

/** The draft as the server takes it. */
export function contentOf(one: Draft) {
  return {
    recordId: one.recordId ?? null,
    from: one.from ?? null,
    ...savedParties(one),
    ...{
      subject: one.subject,
      html: one.html,
      quote: one.quote,
      templateId: one.templateId ?? null,
      partial: one.partial,
    },
  }
}

/** Where the draft stands at the server, for whatever hangs on it there: files, images, a mass send. */
export async function serverDraft(): Promise<{ id: string; version: number } | undefined> {
  if (draft.value?.server === undefined && draft.value !== undefined) {
    draft.value = { ...draft.value, unsaved: true }
    await saveDraft()
  }
  return draft.value?.server
}

/** Closes the composer; the draft stays, here and at the server. */
export function leaveDraft(): void {
  takeText()
  if (draftState.value !== 'clean') {
    void keepDraft()
    void saveDraft()
  }
  if (draft.value?.editing !== undefined && draft.value.unsaved) say(t('compose.edit_left'))
  closeComposer()
}

/** The mail was sent, or its writer does not want it: this browser forgets it. */
export function forgetDraft(): void {
  stopKeeping()
  stopSaving()
  const id = draft.value?.id
  closeComposer()
  if (id !== undefined) void link()?.cache?.removeDraft(id)
}

/** The browser may be gone in a moment, or the network has come back. */
export function startKeeping(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') void keepDraft()
  })
  for (const kind of ['pagehide', 'blur']) addEventListener(kind, () => void keepDraft())
  offline.subscribe((away) => {
    if (away) return
    settleDoubt()
    // It was not sent because nobody answered; that is over.
    if (sheetProblem.value?.kind === 'network') sheetProblem.value = undefined
    void saveKept()
  })
}

/** Another account, or nobody: nothing of the mail that was open stays in sight. */
export function forgetDraftsHere(): void {
  stopKeeping()
  stopSaving()
  closeComposer()
  draftList.value = undefined
  keptDrafts.value = []
}

/** Saves what was written while the server was away, also by an earlier run of this browser. */
export async function saveKept(): Promise<void> {
  takeText()
  if (draft.value?.unsaved) void saveDraft()
  const kept =
    (await link()
      ?.cache?.readDrafts()
      .catch(() => [])) ?? []
  for (const one of kept) {
    if (!one.unsaved || one.discarded || one.editing !== undefined || one.id === draft.value?.id) continue
    const mine = queue.then(() => (draft.value?.id === one.id ? undefined : push(one)))
    queue = mine.catch(() => undefined)
  }
  await queue
  await sweepDiscarded()
}

function stopKeeping(): void {
  clearTimeout(keeping)
  keeping = undefined
}

function stopSaving(): void {
  clearTimeout(saving)
  unsavedSince = undefined
}

function closeComposer(): void {
  draft.value = undefined
  draftState.value = 'clean'
  draftClash.value = undefined
  guards.value = undefined
  draftFiles.value = []
  // What was refused for this mail is not said beside the next one about the same record.
  turnedAway.value = turnedAway.value.filter((one) => one.draftId === undefined)
  sheets.value = sheets.value.filter(
    ({ kind }) => !['compose', 'schedule', 'mass', 'pick-files'].includes(kind),
  )
}

async function isKept(one: Draft): Promise<boolean> {
  const kept = await link()
    ?.cache?.readDraft(one.id)
    .catch(() => undefined)
  return kept !== undefined && kept.at === one.at
}

function write(one: Draft): Promise<boolean> {
  const writing = link()?.cache?.writeDraft(one)
  return writing === undefined
    ? Promise.resolve(false)
    : writing.then(
        () => true,
        () => false,
      )
}
