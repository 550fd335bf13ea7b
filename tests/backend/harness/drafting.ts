import { expect } from 'vitest'
import type { ErrorBody } from '../../../lib/contract/common.ts'
import type {
  CheckedRecipients,
  DraftSaved,
  GuardList,
  RecipientRows,
} from '../../../lib/contract/compose.ts'
import type { RecordCard } from '../../../lib/contract/records.ts'
import type { Send } from '../../../lib/contract/sends.ts'
import type { Answer } from '../../stand-ins/door.ts'
import { type TestHouse, testHouse } from './house.ts'
import type { Pair } from './sending.ts'

/** A house whose first person is the admin and lets everybody of the domain join. Call it in `beforeAll`. */
export async function townWithBoss(): Promise<TestHouse> {
  const town = await testHouse()
  town.google.addAccount({ email: 'boss@arbor.example', name: 'Aya Boss' })
  const admin = await town.signIn('boss@arbor.example')
  await admin.call('PUT', '/policy/join', { domains: ['arbor.example'] })
  return town
}

/** Due at once. */
export const now = { when: { kind: 'now' } }
/** What a refusal says. */
export const refusal = (answer: Answer<unknown>) => {
  const { error } = answer.body as ErrorBody
  return { status: answer.status, reason: error.reason, facts: error.facts, fields: error.fields }
}
/** A refusal as far as a test names it. */
export const refused = (status: number, reason: string, facts?: object, fields?: object) => ({
  status,
  reason,
  ...(facts && { facts }),
  ...(fields && { fields }),
})

/** A new draft of the rep to the customer. */
export async function openDraft(pair: Pair, more: object = {}): Promise<Send> {
  const answer = await tryOpenDraft(pair, more)
  expect(answer).toMatchObject({ status: 201 })
  return answer.body
}

/** The same, refused or not. */
export function tryOpenDraft({ rep, customer }: Pair, more: object = {}): Promise<Answer<Send>> {
  const to = [{ address: customer.email, name: 'Elena Brandt' }]
  return rep.call<Send>('POST', '/sends/drafts', {
    account: rep.email,
    to,
    subject: 'Offer',
    html: '<p>Dear Elena</p>',
    ...more,
  })
}

/** The draft with these changes, as the composer saves it: whole. */
export function saveDraft({ rep }: Pair, draft: Send, more: object = {}) {
  const { to, cc, bcc, subject, html, quote, recordId, version } = draft
  const body = { version, to, cc, bcc, subject, html, quote, recordId, ...more }
  return rep.call<DraftSaved>('PUT', `/sends/${draft.id}/draft`, body)
}

/** Sends it off now, unless told otherwise. */
export const submitDraft = (
  { rep }: Pair,
  { id, version }: { id: string; version: number },
  more: object = {},
) => rep.call<Send>('POST', `/sends/${id}/submit`, { version, ...now, ...more })
/** A click on Undo. */
export const undoSend = ({ rep }: Pair, { id, version }: Send) =>
  rep.call<Send>('POST', `/sends/${id}/undo`, { version })
/** What stands against it. */
export const guardsOf = async ({ rep }: Pair, id: string) =>
  (await rep.call<GuardList>('POST', `/sends/${id}/check`)).body.guards

/** A new record's id. */
export async function newRecord(pair: Pair, body: object): Promise<string> {
  const made = await pair.rep.call<RecordCard>('POST', '/records', { fields: {}, ...body })
  expect(made).toMatchObject({ status: 201 })
  return made.body.record.id
}

/** A file on a draft, put there directly. */
export async function draftFile(
  town: TestHouse,
  sendId: string,
  name: string,
  more: object = {},
): Promise<string> {
  const { db, clock } = town.house
  const id = crypto.randomUUID()
  const { org_id } = await db
    .selectFrom('sends')
    .select('org_id')
    .where('id', '=', sendId)
    .executeTakeFirstOrThrow()
  const row = {
    id,
    org_id,
    send_id: sendId,
    position: 1,
    source: 'computer' as const,
    name,
    mime_type: 'application/pdf',
  }
  await db
    .insertInto('send_files')
    .values({
      ...row,
      size: 3,
      sha256: id.replaceAll('-', '').padEnd(64, '0'),
      state: 'ready',
      created_at: new Date(clock.now()),
      ...more,
    })
    .execute()
  return id
}

/** The same file filed on a record. */
export async function fileOn(
  town: TestHouse,
  recordId: string,
  sha256: string,
  org_id: string,
): Promise<void> {
  const { db, clock } = town.house
  const at = new Date(clock.now())
  const { author_id } = await db
    .selectFrom('sends')
    .select('author_id')
    .where('org_id', '=', org_id)
    .limit(1)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('files')
    .values({ org_id, sha256, size: 3, created_at: at })
    .onConflict((oc) => oc.doNothing())
    .execute()
  const none = { mailbox_id: null, gmail_message_id: null, part_id: null, deleted_at: null }
  await db
    .insertInto('attachments')
    .values({
      id: crypto.randomUUID(),
      org_id,
      record_id: recordId,
      sha256,
      name: 'n.pdf',
      mime_type: 'x/y',
      size: 3,
      filed_by: author_id,
      filed_at: at,
      ...none,
    })
    .execute()
}

let nth = 0
/** Makes a name nobody else has. */
export const tag = () => `${++nth}${crypto.randomUUID().slice(0, 4)}`

/** An account with a person of it and the deal with them. */
export async function customer(pair: Pair, company: string) {
  const accountId = await newRecord(pair, { module: 'accounts', fields: { accountName: company } })
  const address = `elena.${tag()}@x.example`
  const second = `brandt.${tag()}@x.example`
  const fields = { firstName: 'Elena', lastName: `Brandt ${company}` }
  const both = { primaryAddress: address, secondaryAddress: second }
  const id = await newRecord(pair, { module: 'contacts', fields, accountId, ...both })
  const deal = { dealName: `${company} line 4`, stage: 'proposal' }
  const dealId = await newRecord(pair, { module: 'deals', fields: deal, accountId, mainContactId: id })
  return { accountId, id, dealId, address, second }
}

/** Whom a typed text may mean. */
export const find = async ({ rep }: Pair, q: string, recordId?: string) => {
  const query = new URLSearchParams({ q, ...(recordId !== undefined && { recordId }) })
  return (await rep.call<RecipientRows>('GET', `/recipients?${query}`)).body.rows
}
/** What is known of addresses. */
export const check = async ({ rep }: Pair, addresses: string[], recordId?: string) =>
  (await rep.call<CheckedRecipients>('POST', '/recipients/check', { addresses, recordId })).body.rows
