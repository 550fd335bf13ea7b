import type { SendFile } from '@/lib/contract/sends.ts'
import { blockedType } from '@/lib/domain/blocked-files.ts'
import { bytesOver } from '@/lib/domain/mail-limits.ts'
import { draft } from '../../state.ts'
import { draftFiles } from '../../state-compose.ts'
import { type Carried, mailLimits, type TurnedAway, turnedAway } from '../../state-files.ts'
import { attempt, link } from '../core.ts'
import { carry, type Job, letGo, patchRow, rowOf } from './jobs.ts'
import { forgetUpload, rememberUpload, wasChosen } from './memory.ts'
import {
  bytesUsed,
  carriedHere,
  dropFile,
  filePlace,
  knownPlace,
  learnLimits,
  putFile,
  unlisted,
} from './place.ts'

/** Files of this computer for the open mail, chosen, dropped or pasted; refused ones are said before a byte is sent. */
export async function attachFiles(files: readonly File[]): Promise<void> {
  const one = draft.value
  if (one === undefined || files.length === 0) return
  if (mailLimits.value === undefined) await learnLimits()
  if (draft.value?.id !== one.id) return
  for (const file of files) {
    const why = whyNot(file.name, file.size)
    if (why === undefined) start(one.id, file)
    else turnAway({ draftId: one.id, name: file.name, why })
  }
}

/** Why a file can't go into the open mail, as far as it can be known here. */
export function whyNot(name: string, size: number): TurnedAway['why'] | undefined {
  const type = blockedType(name)
  if (type !== undefined) return { kind: 'blocked', type }
  const limits = mailLimits.value
  if (limits === undefined) return undefined
  if (draftFiles.value.length + unlisted().length >= limits.maxFiles)
    return { kind: 'too_many', most: limits.maxFiles }
  const over = bytesOver([{ size: bytesUsed() }], size, limits.maxBytes)
  return over > 0 ? { kind: 'too_large', size, over } : undefined
}

export function turnAway(one: Omit<TurnedAway, 'key'>): void {
  turnedAway.value = [...turnedAway.value, { ...one, key: crypto.randomUUID() }]
}

export function dismissRefusal(key: string): void {
  turnedAway.value = turnedAway.value.filter((one) => one.key !== key)
}

/** What the server said no to, in the shape of what is refused here. */
export function whyRefused(problem: TurnedAwayProblem, size: number): TurnedAway['why'] {
  if (problem.kind !== 'refused') return { kind: 'problem', problem }
  const { reason, facts } = problem
  const fact = (name: string) => Number(facts[name] ?? 0)
  if (reason === 'mail_too_large')
    return { kind: 'too_large', size: fact('size') || size, over: fact('over') }
  if (reason === 'file_blocked') {
    const { inside } = facts
    const type = String(facts['type'] ?? '')
    return { kind: 'blocked', type, ...(inside !== undefined && { inside: String(inside) }) }
  }
  return { kind: 'problem', problem }
}
type TurnedAwayProblem = Extract<TurnedAway['why'], { kind: 'problem' }>['problem']

function start(draftId: string, file: File, resumed?: SendFile): void {
  const here = link()
  if (here === undefined) return
  const key = crypto.randomUUID()
  const about = { name: file.name, mimeType: file.type || 'application/octet-stream', size: file.size }
  const job: Job = {
    key,
    file,
    link: here,
    begin: async (idempotency) => {
      const sendId = draft.value?.id === draftId ? await filePlace() : rowOf(key)?.sendId
      if (sendId === undefined) return { ok: false, problem: { kind: 'network' } }
      const answer = await attempt(({ backend }) =>
        backend.startUpload({ purpose: 'send', sendId, ...about }, idempotency),
      )
      if (answer.ok) {
        rememberUpload(answer.value.id, file)
        patchRow(key, { sendId })
        if (!job.stopped) putFile(sendId, waiting(answer.value.id, about, answer.value.received))
      }
      return answer
    },
    done: (upload) => {
      forgetUpload(upload.id)
      if (upload.file !== null) putFile(rowOf(key)?.sendId ?? '', upload.file)
    },
    refused: (problem) => {
      const row = rowOf(key)
      const isBlocked = problem.kind === 'refused' && problem.reason === 'file_blocked'
      // The server looked into it when it had all of it, and has forgotten it.
      if (isBlocked && row?.id !== undefined) {
        forgetUpload(row.id)
        dropFile(row.id)
      } else if (row?.id !== undefined) return false
      turnAway({ draftId, name: file.name, why: whyRefused(problem, file.size) })
      return true
    },
    stopped: false,
    tries: 0,
  }
  const row: Carried = {
    ...{ key, draftId, sendId: resumed && knownPlace(), id: resumed?.id, ...about },
    ...{ received: resumed?.received ?? 0, state: 'waits', problem: undefined },
  }
  carry(job, row)
}

function waiting(
  id: string,
  about: Pick<SendFile, 'name' | 'mimeType' | 'size'>,
  received: number,
): SendFile {
  return { ...about, id, source: 'computer', state: 'waiting', received, reason: null, cid: null }
}

/**
 * The rest of a file whose panel was closed: the same one goes on where it stopped, by its name, size and time; another takes
 * its place from the beginning.
 */
export async function chooseAgain(row: SendFile, file: File): Promise<void> {
  const one = draft.value
  if (one === undefined) return
  const same = await wasChosen(row.id, file)
  if (draft.value?.id !== one.id) return
  const mine = carriedHere().find((other) => other.id === row.id)
  if (mine !== undefined) letGo(mine.key)
  if (same && row.state === 'waiting') return start(one.id, file, row)
  await takeOff(row.id)
  await attachFiles([file])
}

/** Takes a file off the open mail, or stops it on its way there. */
export async function takeOff(fileId: string): Promise<void> {
  const place = knownPlace()
  const before = draftFiles.value
  const mine = carriedHere().find((one) => one.id === fileId || one.key === fileId)
  if (mine !== undefined) letGo(mine.key)
  // One that has not begun is known to nobody else.
  if (mine !== undefined && mine.id === undefined) return
  const id = mine?.id ?? fileId
  forgetUpload(id)
  if (place === undefined) return
  dropFile(id)
  const answer = await attempt(({ backend }) => backend.removeFile(place, id))
  if (answer.ok || knownPlace() !== place) return
  draftFiles.value = before
  turnAwayProblem(before.find((file) => file.id === id)?.name ?? '', answer.problem)
}

function turnAwayProblem(name: string, problem: TurnedAwayProblem): void {
  turnAway({ draftId: draft.value?.id, name, why: { kind: 'problem', problem } })
}
