import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseQuery } from './search/parse.ts'
import { startGoogle } from './start.ts'
import { gmailOf, rawMail, refusalOf } from './testing.ts'
import type { GoogleStandIn, StandInMailbox } from './types.ts'

const DAY = 86_400_000
const NOW = Date.parse('2026-03-10T18:00:00Z')

let google: GoogleStandIn
let rep: StandInMailbox
let api: gmail_v1.Gmail
const names = new Map<string, string>()

beforeAll(async () => {
  google = await startGoogle({ startAt: NOW, running: false })
  rep = google.addAccount({
    email: 'rep@acme.example',
    name: 'Rep',
    aliases: [{ email: 'info@acme.example' }],
  })
  api = gmailOf(google, 'rep@acme.example')
  await api.users.labels.create({ userId: 'me', requestBody: { name: 'Big Deals' } })
  const add = (
    name: string,
    headers: Record<string, string>,
    body: string,
    daysAgo: number,
    labelIds?: string[],
  ): void => {
    const options = { at: NOW - daysAgo * DAY, ...(labelIds && { labelIds }) }
    names.set(String(rep.deliver(rawMail({ Subject: name, ...headers }, body), options).id), name)
  }
  add(
    'invoice',
    { From: 'Aya Tanaka <aya@north.example>', To: 'rep@acme.example', 'Message-ID': '<inv-1@north.example>' },
    'Please pay 4711',
    1,
  )
  add(
    'offer',
    { From: 'jan@b.example', To: 'info@acme.example', Cc: 'an@b.example' },
    'An offer you know',
    3,
    ['INBOX', 'STARRED', 'Label_1'],
  )
  add(
    'japan',
    {
      From: '=?UTF-8?B?55Sw5Lit5aSq6YOO?= <tanaka@jp.example>',
      Subject: '=?UTF-8?B?44GK6KaL56mN44KK44Gu5Lu2?=',
    },
    '来週の会議',
    10,
  )
  add(
    'file',
    { From: 'aya@south.example', 'Content-Type': 'application/pdf; name="Price list.pdf"' },
    'x'.repeat(20_000),
    40,
    ['SENT'],
  )
  add('junk', { From: 'spam@bad.example' }, 'win', 2, ['SPAM'])
  add('gone', { From: 'aya@north.example' }, 'old', 2, ['TRASH'])
})
afterAll(() => google.stop())

async function find(q: string): Promise<string[]> {
  const { data } = await api.users.messages.list({ userId: 'me', q })
  return (data.messages ?? []).map(({ id }) => names.get(String(id)) ?? '?')
}

