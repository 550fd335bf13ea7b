import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGoogle } from './start.ts'
import { asRaw, gmailOf, headerOf, rawMail, refusalOf } from './testing.ts'
import type { GoogleStandIn, StandInMailbox } from './types.ts'

let google: GoogleStandIn
let rep: StandInMailbox
let buyer: StandInMailbox
let api: gmail_v1.Gmail

beforeAll(async () => {
  google = await startGoogle({ running: false })
})
afterAll(() => google.stop())
beforeEach(() => {
  google.reset()
  rep = google.addAccount({ email: 'rep@acme.example', name: 'Rep' })
  buyer = google.addAccount({ email: 'buyer@shop.example', name: 'Buyer' })
  api = gmailOf(google, 'rep@acme.example')
})

const MAIL = rawMail({ To: 'buyer@shop.example', Subject: 'Offer', 'X-CRM-Send-Id': 'id-1' })

async function create(mail = MAIL, threadId?: string): Promise<gmail_v1.Schema$Draft> {
  const message = { raw: asRaw(mail), ...(threadId !== undefined && { threadId }) }
  return (await api.users.drafts.create({ userId: 'me', requestBody: { message } })).data
}

function sendDraft(id: string): Promise<gmail_v1.Schema$Message> {
  return api.users.drafts.send({ userId: 'me', requestBody: { id } }).then((response) => response.data)
}

async function historySince(startHistoryId: string): Promise<string[]> {
  const { data } = await api.users.history.list({ userId: 'me', startHistoryId })
  return (data.history ?? []).flatMap((record) => [
    ...(record.messagesAdded ?? []).map(({ message }) => `added ${message?.id} ${message?.labelIds}`),
    ...(record.messagesDeleted ?? []).map(({ message }) => `deleted ${message?.id}`),
    ...(record.labelsAdded ?? []).map(({ message, labelIds }) => `labelled ${message?.id} ${labelIds}`),
    ...(record.labelsRemoved ?? []).map(({ message, labelIds }) => `unlabelled ${message?.id} ${labelIds}`),
  ])
}

async function cursor(): Promise<string> {
  return String((await api.users.getProfile({ userId: 'me' })).data.historyId)
}

describe('a draft', () => {
  it('is created, listed and read', async () => {
    const draft = await create()
    expect(draft).toEqual({
      id: expect.stringMatching(/^r-?\d{19}$/),
      message: { id: expect.any(String), threadId: draft.message?.id, labelIds: ['DRAFT'] },
    })
    const list = (await api.users.drafts.list({ userId: 'me' })).data
    expect(list).toEqual({
      drafts: [{ id: draft.id, message: { id: draft.message?.id, threadId: draft.message?.id } }],
      resultSizeEstimate: 1,
    })
    const read = (await api.users.drafts.get({ userId: 'me', id: String(draft.id) })).data
    expect(headerOf(read.message, 'X-CRM-Send-Id')).toBe('id-1')
    expect(google.outbox).toHaveLength(0)
  })

  it('gets a new message id with every update and loses its thread unless it is given again', async () => {
    const asked = buyer.send(rawMail({ To: 'rep@acme.example', Subject: 'Ask' }))
    const thread = String(rep.listThreads()[0]?.id)
    const reply = rawMail({
      To: 'buyer@shop.example',
      Subject: 'Re: Ask',
      'In-Reply-To': String(headerOf(asked, 'Message-ID')),
    })
    const draft = await create(reply, thread)
    expect(draft.message?.threadId).toBe(thread)
    const before = await cursor()
    const update = async (message: gmail_v1.Schema$Message): Promise<gmail_v1.Schema$Draft> =>
      (await api.users.drafts.update({ userId: 'me', id: String(draft.id), requestBody: { message } })).data
    const loose = await update({ raw: asRaw(reply) })
    expect(loose.id).toBe(draft.id)
    expect(loose.message?.id).not.toBe(draft.message?.id)
    expect(loose.message?.threadId).toBe(loose.message?.id)
    expect(await historySince(before)).toEqual([
      `added ${loose.message?.id} DRAFT`,
      `deleted ${draft.message?.id}`,
    ])
    expect((await update({ raw: asRaw(reply), threadId: thread })).message?.threadId).toBe(thread)
    expect(
      (await refusalOf(api.users.messages.get({ userId: 'me', id: String(draft.message?.id) }))).status,
    ).toBe(404)
  })

  it('can be deleted, and is then unknown', async () => {
    const draft = await create()
    const id = String(draft.id)
    expect((await api.users.drafts.delete({ userId: 'me', id })).status).toBe(204)
    expect((await refusalOf(api.users.drafts.get({ userId: 'me', id }))).status).toBe(404)
    expect((await refusalOf(sendDraft(id))).status).toBe(404)
    expect((await api.users.drafts.list({ userId: 'me' })).data).toEqual({ resultSizeEstimate: 0 })
  })

  it('keeps DRAFT and SENT out of reach of modify', async () => {
    const draft = await create()
    const id = String(draft.message?.id)
    const change = (requestBody: gmail_v1.Schema$ModifyMessageRequest) =>
      refusalOf(api.users.messages.modify({ userId: 'me', id, requestBody }))
    expect((await change({ removeLabelIds: ['DRAFT'] })).data.error.message).toBe('Invalid label: DRAFT')
    expect((await change({ addLabelIds: ['SENT'] })).status).toBe(400)
    expect((await change({ addLabelIds: ['Label_99'] })).data.error.message).toBe('labelId not found')
  })

  it("is also the page's", () => {
    const draft = rep.createDraft(MAIL)
    expect(rep.listDrafts().map(({ id }) => id)).toEqual([draft.id])
    expect(rep.updateDraft(String(draft.id), MAIL).message?.id).not.toBe(draft.message?.id)
    rep.deleteDraft(String(draft.id))
    expect(rep.listDrafts()).toEqual([])
  })
})

