import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import type { DraftList } from '../../lib/contract/compose.ts'
import type { EmailsPage } from '../../lib/contract/emails.ts'
import type { Send, SendList } from '../../lib/contract/sends.ts'
import {
  draftFile,
  newRecord,
  now,
  openDraft,
  refusal,
  refused,
  saveDraft,
  submitDraft,
  townWithBoss,
  undoSend,
} from './harness/drafting.ts'
import type { TestHouse } from './harness/house.ts'
import { arrived, deliverDue, deliverToRest, newPair, see, workerDeps } from './harness/sending.ts'

let town: TestHouse
let deps: Deps

beforeAll(async () => {
  town = await townWithBoss()
  deps = workerDeps(town)
})

describe('a draft', () => {
  test('is its author’s alone, stands in no list, and is never sent (S-042)', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const other = await newPair(town, ['send', 'read'])
    await pair.rep.call('PUT', '/sharing', { mode: 'public' })
    const id = await newRecord(pair, {
      module: 'contacts',
      fields: { lastName: 'Brandt' },
      primaryAddress: pair.customer.email,
    })
    const draft = await openDraft(pair, { recordId: id })
    expect(draft).toMatchObject({ status: 'draft', mine: true, recordId: id, steps: [{ step: 'created' }] })
    const boss = await town.signIn('boss@arbor.example')
    for (const who of [other.rep, boss]) {
      const path = `/sends/${draft.id}`
      const version = draft.version
      const answers = [
        await who.call('GET', path),
        await who.call('PUT', `${path}/draft`, { version }),
        await who.call('POST', `${path}/check`),
        await who.call('POST', `${path}/submit`, { version, ...now }),
        await who.call('POST', `${path}/undo`, { version }),
        await who.call('PATCH', path, { version, subject: 'Mine' }),
        await who.call('DELETE', `${path}?version=1`),
      ]
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404, 404])
      expect((await who.call<DraftList>('GET', '/sends/drafts')).body.drafts).toEqual([])
      expect((await who.call<EmailsPage>('GET', `/records/${id}/emails`)).body.total).toBe(0)
    }
    expect((await pair.rep.call<EmailsPage>('GET', `/records/${id}/emails`)).body.total).toBe(0)
    expect((await pair.rep.call<SendList>('GET', '/sends')).body.sends).toEqual([])
    expect((await pair.rep.call<DraftList>('GET', '/sends/drafts')).body.drafts).toMatchObject([
      { id: draft.id, recordId: id, recordName: 'Brandt', subject: 'Offer', snippet: 'Dear Elena' },
    ])
    town.google.clock.advance(24 * 60 * 60_000)
    expect(await deliverDue(deps)).toBe(0)
    // It goes only past its guards, never by the ways of a mail that waits.
    for (const verb of ['send-now', 'cancel', 'resume'])
      expect((await pair.rep.call('POST', `/sends/${draft.id}/${verb}`, { version: 1, ...now })).status).toBe(
        409,
      )
    expect((await pair.rep.call('PATCH', `/sends/${draft.id}`, { version: 1, ...now })).status).toBe(409)
  })

  test('is kept whole: text cleaned, typed remains, sender, answer', async () => {
    const pair = await newPair(town, ['send'])
    const replyTo = { threadId: 'abc123', messageId: 'abc124' }
    const more = {
      cc: [{ address: 'Cec@X.example', name: 'Cec\r\nBcc: evil@x.example' }, { address: 'cec@x.example' }],
      pending: { to: 'not yet', cc: '', bcc: 'a,\r\nb' },
      html: '<p class="x">Hi <b>you</b><script>x()</script></p><ul><li>one</li></ul>',
      quote: '<p>Before</p><img src="https://t.example/1">',
      replyTo,
    }
    const draft = await openDraft(pair, more)
    expect(await see(pair.rep, draft.id)).toMatchObject({
      cc: [{ address: 'cec@x.example', name: 'Cec Bcc: evil@x.example' }],
      pending: { to: 'not yet', cc: '', bcc: 'a, b' },
      html: '<p style="margin:0">Hi <b>you</b></p><ul><li>one</li></ul>',
      quote: '<p>Before</p>',
      body: 'Hi you\n- one\n\nBefore',
      replyTo,
    })
  })

  test('the same request twice makes one draft', async () => {
    const pair = await newPair(town, ['send'])
    const key = { 'idempotency-key': 'draft-one-and-the-same' }
    const body = { account: pair.rep.email, subject: 'Once' }
    const first = await pair.rep.call<Send>('POST', '/sends/drafts', body, key)
    const second = await pair.rep.call<Send>('POST', '/sends/drafts', body, key)
    expect([first.status, second.body.id]).toEqual([201, first.body.id])
    expect((await pair.rep.call<DraftList>('GET', '/sends/drafts')).body.drafts).toHaveLength(1)
  })

  test('two tabs: nothing is overwritten, and the later one hears what is true', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair)
    const first = await saveDraft(pair, draft, { subject: 'From the first tab' })
    expect(first.body).toMatchObject({ id: draft.id, version: 2 })
    const second = await saveDraft(pair, draft, { subject: 'From the second tab' })
    expect(refusal(second)).toEqual(
      refused(409, 'version_stale', { version: 2, status: 'draft', savedAt: first.body.savedAt }, []),
    )
    expect((await see(pair.rep, draft.id)).subject).toBe('From the first tab')
    // Saved, and the answer was lost: the repetition finds it done.
    expect((await saveDraft(pair, draft, { subject: 'From the first tab' })).body).toEqual(first.body)
    expect(refusal(await submitDraft(pair, draft))).toMatchObject(
      refused(409, 'version_stale', { version: 2 }),
    )
    expect((await pair.rep.call('DELETE', `/sends/${draft.id}?version=1`)).status).toBe(409)
    // At the same moment: one of them.
    const both = await Promise.all(
      [1, 2, 3].map((nth) => saveDraft(pair, draft, { version: 2, subject: `Tab ${nth}` })),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    // Sent off by one tab, it is no draft any more for the other.
    await submitDraft(pair, { id: draft.id, version: 3 })
    expect(refusal(await saveDraft(pair, draft, { version: 3, subject: 'Late' }))).toMatchObject(
      refused(409, 'draft_missing', { status: 'scheduled' }),
    )
    expect(refusal(await submitDraft(pair, { id: draft.id, version: 2 }))).toMatchObject(
      refused(409, 'draft_missing'),
    )
    expect((await pair.rep.call('DELETE', `/sends/${draft.id}?version=4`)).status).toBe(409)
  })

  test('thrown away it is gone, with its files', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair)
    await draftFile(town, draft.id, 'a.pdf')
    expect((await pair.rep.call('DELETE', `/sends/${draft.id}?version=1`)).status).toBe(204)
    expect((await pair.rep.call('GET', `/sends/${draft.id}`)).status).toBe(404)
    expect((await pair.rep.call('DELETE', `/sends/${draft.id}?version=1`)).status).toBe(404)
    const left = await town.house.db
      .selectFrom('send_files')
      .select('id')
      .where('send_id', '=', draft.id)
      .execute()
    expect(left).toEqual([])
  })
})

