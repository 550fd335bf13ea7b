import type { RecordCard } from '@/lib/contract/records.ts'
import type { Send } from '@/lib/contract/sends.ts'
import { normaliseAddress, type Party } from '@/lib/domain/addresses.ts'
import type { Draft } from '@/lib/extension/cache.ts'
import { now } from '@/lib/extension/clock.ts'
import { draft, draftState, facts, type Person, page, people, sheetProblem, sheets } from '../state.ts'
import { link } from './core.ts'

let saving: ReturnType<typeof setTimeout> | undefined
/** Ms after the last key until the draft is written down. */
const rest = 300

/** A mail to this person: an answer when they are in the open thread, else a new one. An unsent draft opens again. */
export async function composeTo(one: Person | undefined, card: RecordCard | undefined): Promise<void> {
  const fresh = one === undefined ? newMail(card) : answerTo(one, card)
  const kept = await link()
    ?.cache?.readDraft(fresh.id)
    .catch(() => undefined)
  openDraft(kept ?? fresh, kept === undefined ? 'clean' : 'saved')
}

/** Shows a draft in the composer. */
export function openDraft(one: Draft, state: 'clean' | 'saved'): void {
  draft.value = one
  draftState.value = state
  sheetProblem.value = undefined
  if (!sheets.value.some((sheet) => sheet.kind === 'compose'))
    sheets.value = [...sheets.value, { kind: 'compose' }]
}

/** What stands in the queue, as a draft that changes it. */
export function draftOf(send: Send): Draft {
  return {
    id: `send:${send.id}`,
    recordId: send.recordId ?? undefined,
    replyTo: undefined,
    to: send.to,
    cc: send.cc,
    bcc: send.bcc,
    subject: send.subject,
    body: send.body,
    pending: { to: '', cc: '', bcc: '' },
    editing: { sendId: send.id, version: send.version },
    when: undefined,
    attempt: crypto.randomUUID(),
    at: now(),
  }
}

/** Every change is kept; it is written down when the person pauses, and at once when the sheet closes. */
export function changeDraft(part: Partial<Draft>): void {
  if (draft.value === undefined) return
  draft.value = { ...draft.value, ...part, at: now() }
  draftState.value = 'dirty'
  clearTimeout(saving)
  saving = setTimeout(() => void saveDraft(), rest)
}

export async function saveDraft(): Promise<void> {
  clearTimeout(saving)
  const one = draft.value
  if (one === undefined || draftState.value !== 'dirty') return
  const written = await link()
    ?.cache?.writeDraft(one)
    .then(() => true)
    .catch(() => false)
  if (written && draft.value === one) draftState.value = 'saved'
}

/** Closes the composer; the draft stays in this browser. */
export function leaveDraft(): void {
  void saveDraft()
  closeComposer()
}

/** The mail was sent, or its writer does not want it. */
export function dropDraft(): void {
  clearTimeout(saving)
  const id = draft.value?.id
  closeComposer()
  if (id !== undefined) void link()?.cache?.removeDraft(id)
}

/** Typed recipients as parties; undefined while one of them is not an address. */
export function recipientsOf(one: Draft): Pick<Draft, 'to' | 'cc' | 'bcc'> | undefined {
  const whole = (parties: Party[], pending: string) => [...parties, ...readParties(pending)]
  const found = {
    to: whole(one.to, one.pending.to),
    cc: whole(one.cc, one.pending.cc),
    bcc: whole(one.bcc, one.pending.bcc),
  }
  const bad = Object.values(found).some((list) =>
    list.some((party) => normaliseAddress(party.address) === undefined),
  )
  return bad ? undefined : found
}

/** Reads `Elena Brandt <elena@halden.example>; ken@…`, as typed or pasted. What is no address stays as it is, to be shown. */
export function readParties(text: string): Party[] {
  return text
    .split(/[;\n,]+(?=(?:[^"]*"[^"]*")*[^"]*$)/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [, name = '', inside] = /^(.*?)<([^<>]*)>$/.exec(piece) ?? []
      const raw = inside ?? piece
      return { address: normaliseAddress(raw) ?? raw.trim(), name: name.replace(/"/g, '').trim() }
    })
}

function closeComposer(): void {
  draft.value = undefined
  draftState.value = 'clean'
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'compose' && sheet.kind !== 'schedule')
}

/** A mail to whom a card reaches; to nobody yet without one. */
export function newMail(card: RecordCard | undefined): Draft {
  const address = card?.record.primaryAddress
  return {
    ...empty(`new:${card?.record.id ?? 'nobody'}`),
    recordId: card?.record.id,
    to: address ? [{ address, name: card.record.name }] : [],
  }
}

/** Everybody of the newest mail gets the answer, me left out; whoever stood in Cc stays there. */
function answerTo(one: Person, card: RecordCard | undefined): Draft {
  const thread = page.value?.thread
  const here = people.value.some((other) => other.address === one.address)
  const messageId = thread?.messageIds.at(-1) ?? facts.value?.messages.at(-1)?.id
  if (thread?.threadId === undefined || messageId === undefined || !here) {
    return { ...newMail(card), id: `new:${card?.record.id ?? one.address}`, to: [partyOf(one)] }
  }
  const last = facts.value?.messages.find((message) => message.id === messageId)
  const mine = new Set(people.value.filter((other) => other.kind === 'me').map((other) => other.address))
  const others = (parties: Party[]) =>
    parties.filter((party) => party.address !== one.address && !mine.has(party.address))
  const cc = last === undefined ? [] : others([...last.to, ...last.cc, ...(last.from ? [last.from] : [])])
  return {
    ...empty(`reply:${thread.threadId}:${one.address}`),
    recordId: card?.record.id,
    replyTo: { threadId: thread.threadId, messageId },
    to: [partyOf(one)],
    cc: [...new Map(cc.map((party) => [party.address, party])).values()],
    subject: /^re\s*:/i.test(thread.subject) ? thread.subject : `Re: ${thread.subject}`,
  }
}

function partyOf(one: Person): Party {
  return { address: one.address, name: one.name }
}

function empty(id: string): Draft {
  return {
    id,
    recordId: undefined,
    replyTo: undefined,
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    body: '',
    pending: { to: '', cc: '', bcc: '' },
    editing: undefined,
    when: undefined,
    attempt: crypto.randomUUID(),
    at: now(),
  }
}