describe("a draft on Gmail's own page", () => {
  it('joins the thread it answers, stays while the subject does, and reaches the other side as a reply', () => {
    buyer.send(rawMail({ To: 'rep@acme.example', Subject: 'Ask' }))
    const thread = String(rep.listThreads()[0]?.id)
    const reply = rawMail({ To: 'buyer@shop.example', Subject: 'Re: Ask' })
    const draft = rep.createDraft(reply, { threadId: thread })
    expect(draft.message?.threadId).toBe(thread)
    expect(rep.updateDraft(String(draft.id), reply).message?.threadId).toBe(thread)
    const moved = rep.updateDraft(String(draft.id), rawMail({ To: 'buyer@shop.example', Subject: 'Other' }))
    expect(moved.message?.threadId).not.toBe(thread)
    expect(rep.send(reply, { threadId: thread }).threadId).toBe(thread)
    expect(buyer.listThreads()).toHaveLength(1)
  })
})

describe('sending a draft', () => {
  it("leaves no draft but a new SENT message with Gmail's Message-ID", async () => {
    const draft = await create()
    const before = await cursor()
    const sent = await sendDraft(String(draft.id))
    expect(sent.labelIds).toEqual(['SENT'])
    expect(sent.id).not.toBe(draft.message?.id)
    expect(await historySince(before)).toEqual([`deleted ${draft.message?.id}`, `added ${sent.id} SENT`])
    expect((await refusalOf(api.users.drafts.get({ userId: 'me', id: String(draft.id) }))).status).toBe(404)
    expect(headerOf(rep.getMessage(String(sent.id)), 'Message-ID')).toMatch(/@mail\.gmail\.com>$/)
    expect(
      headerOf(buyer.getThread(String(buyer.listThreads()[0]?.id))?.messages?.[0], 'X-CRM-Send-Id'),
    ).toBe('id-1')
    expect((await refusalOf(sendDraft(String(draft.id)))).status).toBe(404)
    expect(buyer.listThreads()).toHaveLength(1)
  })

  it('can show as a label added to the same message', async () => {
    google.settings.sentDraftHistory = 'label-added'
    const draft = await create()
    const before = await cursor()
    const sent = await sendDraft(String(draft.id))
    expect(sent.id).toBe(draft.message?.id)
    expect(await historySince(before)).toEqual([`labelled ${sent.id} SENT`, `unlabelled ${sent.id} DRAFT`])
    expect(headerOf(rep.getMessage(String(sent.id)), 'Message-ID')).toMatch(/@mail\.gmail\.com>$/)
  })

  it('can leave the wrapper behind, around a SENT message that cannot be sent again', async () => {
    google.settings.draftWrapperSurvives = true
    const draft = await create()
    const sent = await sendDraft(String(draft.id))
    const left = (await api.users.drafts.get({ userId: 'me', id: String(draft.id), format: 'minimal' })).data
    expect(left.message?.labelIds).toEqual(['SENT'])
    expect(left.message?.id).toBe(sent.id)
    expect((await refusalOf(sendDraft(String(draft.id)))).status).toBe(404)
    expect(buyer.listThreads()).toHaveLength(1)
  })

  it("stays in the draft's thread", async () => {
    const asked = buyer.send(rawMail({ To: 'rep@acme.example', Subject: 'Ask' }))
    const thread = String(rep.listThreads()[0]?.id)
    const reply = rawMail({
      To: 'buyer@shop.example',
      Subject: 'Re: Ask',
      'In-Reply-To': String(headerOf(asked, 'Message-ID')),
    })
    const sent = await sendDraft(String((await create(reply, thread)).id))
    expect(sent.threadId).toBe(thread)
    expect(buyer.listThreads()).toHaveLength(1)
  })

  it('takes a newer version along', async () => {
    const { id } = await create()
    const message = { raw: asRaw(rawMail({ To: 'buyer@shop.example', Subject: 'Better' })) }
    await api.users.drafts.send({ userId: 'me', requestBody: { id: String(id), message } })
    expect(headerOf(buyer.listThreads()[0]?.messages?.[0], 'Subject')).toBe('Better')
  })

  it('refuses a draft to nobody and keeps it', async () => {
    const { id } = await create(rawMail({ Subject: 'unfinished' }))
    expect((await refusalOf(sendDraft(String(id)))).data.error.message).toBe('Recipient address required')
    expect(rep.listDrafts()).toHaveLength(1)
  })

  it('takes a media upload for create and update', async () => {
    const media = { mimeType: 'message/rfc822', body: MAIL }
    const root = { rootUrl: `${google.url}/` }
    const draft = (await api.users.drafts.create({ userId: 'me', media }, root)).data
    const updated = (await api.users.drafts.update({ userId: 'me', id: String(draft.id), media }, root)).data
    expect(updated.id).toBe(draft.id)
    expect(rep.rawMessage(String(updated.message?.id))?.toString()).toBe(MAIL)
  })
})