describe('sending a draft off (S-009)', () => {
  test('it goes out once, with its text, and leaves a receipt', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const draft = await openDraft(pair, { html: '<p>Dear <b>Elena</b></p>' })
    const sent = await submitDraft(pair, draft)
    expect(sent.body).toMatchObject({ status: 'scheduled', undoUntil: null, version: 2 })
    // A repetition, also much later, finds what the first one did.
    expect((await submitDraft(pair, draft)).body).toMatchObject({ id: draft.id, version: 2 })
    const done = await deliverToRest(deps, pair.rep, draft.id)
    expect(done).toMatchObject({ status: 'sent', subject: 'Offer' })
    expect((await submitDraft(pair, draft)).body).toMatchObject({ id: draft.id, status: 'sent' })
    expect(arrived(pair.customer)).toHaveLength(1)
    const steps = done.steps.map((one) => one.step)
    expect(steps.slice(0, 3)).toEqual(['created', 'submitted', 'claimed'])
  })

  test('for a time it waits like any scheduled mail, for who may schedule', async () => {
    const pair = await newPair(town, ['send'])
    const draft = await openDraft(pair)
    const at = { when: { kind: 'at', local: '2027-03-01T18:00', zone: 'Asia/Tokyo' }, undoSeconds: 30 }
    const past = await submitDraft(pair, draft, {
      when: { kind: 'at', local: '2020-03-01T18:00', zone: 'UTC' },
    })
    expect(refusal(past)).toMatchObject(refused(400, 'time_past'))
    expect((await submitDraft(pair, draft, at)).body).toMatchObject({
      status: 'scheduled',
      dueAt: '2027-03-01T09:00:00.000Z',
      undoUntil: null,
    })
  })

  test('undo: the server holds 3 s longer than the toast, and gives the draft back as it was, files too', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const draft = await openDraft(pair, {
      bcc: [{ address: 'silent@x.example' }],
      pending: {},
      quote: '<p>Before</p>',
    })
    await draftFile(town, draft.id, 'offer.pdf')
    await draftFile(town, draft.id, 'plan.pdf', { position: 2 })
    const before = await see(pair.rep, draft.id)
    const start = town.google.clock.now()
    const sent = (await submitDraft(pair, draft, { undoSeconds: 10 })).body
    expect(Date.parse(sent.undoUntil ?? '') - start).toBe(10_000)
    expect(Date.parse(sent.dueAt) - start).toBe(13_000)
    town.google.clock.advance(12_900)
    expect(await deliverDue(deps)).toBe(0)
    const back = await undoSend(pair, sent)
    const { version: _, steps, ...rest } = back.body
    const { version: __, steps: ___, ...was } = before
    expect(rest).toEqual(was)
    expect(steps.map((one) => one.step)).toEqual(['created', 'submitted', 'undone'])
    const roads = await town.house.db
      .selectFrom('send_addresses')
      .select('address')
      .where('send_id', '=', draft.id)
      .execute()
    expect(roads).toEqual([])
    expect((await undoSend(pair, sent)).body).toMatchObject({ status: 'draft', version: back.body.version })
    town.google.clock.advance(60_000)
    expect(await deliverDue(deps)).toBe(0)
    expect(arrived(pair.customer)).toEqual([])
    // Once more, and this time it goes: nothing to take back any more, and the truth instead.
    await town.house.db.deleteFrom('send_files').where('send_id', '=', draft.id).execute()
    const again = (await submitDraft(pair, back.body, { undoSeconds: 5 })).body
    town.google.clock.advance(8_000)
    await deliverToRest(deps, pair.rep, draft.id)
    expect(refusal(await undoSend(pair, again))).toMatchObject(refused(409, 'undo_gone', { status: 'sent' }))
    expect(arrived(pair.customer)).toHaveLength(1)
  })

  test('a click of undo and the worker at one moment: one of them, never both', async () => {
    const pair = await newPair(town, ['send'])
    for (let nth = 0; nth < 5; nth++) {
      const draft = await openDraft(pair, { subject: `Race ${nth}` })
      const sent = (await submitDraft(pair, draft)).body
      const [back] = await Promise.all([undoSend(pair, sent), deliverDue(deps)])
      const there = arrived(pair.customer, `"Race ${nth}"`).length
      expect([back.status, there]).toEqual(back.status === 200 ? [200, 0] : [409, 1])
    }
  })

  test('colleagues who saw it wait hear that it is gone, and see nothing of the draft', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const other = await newPair(town, ['send', 'read'])
    await pair.rep.call('PUT', '/sharing', { mode: 'public' })
    const id = await newRecord(pair, {
      module: 'contacts',
      fields: { lastName: 'Brandt' },
      primaryAddress: pair.customer.email,
    })
    const sent = (await submitDraft(pair, await openDraft(pair, { recordId: id }), { undoSeconds: 30 })).body
    const seen = async () => (await other.rep.call<EmailsPage>('GET', `/records/${id}/emails`)).body.total
    expect(await seen()).toBe(1)
    // An event of nobody is told to everybody.
    const heard = async () => {
      const rows = await town.house.db
        .selectFrom('events')
        .select('payload')
        .where('user_id', 'is', null)
        .execute()
      return rows.filter(({ payload }) => payload.type === 'send' && payload.id === sent.id).length
    }
    const before = await heard()
    await undoSend(pair, sent)
    expect(await seen()).toBe(0)
    expect(await heard()).toBe(before + 1)
    const [draft] = (await pair.rep.call<DraftList>('GET', '/sends/drafts')).body.drafts
    await saveDraft(pair, await see(pair.rep, sent.id), { subject: 'Changed' })
    expect(draft?.id).toBe(sent.id)
    expect(await heard()).toBe(before + 1)
  })
})
