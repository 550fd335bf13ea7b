import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGoogle } from './start.ts'
import { gmailOf, rawMail, refusalOf } from './testing.ts'
import type { GoogleStandIn, StandInMailbox } from './types.ts'

let google: GoogleStandIn
let rep: StandInMailbox
let api: gmail_v1.Gmail

beforeAll(async () => {
  google = await startGoogle({ running: false })
})
afterAll(() => google.stop())
beforeEach(() => {
  google.reset()
  rep = google.addAccount({ email: 'rep@acme.example', name: 'Rep' })
  api = gmailOf(google, 'rep@acme.example')
})

async function cursor(): Promise<string> {
  return String((await api.users.getProfile({ userId: 'me' })).data.historyId)
}

async function list(query: Partial<gmail_v1.Params$Resource$Users$History$List>) {
  return (await api.users.history.list({ userId: 'me', ...query })).data
}

function deliver(subject: string): string {
  return String(rep.deliver(rawMail({ From: 'a@b.example', Subject: subject })).id)
}

describe('history', () => {
  it('starts below a digit rollover and grows as a number, with gaps', async () => {
    const ids = [await cursor()]
    for (let n = 0; n < 60; n += 1) {
      deliver(String(n))
      ids.push(await cursor())
    }
    const numbers = ids.map(Number)
    expect(numbers[0]).toBeLessThan(1_000_000)
    expect(numbers.at(-1)).toBeGreaterThan(1_000_000)
    expect(numbers.every((id, at) => at === 0 || id > Number(numbers[at - 1]))).toBe(true)
    expect(numbers.some((id, at) => at > 0 && id > Number(numbers[at - 1]) + 1)).toBe(true)
    expect([...ids].sort()).not.toEqual(ids)
  })

  it('has no key for nothing, and one record per change in order', async () => {
    const start = await cursor()
    expect(await list({ startHistoryId: start })).toEqual({ historyId: start })
    const id = deliver('x')
    rep.modify(id, { add: ['STARRED'], remove: ['UNREAD'] })
    rep.trash(id)
    const { history, historyId } = await list({ startHistoryId: start })
    const kinds = history?.map((record) =>
      Object.keys(record).find((key) => /Added|Deleted|Removed/.test(key)),
    )
    expect(kinds).toEqual(['messagesAdded', 'labelsAdded', 'labelsRemoved', 'labelsAdded', 'labelsRemoved'])
    expect(history?.[0]?.messages).toEqual([{ id, threadId: id }])
    expect(history?.[2]?.labelsRemoved?.[0]).toEqual({
      labelIds: ['UNREAD'],
      message: { id, threadId: id, labelIds: ['CATEGORY_PERSONAL', 'INBOX', 'STARRED'] },
    })
    expect(historyId).toBe(history?.at(-1)?.id)
    expect((await list({ startHistoryId: String(history?.[3]?.id) })).history).toHaveLength(1)
  })

  it('filters by type and label and pages', async () => {
    const start = await cursor()
    const ids = ['a', 'b', 'c', 'd', 'e'].map(deliver)
    rep.modify(String(ids[1]), { remove: ['INBOX'] })
    const removed = await list({ startHistoryId: start, historyTypes: ['labelRemoved'] })
    expect(removed.history).toHaveLength(1)
    expect((await list({ startHistoryId: start, labelId: 'SENT' })).history).toBeUndefined()
    const seen: (string | null | undefined)[] = []
    let pageToken: string | undefined
    do {
      const page = await list({
        startHistoryId: start,
        historyTypes: ['messageAdded'],
        maxResults: 2,
        ...(pageToken && { pageToken }),
      })
      expect(page.history?.length).toBeLessThanOrEqual(2)
      seen.push(...(page.history ?? []).map((record) => record.messagesAdded?.[0]?.message?.id))
      pageToken = page.nextPageToken ?? undefined
    } while (pageToken !== undefined)
    expect(seen).toEqual(ids)
    expect((await refusalOf(list({ startHistoryId: start, pageToken: 'nonsense' }))).status).toBe(400)
    expect((await refusalOf(list({}))).status).toBe(400)
  })

  it('answers 404 below its floor and goes on above it', async () => {
    const old = await cursor()
    deliver('x')
    google.expireHistory('rep@acme.example')
    const gone = await refusalOf(list({ startHistoryId: old }))
    expect([gone.status, gone.data.error.errors[0]?.reason]).toEqual([404, 'notFound'])
    const fresh = await cursor()
    deliver('y')
    expect((await list({ startHistoryId: fresh })).history).toHaveLength(1)
    expect((await refusalOf(list({ startHistoryId: '1' }))).status).toBe(404)
  })
})

