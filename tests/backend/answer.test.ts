import './harness/loopback-only.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import type { AnswerSource } from '../../lib/contract/compose.ts'
import type { Send } from '../../lib/contract/sends.ts'
import type { Answer } from '../stand-ins/door.ts'
import { openDraft, refusal, refused, submitDraft, townWithBoss } from './harness/drafting.ts'
import type { TestHouse } from './harness/house.ts'
import { rawMail, type TestMail } from './harness/mails.ts'
import { deliverToRest, newPair, type Pair, workerDeps } from './harness/sending.ts'

let town: TestHouse
let deps: Deps

beforeAll(async () => {
  town = await townWithBoss()
  deps = workerDeps(town)
})

/** A mail into the rep's mailbox. */
function receive(
  pair: Pair,
  mail: Partial<TestMail> = {},
  raw?: Buffer,
): { threadId: string; messageId: string } {
  const mailbox = town.google.mailbox(pair.rep.email)
  const got = mailbox.deliver(
    raw ?? rawMail({ from: `Elena <${pair.customer.email}>`, to: pair.rep.email, subject: 'Offer', ...mail }),
  )
  return { threadId: got.threadId ?? '', messageId: got.id ?? '' }
}

function answer(
  { rep }: Pair,
  mail: { threadId: string; messageId: string },
  more: object = {},
): Promise<Answer<AnswerSource>> {
  const query = new URLSearchParams({ account: rep.email, messageId: mail.messageId, ...more })
  return rep.call<AnswerSource>('GET', `/threads/${mail.threadId}/answer?${query}`)
}

const html = (pair: Pair, body: string): Buffer =>
  Buffer.from(
    [
      `From: =?UTF-8?B?${Buffer.from('山田 太郎').toString('base64')}?= <${pair.customer.email}>`,
      `Reply-To: Desk <desk@halden.example>`,
      `To: ${pair.rep.email}, Ole <ole@nord.example>`,
      `Cc: Eva <eva@nord.example>, ${pair.rep.email}`,
      'Subject: AW: =?UTF-8?B?6KaL56mN?=',
      'Date: Mon, 23 Nov 2026 09:00:00 +0000',
      `Message-ID: <${crypto.randomUUID()}@halden.example>`,
      'MIME-Version: 1.0',
      'Content-Type: text/html; charset=utf-8',
      '',
      body,
    ].join('\r\n'),
  )