describe('search', () => {
  it.each([
    ['from:aya', ['invoice', 'file']],
    ['from:aya@north.example', ['invoice']],
    ['from:an@b.example', []],
    ['from:b.example', ['offer']],
    ['from:tanaka', ['invoice', 'japan']],
    ['from:田中', ['japan']],
    ['to:me', ['invoice', 'offer']],
    ['cc:an@b.example', ['offer']],
    ['deliveredto:rep@acme.example subject:invoice', ['invoice']],
    ['subject:見積', ['japan']],
    ['会議', ['japan']],
    ['rfc822msgid:inv-1@north.example', ['invoice']],
    ['rfc822msgid:<inv-1@north.example>', ['invoice']],
    ['label:big-deals', ['offer']],
    ['in:sent', ['file']],
    ['is:starred', ['offer']],
    ['is:unread', ['invoice', 'japan']],
    ['is:read', ['offer', 'file']],
    ['has:attachment', ['file']],
    ['has:userlabels', ['offer']],
    ['filename:pdf', ['file']],
    ['filename:"price list"', ['file']],
    ['larger:10k', ['file']],
    ['smaller:10K from:aya', ['invoice']],
    ['"please pay"', ['invoice']],
    ['"pay please"', []],
    ['invoi', []],
    ['pay -from:aya', []],
    ['from:(aya OR jan)', ['invoice', 'offer', 'file']],
    ['{from:jan subject:invoice}', ['invoice', 'offer']],
    ['from:jan OR from:aya subject:invoice', ['invoice']],
    ['-{from:aya from:jan}', ['japan']],
    ['newer_than:2d', ['invoice']],
    ['older_than:1m', ['file']],
    ['after:2026/03/06 before:2026/03/08', ['offer']],
    [`after:${Math.floor((NOW - 2 * DAY) / 1000)}`, ['invoice']],
    ['in:spam', ['junk']],
    ['in:trash from:aya', ['gone']],
    ['in:anywhere from:aya', ['invoice', 'gone', 'file']],
    ['before:nonsense', []],
    ['from:', ['invoice', 'offer', 'japan', 'file']],
    ['((from:jan', ['offer']],
  ])('%s', async (q, expected) => {
    expect(await find(q)).toEqual(expected)
  })

  it('reads dates as midnight in Pacific time', async () => {
    rep.deliver(rawMail({ Subject: 'edge' }), { at: Date.parse('2026-01-05T08:00:00Z') })
    const count = async (q: string): Promise<number> =>
      (await api.users.messages.list({ userId: 'me', q })).data.messages?.length ?? 0
    expect(await count('subject:edge after:2026/01/05')).toBe(1)
    expect(await count('subject:edge before:2026/01/05')).toBe(0)
    expect(await count('subject:edge after:2026/01/06')).toBe(0)
  })

  it('is parsed into a tree', () => {
    expect(parseQuery('a -b {c:"d e" f}')).toEqual({
      kind: 'all',
      of: [
        { kind: 'words', text: 'a' },
        { kind: 'not', of: { kind: 'words', text: 'b' } },
        {
          kind: 'any',
          of: [
            { kind: 'field', name: 'c', value: 'd e' },
            { kind: 'words', text: 'f' },
          ],
        },
      ],
    })
  })

  it('finds a fresh message only after the lag, a plain list at once', async () => {
    google.settings.searchLagMs = 30_000
    const { id } = rep.deliver(rawMail({ Subject: 'latecomer' }))
    names.set(String(id), 'latecomer')
    expect(await find('subject:latecomer')).toEqual([])
    const plain = (await api.users.messages.list({ userId: 'me', maxResults: 1 })).data
    expect(plain.messages?.[0]?.id).toBe(id)
    google.clock.advance(30_000)
    expect(await find('subject:latecomer')).toEqual(['latecomer'])
    google.settings.searchLagMs = 0
  })
})

describe('lists', () => {
  it('page newest first, undisturbed by new mail, spam and trash on request', async () => {
    const seen: (string | null | undefined)[] = []
    let pageToken: string | undefined
    do {
      const ask = { userId: 'me', maxResults: 2, includeSpamTrash: true, ...(pageToken && { pageToken }) }
      const page = (await api.users.messages.list(ask)).data
      seen.push(...(page.messages ?? []).map(({ id }) => id))
      pageToken = page.nextPageToken ?? undefined
      rep.deliver(rawMail({ Subject: 'meanwhile' }))
    } while (pageToken !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    for (const [id, name] of names) expect(seen, name).toContain(id)
    expect((await refusalOf(api.users.messages.list({ userId: 'me', pageToken: 'x' }))).status).toBe(400)
  })

  it('combine labels and show threads with their snippet', async () => {
    const both = (await api.users.messages.list({ userId: 'me', labelIds: ['INBOX', 'STARRED'] })).data
    expect(both).toEqual({
      messages: [{ id: expect.any(String), threadId: expect.any(String) }],
      resultSizeEstimate: 1,
    })
    const { threads } = (await api.users.threads.list({ userId: 'me', q: 'subject:offer' })).data
    expect(threads).toEqual([
      { id: both.messages?.[0]?.threadId, snippet: 'An offer you know', historyId: expect.any(String) },
    ])
    const thread = (
      await api.users.threads.get({
        userId: 'me',
        id: String(threads?.[0]?.id),
        format: 'metadata',
        metadataHeaders: ['From'],
      })
    ).data
    expect(thread.messages?.[0]?.payload?.headers).toEqual([{ name: 'From', value: 'jan@b.example' }])
    expect((await api.users.messages.list({ userId: 'me', q: 'nothinglikethis' })).data).toEqual({
      resultSizeEstimate: 0,
    })
  })
})
