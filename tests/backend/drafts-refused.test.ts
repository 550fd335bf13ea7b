import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { DraftList } from '../../lib/contract/compose.ts'
import type { Send } from '../../lib/contract/sends.ts'
import {
  draftFile,
  fileOn,
  guardsOf,
  newRecord,
  now,
  openDraft,
  refusal,
  refused,
  saveDraft,
  submitDraft,
  townWithBoss,
  tryOpenDraft,
  undoSend,
} from './harness/drafting.ts'
import type { TestHouse } from './harness/house.ts'
import { newPair, type Pair, see } from './harness/sending.ts'

let town: TestHouse

beforeAll(async () => {
  town = await townWithBoss()
})

describe('what stands against it', () => {
  test('is told, stops it, and is overruled by name and written down', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair, {
      subject: '',
      html: '<p>Dear {{ contact.name }}, see the attached plan.</p>',
    })
    expect((await guardsOf(pair, draft.id)).map((one) => one.code)).toEqual([
      'unresolved_field',
      'attachment_missing',
      'empty_subject',
    ])
    const overrule = ['unresolved_field', 'attachment_missing']
    const stopped = await submitDraft(pair, draft, { overrule })
    expect(refusal(stopped)).toMatchObject(
      refused(409, 'guards_open', { count: 1, codes: 'empty_subject', hard: 0 }),
    )
    expect(await see(pair.rep, draft.id)).toMatchObject({ status: 'draft', version: 1 })
    const sent = await submitDraft(pair, draft, { overrule: [...overrule, 'empty_subject', 'other_account'] })
    expect(sent.body.steps.map(({ step, detail }) => `${step} ${detail}`.trim())).toEqual([
      'created',
      'submitted 1',
      'overruled unresolved_field',
      'overruled attachment_missing',
      'overruled empty_subject',
    ])
    const row = await town.house.db
      .selectFrom('sends')
      .select('overruled')
      .where('id', '=', draft.id)
      .executeTakeFirstOrThrow()
    expect(row.overruled).toEqual(['unresolved_field', 'attachment_missing', 'empty_subject'])
  })

  test('a mail of signature and quote alone is asked about; an image is something', async () => {
    const pair = await newPair(town, ['send'])
    const signature = '<div class="gmail_signature"><div>Mia Sato</div><div>Arbor</div></div>'
    const more = { quote: '<div>Dear Mia</div>' }
    const codes = async (html: string) => {
      const draft = await openDraft(pair, { ...more, html })
      return (await guardsOf(pair, draft.id)).map((one) => one.code)
    }
    expect(await codes(`<p><br></p>${signature}`)).toEqual(['empty_text'])
    expect(await codes('')).toEqual(['empty_text'])
    expect(await codes(`<p>Yes.</p>${signature}`)).toEqual([])
    expect(await codes(`<p><img src="cid:plan@inlay" alt=""></p>${signature}`)).toEqual([])
  })

  test('what the answered mail said is no mention, and a file settles it', async () => {
    const pair = await newPair(town, ['send'])
    const quote = '<div>Please find attached our offer.</div>'
    expect(await guardsOf(pair, (await openDraft(pair, { quote })).id)).toEqual([])
    const draft = await openDraft(pair, { html: '<p>見積書を添付いたします。</p>', quote })
    expect(await guardsOf(pair, draft.id)).toMatchObject([{ code: 'attachment_missing', hard: false }])
    await draftFile(town, draft.id, '見積書.pdf')
    expect(await guardsOf(pair, draft.id)).toEqual([])
  })

  test('another account’s person and another customer’s file, as far as I may see them', async () => {
    const pair = await newPair(town, ['send'])
    const make = async (name: string) => {
      const accountId = await newRecord(pair, { module: 'accounts', fields: { accountName: name } })
      const address = `${name.toLowerCase()}.${crypto.randomUUID().slice(0, 6)}@x.example`
      const id = await newRecord(pair, {
        module: 'contacts',
        fields: { lastName: name },
        primaryAddress: address,
        accountId,
      })
      return { id, address, accountId }
    }
    const [halden, nord] = [await make('Halden'), await make('Nordwind')]
    const deal = await newRecord(pair, {
      module: 'deals',
      fields: { dealName: 'Line 4' },
      mainContactId: halden.id,
      accountId: halden.accountId,
    })
    const draft = await openDraft(pair, {
      recordId: deal,
      to: [{ address: halden.address }, { address: nord.address, name: 'Ole' }],
    })
    const fileId = await draftFile(town, draft.id, 'nordwind.pdf')
    const { sha256, org_id } = await town.house.db
      .selectFrom('send_files')
      .select(['sha256', 'org_id'])
      .where('id', '=', fileId)
      .executeTakeFirstOrThrow()
    await fileOn(town, nord.id, sha256 ?? '', org_id)
    const found = await guardsOf(pair, draft.id)
    expect(found).toMatchObject([
      {
        code: 'other_account',
        about: 'Ole',
        address: nord.address,
        facts: { account: 'Nordwind', expected: 'Halden' },
      },
    ])
    // Written to both, the file is one of theirs; written to Halden alone it is not.
    await saveDraft(pair, draft, { to: [{ address: halden.address }] })
    expect(await guardsOf(pair, draft.id)).toMatchObject([
      { code: 'other_customers_file', about: 'nordwind.pdf', fileId, facts: { account: 'Nordwind' } },
    ])
    // What lies in the library is for every customer.
    const source = (to: 'library' | 'computer') =>
      town.house.db.updateTable('send_files').set({ source: to }).where('id', '=', fileId).execute()
    await source('library')
    expect(await guardsOf(pair, draft.id)).toEqual([])
    await source('computer')
    await fileOn(town, deal, sha256 ?? '', org_id)
    expect(await guardsOf(pair, draft.id)).toEqual([])
  })

  test('a suppressed address stops it for good, whatever is overruled (S-028)', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair)
    const { org_id } = await town.house.db
      .selectFrom('sends')
      .select('org_id')
      .where('id', '=', draft.id)
      .executeTakeFirstOrThrow()
    const made_at = new Date(town.google.clock.now())
    const row = {
      id: crypto.randomUUID(),
      org_id,
      address: pair.customer.email,
      reason: 'invalid' as const,
      evidence: '{}',
      made_at,
    }
    await town.house.db.insertInto('suppressions').values(row).execute()
    const overrule = ['suppressed', 'empty_subject']
    expect(refusal(await submitDraft(pair, draft, { overrule }))).toMatchObject(
      refused(409, 'guards_open', { codes: 'suppressed', hard: 1, address: pair.customer.email }),
    )
    const straight = { account: pair.rep.email, to: [{ address: pair.customer.email }], ...now }
    expect(refusal(await pair.rep.call('POST', '/sends', straight))).toMatchObject(
      refused(409, 'suppressed', { address: pair.customer.email }),
    )
    await town.house.db
      .updateTable('suppressions')
      .set({ lifted_at: made_at })
      .where('id', '=', row.id)
      .execute()
    expect((await submitDraft(pair, draft)).status).toBe(200)
  })
})

