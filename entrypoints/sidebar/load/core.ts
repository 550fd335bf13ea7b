import type { Backend } from '@/lib/extension/api.ts'
import { ApiError, type ApiProblem } from '@/lib/extension/api-core.ts'
import type { Cache } from '@/lib/extension/cache.ts'
import { busy, offline, stage, toast, type Undo, undoable } from '../state.ts'

/** One account at one server, for as long as it is signed in. */
export interface Link {
  account: string
  backend: Backend
  /** undefined where the browser keeps nothing: everything works, only without memory. */
  cache: Cache | undefined
}

let current: Link | undefined
let toastId = 0
/** Ms in which the menu still offers what a toast offered. */
const undoStays = 5 * 60_000

export function setLink(link: Link | undefined): void {
  current = link
}

/** The present link; undefined before signing in. An answer that arrives under another link is dropped by its asker. */
export function link(): Link | undefined {
  return current
}

export type Answer<Value> = { ok: true; value: Value } | { ok: false; problem: ApiProblem }

/** Runs a call; what fails is returned as a problem, and what it says about the whole panel is noted. */
export async function attempt<Value>(call: (link: Link) => Promise<Value>): Promise<Answer<Value>> {
  const asked = current
  if (asked === undefined) return { ok: false, problem: { kind: 'network' } }
  try {
    const value = await call(asked)
    if (asked !== current) return { ok: false, problem: { kind: 'network' } }
    offline.value = false
    return { ok: true, value }
  } catch (error) {
    const problem = problemOf(error)
    if (asked === current) note(problem)
    return { ok: false, problem }
  }
}

/** What an error means; anything that is not the backend's is a defect of ours and is thrown on. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiError) return error.problem
  throw error
}

/** Server gone or session ended: said once, for the whole panel. */
export function note(problem: ApiProblem): void {
  if (problem.kind === 'network') offline.value = true
  else offline.value = false
  if (problem.kind === 'refused' && problem.code === 'unauthenticated') stage.value = 'signed_out'
}

/** Does something once at a time: a second click while it runs is ignored. */
export async function once<Value>(name: string, work: () => Promise<Value>): Promise<Value | undefined> {
  if (busy.value.has(name)) return undefined
  busy.value = new Set([...busy.value, name])
  try {
    return await work()
  } finally {
    busy.value = new Set([...busy.value].filter((one) => one !== name))
  }
}

/** Shows one toast; it replaces the one before. */
export function say(text: string, undo?: Undo): void {
  toastId += 1
  toast.value = { id: toastId, text, undo }
  if (undo !== undefined) undoable.value = { text, undo, until: Date.now() + undoStays }
}

/** Takes back the word of the last change of a record: beside a conflict it would read as if that had been saved. */
export function unsayChange(recordId: string): void {
  const isIts = (undo: Undo | undefined) => undo?.kind === 'set-values' && undo.recordId === recordId
  if (isIts(toast.value?.undo)) toast.value = undefined
  if (isIts(undoable.value?.undo)) undoable.value = undefined
}