describe('labels and profile', () => {
  it('counts messages and threads', async () => {
    deliver('a')
    rep.trash(deliver('b'))
    expect((await api.users.getProfile({ userId: 'me' })).data).toMatchObject({
      emailAddress: 'rep@acme.example',
      messagesTotal: 2,
      threadsTotal: 2,
    })
  })

  it('lists system labels, makes user labels, counts them', async () => {
    const made = (await api.users.labels.create({ userId: 'me', requestBody: { name: 'Deals/Open' } })).data
    expect(made).toMatchObject({ id: 'Label_1', name: 'Deals/Open', type: 'user' })
    const again = refusalOf(api.users.labels.create({ userId: 'me', requestBody: { name: 'deals/open' } }))
    expect((await again).status).toBe(400)
    rep.modify(deliver('x'), { add: ['Label_1'] })
    const label = (await api.users.labels.get({ userId: 'me', id: 'Label_1' })).data
    expect(label).toMatchObject({ messagesTotal: 1, messagesUnread: 1, threadsTotal: 1 })
    const names = (await api.users.labels.list({ userId: 'me' })).data.labels?.map((one) => one.id)
    expect(names).toEqual(
      expect.arrayContaining(['INBOX', 'SENT', 'DRAFT', 'TRASH', 'SPAM', 'UNREAD', 'Label_1']),
    )
  })

  it('changes labels one by one, by thread and in bulk, up to 1000', async () => {
    const [a = '', b = ''] = ['a', 'b'].map(deliver)
    const modified = await api.users.messages.modify({
      userId: 'me',
      id: a,
      requestBody: { removeLabelIds: ['UNREAD', 'INBOX', 'CATEGORY_PERSONAL'] },
    })
    expect(modified.data).toEqual({ id: a, threadId: a })
    const thread = await api.users.threads.modify({
      userId: 'me',
      id: b,
      requestBody: { addLabelIds: ['STARRED'] },
    })
    expect(thread.data.messages?.[0]?.labelIds).toContain('STARRED')
    const bulk = (ids: string[]) =>
      api.users.messages.batchModify({ userId: 'me', requestBody: { ids, addLabelIds: ['IMPORTANT'] } })
    expect((await bulk([a, b])).status).toBe(204)
    expect(rep.getMessage(a)?.labelIds).toEqual(['IMPORTANT'])
    expect((await refusalOf(bulk(Array.from({ length: 1001 }, () => a)))).status).toBe(400)
  })

  it('shows send-as addresses, the account first', async () => {
    google.addAccount({
      email: 'two@acme.example',
      name: 'Two',
      signature: '<b>Two</b>',
      aliases: [{ email: 'info@acme.example', verified: false, signature: 'i' }],
    })
    const { sendAs } = gmailOf(google, 'two@acme.example').users.settings
    const list = (await sendAs.list({ userId: 'me' })).data.sendAs
    expect(
      list?.map((one) => [one.sendAsEmail, one.isPrimary, one.verificationStatus, one.signature]),
    ).toEqual([
      ['two@acme.example', true, undefined, '<b>Two</b>'],
      ['info@acme.example', undefined, 'pending', 'i'],
    ])
    const one = (await sendAs.get({ userId: 'me', sendAsEmail: 'info@acme.example' })).data
    expect(one.treatAsAlias).toBe(true)
    expect((await refusalOf(sendAs.get({ userId: 'me', sendAsEmail: 'no@acme.example' }))).status).toBe(404)
  })

  it('tells subscribers after every change, a compound one once', () => {
    let calls = 0
    const unsubscribe = rep.subscribe(() => {
      calls += 1
    })
    const id = deliver('x')
    rep.modify(id, { add: ['STARRED'], remove: ['UNREAD'] })
    rep.send(rawMail({ To: 'rep@acme.example, out@far.example' }))
    unsubscribe()
    rep.trash(id)
    expect(calls).toBe(3)
  })
})