describe('a mailbox or permission that is gone', () => {
  const set = async (pair: Pair, status: 'connected' | 'disconnected' | 'reauth_required') => {
    await town.house.db.updateTable('mailboxes').set({ status }).where('email', '=', pair.rep.email).execute()
  }

  test('disconnected between compose and send: refused with its reason, the draft kept', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair)
    await set(pair, 'disconnected')
    expect(refusal(await submitDraft(pair, draft))).toMatchObject(refused(403, 'mailbox_none'))
    await set(pair, 'reauth_required')
    expect(refusal(await submitDraft(pair, draft))).toMatchObject(refused(403, 'mailbox_reauth'))
    expect((await saveDraft(pair, draft, { subject: 'Still here' })).status).toBe(200)
    expect((await pair.rep.call<DraftList>('GET', '/sends/drafts')).body.drafts).toMatchObject([
      { subject: 'Still here' },
    ])
    await set(pair, 'connected')
    expect((await submitDraft(pair, { id: draft.id, version: 2 })).status).toBe(200)
  })

  test('disconnected within the undo window: held with its reason, and still to be taken back', async () => {
    const pair = await newPair(town, ['send'])
    const sent = (await submitDraft(pair, await openDraft(pair), { undoSeconds: 10 })).body
    await pair.rep.call('POST', '/sync/disconnect', { account: pair.rep.email, erase: false })
    const held = await see(pair.rep, sent.id)
    expect(held).toMatchObject({ status: 'held', reason: 'mailbox_disconnected' })
    expect((await undoSend(pair, held)).body).toMatchObject({ status: 'draft', reason: null })
  })

  test('a viewer writes nothing, and who may not schedule still sends now (S-044)', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair)
    const role = (to: 'viewer' | 'rep') =>
      town.house.db.updateTable('users').set({ role: to }).where('email', '=', pair.rep.email).execute()
    await role('viewer')
    expect(refusal(await submitDraft(pair, draft))).toMatchObject(refused(403, 'role_cannot_write'))
    expect(refusal(await tryOpenDraft(pair))).toMatchObject(refused(403, 'role_cannot_write'))
    await role('rep')
    const boss = await town.signIn('boss@arbor.example')
    await boss.call('PUT', '/policy/schedule.who', { value: 'off' })
    const at = { when: { kind: 'at', local: '2027-03-01T18:00', zone: 'UTC' } }
    expect(refusal(await submitDraft(pair, draft, at))).toMatchObject(refused(403, 'permission_missing'))
    expect((await submitDraft(pair, draft, { undoSeconds: 10 })).status).toBe(200)
    await boss.call('PUT', '/policy/schedule.who', { value: 'everyone' })
  })
})

test('a scheduled mail is edited with its formatted text, quote and sender', async () => {
  const pair = await newPair(town, ['send'])
  const at = { when: { kind: 'at', local: '2027-03-01T18:00', zone: 'UTC' } }
  const sent = (await submitDraft(pair, await openDraft(pair, { quote: '<p>Before</p>' }), at)).body
  const edit = (body: object) => pair.rep.call<Send>('PATCH', `/sends/${sent.id}`, body)
  const html = '<p onclick="x()">New <i>text</i></p>'
  const edited = await edit({ version: 2, html })
  expect(edited.body).toMatchObject({
    html: '<p style="margin:0">New <i>text</i></p>',
    body: 'New text\n\nBefore',
    quote: '<p>Before</p>',
  })
  expect((await edit({ version: 3, quote: '' })).body).toMatchObject({ body: 'New text', quote: '' })
  expect((await edit({ version: 4, body: 'Plain' })).body).toMatchObject({
    body: 'Plain',
    html: '',
    quote: '',
  })
  expect(refusal(await edit({ version: 5, from: 'other@arbor.example' }))).toMatchObject(
    refused(400, 'not_a_sender', { address: 'other@arbor.example' }),
  )
  expect((await edit({ version: 5, from: null })).body.from.address).toBe(pair.rep.email)
  expect((await guardsOf(pair, sent.id)).map((one) => one.code)).toEqual([])
})
