import type { RecordCard } from '@/lib/contract/records.ts'
import type { Party } from '@/lib/domain/addresses.ts'
import { now } from '@/lib/extension/clock.ts'
import { type Draft, emptyDraft } from '@/lib/extension/mail-draft.ts'
import { draft, draftState, facts, card as openCard, type Person, page, people, view } from '../../state.ts'
import { attempt, link } from '../core.ts'
import { openOrResume } from './open.ts'
import { checkSoon } from './recipients.ts'

/** Everybody of the newest mail gets the answer, me left out; whoever stood in Cc stays there. */
export async function answerAll(one: Person, card: RecordCard | undefined): Promise<void> {
  const base = answerBase(card)
  if (base === undefined) return
  const mine = new Set(people.value.filter((other) => other.kind === 'me').map((other) => other.address))
  const last = facts.value?.messages.find((message) => message.id === base.replyTo?.messageId)
  const others = (
    last === undefined ? [] : [...last.to, ...last.cc, ...(last.from ? [last.from] : [])]
  ).filter((party) => party.address !== one.address && !mine.has(party.address))
  const cc = [...new Map(others.map((party) => [party.address, party])).values()]
  const to = [{ address: one.address, name: one.name }]
  await begin({ ...base, id: `${base.id}:${one.address}`, to, cc }, undefined)
}

/** True while a mail is open that can be answered. */
export function canAnswer(): boolean {
  return page.value?.thread?.threadId !== undefined
}

/** Reply and Reply all to the newest mail of the open thread, as the mail itself says. */
export async function answerThread(kind: 'reply' | 'replyAll'): Promise<void> {
  const base = answerBase(openCard.value)
  if (base === undefined) return
  const last = facts.value?.messages.find((message) => message.id === base.replyTo?.messageId)
  const to = kind === 'reply' && last?.from ? [last.from] : []
  await begin({ ...base, id: `${base.id}:${kind}`, to }, kind)
}

/** Opens at once with what is known; the quote, and who it goes to, come from the mail itself. */
async function begin(fresh: Draft, kind: 'reply' | 'replyAll' | undefined): Promise<void> {
  await openOrResume(fresh)
  const begun = draft.value
  if (begun?.id !== fresh.id || begun.quote !== '' || draftState.value !== 'clean') return
  const { replyTo } = begun
  if (replyTo === undefined) return
  const answer = await attempt(({ backend, account }) =>
    backend.answerSource(replyTo.threadId, {
      ...{ account, messageId: replyTo.messageId },
      ...{ lang: view.value.language, zone: view.value.zone },
    }),
  )
  const here = draft.value
  if (!answer.ok || here?.id !== begun.id || here.quote !== '') return
  const { value } = answer
  const untouched = here.to === begun.to && here.cc === begun.cc
  const people = peopleOf(kind, untouched, value, begun)
  // Nobody has written anything yet: it is still no draft worth keeping.
  draft.value = { ...here, ...people, quote: value.quote, subject: here.subject || value.subject }
  checkSoon()
}

function peopleOf(
  kind: 'reply' | 'replyAll' | undefined,
  untouched: boolean,
  value: { reply: { to: Party[] }; replyAll: { to: Party[]; cc: Party[] } },
  begun: Draft,
): Partial<Pick<Draft, 'to' | 'cc'>> {
  if (!untouched) return {}
  if (kind === 'reply') return value.reply
  if (kind === 'replyAll') return value.replyAll
  // Before the facts of the thread were known nobody stood in Cc.
  const known = new Set(begun.to.map((party) => party.address))
  const rest = [...value.replyAll.to, ...value.replyAll.cc].filter((party) => !known.has(party.address))
  return begun.cc.length > 0 ? {} : { cc: rest }
}

function answerBase(card: RecordCard | undefined): Draft | undefined {
  const thread = page.value?.thread
  const messageId = thread?.messageIds.at(-1) ?? facts.value?.messages.at(-1)?.id
  if (thread?.threadId === undefined || messageId === undefined || link() === undefined) return undefined
  const { subject } = thread
  return {
    ...emptyDraft(`reply:${thread.threadId}`, now()),
    recordId: card?.record.id,
    replyTo: { threadId: thread.threadId, messageId },
    subject: /^re\s*:/i.test(subject) ? subject : `Re: ${subject}`,
  }
}