describe('what an answer starts from', () => {
  test('recipients, subject and the cleaned quote, under a line in the reader’s language', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const mail = receive(
      pair,
      {},
      html(
        pair,
        '<style>p{color:red}</style><p class="x" style="font-family:Arial;position:fixed">Hello<script>x()</script></p><img src="https://t.example/1" alt="Logo"><img src="cid:a@b">',
      ),
    )
    const { status, body } = await answer(pair, mail, { lang: 'ja', zone: 'Asia/Tokyo' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...mail,
      from: { address: pair.customer.email, name: '山田 太郎' },
      at: '2026-11-23T09:00:00.000Z',
      reply: { to: [{ address: 'desk@halden.example', name: 'Desk' }] },
      replyAll: {
        to: [{ address: 'desk@halden.example' }, { address: 'ole@nord.example', name: 'Ole' }],
        cc: [{ address: 'eva@nord.example', name: 'Eva' }],
      },
      subject: 'Re: 見積',
    })
    const line = `2026年11月23日(月) 18:00 山田 太郎 &lt;${pair.customer.email}&gt;:`
    const style = 'margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex'
    expect(body.quote).toBe(
      `<div>${line}</div><blockquote style="${style}"><p style="font-family:arial">Hello</p>[Logo]</blockquote>`,
    )
    expect((await answer(pair, mail)).body.quote).toMatch(/^<div>2026-11-23 09:00 UTC, 山田 太郎 /)
    expect((await answer(pair, mail, { lang: 'en', zone: 'UTC' })).body.quote).toContain('wrote:')
    expect(refusal(await answer(pair, mail, { zone: 'Mars/Olympus' }))).toMatchObject(
      refused(400, 'zone_unknown'),
    )
    // Nothing of it is stored.
    const stored = await town.house.db
      .selectFrom('sends')
      .select('id')
      .where('quote', 'like', '%Logo%')
      .execute()
    expect(stored).toEqual([])
  })

  test('plain words are quoted line by line', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const { body } = await answer(pair, receive(pair, { text: 'One <b>\r\n\r\nTwo' }))
    expect(body.quote).toContain('<div>One &lt;b&gt;</div><div><br /></div><div>Two</div>')
    expect(body.reply.to).toEqual([{ address: pair.customer.email, name: 'Elena' }])
  })

  test('my own mail is answered to whom it went; aliases are me', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const draft = await openDraft(pair, {
      to: [{ address: pair.customer.email }],
      cc: [{ address: 'cec@x.example' }, { address: pair.rep.email }],
      subject: 'Mine',
    })
    await submitDraft(pair, draft)
    const sent = await deliverToRest(deps, pair.rep, draft.id)
    const mailbox = town.google.mailbox(pair.rep.email)
    const [thread] = mailbox.listThreads({ q: 'subject:Mine' })
    const own = thread?.messages?.find((one) => one.labelIds?.includes('SENT'))
    expect(sent.threadId).toBe(own?.threadId)
    const { body } = await answer(pair, { threadId: own?.threadId ?? '', messageId: own?.id ?? '' })
    expect(body.reply.to).toMatchObject([{ address: pair.customer.email }])
    expect(body.replyAll).toMatchObject({
      to: [{ address: pair.customer.email }],
      cc: [{ address: 'cec@x.example' }],
    })
  })

  test('sent off, it stands in the thread it answers', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const mail = receive(pair)
    const { subject, quote, reply } = (await answer(pair, mail)).body
    const draft = await openDraft(pair, { replyTo: mail, subject, quote, to: reply.to, html: '<p>Yes</p>' })
    expect(draft.body).toMatch(/^Yes\n\n2026-11-23 .*:\n\n> Hello$/)
    await submitDraft(pair, draft)
    expect(await deliverToRest(deps, pair.rep, draft.id)).toMatchObject({
      status: 'sent',
      threadId: mail.threadId,
    })
  })

  test('only from my own mailbox, with permission, and only what is there', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const other = await newPair(town, ['send', 'read'])
    const blind = await newPair(town, ['send'])
    const mail = receive(pair)
    expect(refusal(await answer(other, mail, { account: pair.rep.email }))).toMatchObject(
      refused(403, 'wrong_account'),
    )
    expect(refusal(await answer(other, mail))).toMatchObject(refused(404, 'message_missing'))
    expect(refusal(await answer(blind, receive(blind)))).toMatchObject(refused(403, 'scope_read_missing'))
    const elsewhere = receive(pair, { subject: 'Another' })
    expect(refusal(await answer(pair, { ...mail, threadId: elsewhere.threadId }))).toMatchObject(
      refused(404, 'message_missing'),
    )
    town.google.addFault({
      path: /messages/,
      account: pair.rep.email,
      kind: {
        status: 403,
        body: { error: { code: 403, message: 'Delegation denied', errors: [{ reason: 'forbidden' }] } },
      },
    })
    expect(refusal(await answer(pair, mail))).toMatchObject(refused(502, 'google_refused'))
    const gone: Answer<Send> = await pair.rep.call(
      'GET',
      `/threads/${mail.threadId}/answer?account=${pair.rep.email}`,
    )
    expect(gone.status).toBe(400)
  })

  test.each([
    ['a mail of a megabyte', `<p>${'word '.repeat(200_000)}</p>`],
    ['ten thousand nested tags', `${'<div><table><tr><td>'.repeat(10_000)}deep`],
    ['a quote of quotes', `${'<blockquote>'.repeat(500)}x`],
  ])('%s is quoted in time, cut where it must be', async (_, text) => {
    const pair = await newPair(town, ['send', 'read'])
    const { status, body } = await answer(pair, receive(pair, {}, html(pair, text)))
    expect(status).toBe(200)
    expect(body.quote.length).toBeLessThan(500_000)
    expect((await openDraft(pair, { quote: body.quote })).quote).toBe(body.quote)
  })
})
