import type { RecordCard } from '@/lib/contract/records.ts'
import { now } from '@/lib/extension/clock.ts'
import { type Draft, emptyDraft } from '@/lib/extension/mail-draft.ts'
import {
  draft,
  draftState,
  facts,
  offline,
  card as openCard,
  page,
  people,
  person,
  view,
} from '../../state.ts'
import { draftList } from '../../state-compose.ts'
import { attempt, link } from '../core.ts'
import { openOrResume, openSent } from './open.ts'
import { checkSoon } from './recipients.ts'

/** True while a mail is open that can be answered. */
export function canAnswer(): boolean {
  return page.value?.thread?.threadId !== undefined
}

/** Reply and Reply all to the newest mail of the open thread, as the mail itself says. */
export async function answerThread(kind: 'reply' | 'replyAll'): Promise<void> {
  const base = answerBase(openCard.value)
  if (base === undefined) return
  const last = facts.value?.messages.find((message) => message.id === base.replyTo?.messageId)
  const mine = new Set(people.value.filter((other) => other.kind === 'me').map((other) => other.address))
  const others = [last?.from ?? person.value, ...(last ? [...last.to, ...last.cc] : [])].flatMap((party) =>
    party && !mine.has(party.address) ? [{ address: party.address, name: party.name }] : [],
  )
  const [first, ...rest] = new Map(others.map((party) => [party.address, party])).values()
  const to = first === undefined ? [] : [first]
  const fresh = { ...base, id: `${base.id}:${kind}`, to, cc: kind === 'reply' ? [] : rest }
  const waiting = kind === 'reply' ? await begunElsewhere(fresh) : undefined
  if (waiting === undefined) await begin(fresh, kind)
  else await openSent(waiting)
}

/** An answer to the thread this browser has no copy of; one that it knows was for all is no plain reply. */
async function begunElsewhere(fresh: Draft): Promise<string | undefined> {
  const threadId = fresh.replyTo?.threadId
  const rows = draftList.value?.rows.filter((row) => row.threadId === threadId) ?? []
  if (rows.length === 0 || offline.value) return undefined
  const kept =
    (await link()
      ?.cache?.readDrafts()
      .catch(() => [])) ?? []
  if (kept.some((one) => one.id === fresh.id)) return undefined
  const known = kept.filter((one) => one.id.startsWith('reply:') || one.discarded !== undefined)
  return rows.find((row) => known.every((one) => one.server?.id !== row.id))?.id
}

/** Opens at once with what is known; the quote, and who it goes to, come from the mail itself. */
async function begin(fresh: Draft, kind: 'reply' | 'replyAll'): Promise<void> {
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
  const people = untouched ? value[kind] : {}
  // Nobody has written anything yet: it is still no draft worth keeping.
  draft.value = { ...here, ...people, quote: value.quote, subject: here.subject || value.subject }
  checkSoon()
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
