import './harness/loopback-only.ts'
import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Send } from '../../lib/contract/sends.ts'
import type { Person } from '../stand-ins/door.ts'
import { buildMail, type MimeFile } from '../stand-ins/gmail-page/mime.ts'
import { fileHands, MB, refusal } from './harness/files.ts'
import { deliver, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

let reps: HouseOfReps
let hands: ReturnType<typeof fileHands>
let rep: Rep

beforeAll(async () => {
  reps = await houseOfReps()
  hands = fileHands(reps.town)
  rep = await reps.newRep()
})

interface Window {
  to?: string[]
  cc?: string[]
  bcc?: string[]
  subject?: string
  html?: string
  quoted?: string
  files?: MimeFile[]
  headers?: [string, string][]
  threadId?: string
}

/** What Gmail's page writes down for a window. */
function rawOf(who: Person, window: Window): Buffer {
  const {
    to = [],
    cc = [],
    bcc = [],
    subject = '',
    html = '',
    quoted = '',
    files = [],
    headers = [],
  } = window
  const lists = [
    ['To', to],
    ['Cc', cc],
    ['Bcc', bcc],
  ] as const
  return buildMail({
    headers: [
      ...headers,
      ['Subject', subject],
      ['From', who.email],
      ...lists
        .filter(([, all]) => all.length > 0)
        .map(([name, all]): [string, string] => [name, all.join(', ')]),
    ],
    text: 'Not looked at.',
    html: `<div dir="ltr">${html}</div>${quoted}`,
    files,
  })
}

/** A draft of Gmail's, and what its window shows. */
function draftOf(owner: Rep, window: Window, shows: object = {}) {
  const { threadId } = window
  const draft = owner.gmail.createDraft(rawOf(owner.me, window), threadId === undefined ? {} : { threadId })
  const { to = [], cc = [], bcc = [], subject = '', html = '', files = [] } = window
  const seen = {
    to,
    cc,
    bcc,
    subject,
    text: html.replace(/<[^>]*>/g, ''),
    files: files.map((file) => file.name),
  }
  const draftId = draft.id ?? ''
  return { draftId, input: { account: owner.me.email, draftId, shows: { ...seen, ...shows } } }
}

const take = (who: Person, input: object, key: string = randomUUID()) =>
  who.call<Send>('POST', '/take-over', input, { 'idempotency-key': key })
const drafts = (owner: Rep) => owner.gmail.listDrafts().map((draft) => draft.id)
const file = (name: string, bytes: Buffer, more: object = {}): MimeFile => ({
  ...{ name, bytes, mimeType: 'application/octet-stream' },
  ...more,
})

describe('taking a mail over from Gmail', () => {
  test('its recipients, words, quote, thread, images and files come along; once, however often it is asked', async () => {
    const elena = someone()
    const asked = deliver(rep, { from: elena, subject: 'Angebot', messageId: '<asked-1@customer.example>' })
    const { threadId } = rep.gmail.getMessage(asked) ?? {}
    const quoted = `<br><div class="gmail_quote gmail_quote_container"><div>${elena} wrote:</div><blockquote class="gmail_quote">Hello</blockquote></div>`
    const window: Window = {
      to: [`"Brandt, Elena" <${elena}>`],
      cc: ['JONAS@customer.example', 'ken@arbor.example'],
      bcc: ['boss@arbor.example'],
      subject: 'Re: Angebot',
      html: '<b>Dear Elena</b>,<div>see <a href="https://arbor.example/x">our page</a> &amp; the plan <img src="cid:ii_1"></div><div class="gmail_signature">-- <br>Rep</div>',
      quoted,
      files: [
        file('plan.pdf', randomBytes(2000), { mimeType: 'application/pdf' }),
        file('image.png', randomBytes(300), { mimeType: 'image/png', contentId: 'ii_1' }),
      ],
      headers: [['In-Reply-To', '<asked-1@customer.example>']],
      threadId: threadId ?? '',
    }
    const { draftId, input } = draftOf(rep, window, {
      to: [elena.toUpperCase()],
      cc: ['ken@arbor.example', 'jonas@customer.example'],
      subject: ' Re:  Angebot',
      text: '\u200bDear Elena,\n\nsee our page & the plan \u{1F600}\n--\u00a0\nRep',
      files: ['plan.pdf'],
    })
    const key = randomUUID()
    const { status, body } = await take(rep.me, input, key)
    expect([status, body.status, body.mine, body.subject]).toEqual([201, 'draft', true, 'Re: Angebot'])
    expect(body.to).toEqual([{ address: elena, name: 'Brandt, Elena' }])
    expect(body.cc.map((one) => one.address)).toEqual(['jonas@customer.example', 'ken@arbor.example'])
    expect(body.bcc.map((one) => one.address)).toEqual(['boss@arbor.example'])
    expect(body.replyTo).toEqual({ threadId, messageId: asked })
    expect(body.html).toContain('<a href="https://arbor.example/x">our page</a>')
    expect(body.html).not.toContain('wrote:')
    expect(body.quote).toContain('wrote:')
    expect(body.body).toContain('> Hello')
    expect(body.files.map(({ source, name, size, state, cid }) => [source, name, size, state, cid])).toEqual([
      ['gmail', 'plan.pdf', 2000, 'ready', null],
      ['inline', 'image.png', 300, 'ready', 'ii_1'],
    ])
    const content = await hands.download(rep.me, `/sends/${body.id}/files/${body.files[0]?.id}/content`)
    expect(content.bytes.equals(window.files?.[0]?.bytes ?? Buffer.alloc(0))).toBe(true)
    // The answer was lost: the same one again. Gmail's draft stands until it is released.
    expect((await take(rep.me, input, key)).body.id).toBe(body.id)
    expect(drafts(rep)).toContain(draftId)
    expect((await rep.me.call('POST', `/take-over/${body.id}/release`)).status).toBe(204)
    expect(drafts(rep)).not.toContain(draftId)
    expect((await rep.me.call('POST', `/take-over/${body.id}/release`)).status).toBe(204)
  })

  test('a draft that says anything else than its window is left alone; saved, it is taken', async () => {
    const window: Window = {
      to: ['elena@customer.example'],
      subject: '見積書の送付',
      html: '田中様<div>お世話になっております。<br>添付をご確認ください。</div>',
      files: [file('見積書 2026年度.pdf', randomBytes(10))],
    }
    const { draftId, input } = draftOf(rep, window)
    const others = [
      { subject: '見積書の送付 2' },
      { text: `${input.shows.text}。` },
      { to: [] },
      { to: ['elena@customer.example', 'tanaka@customer.example'] },
      { to: [], bcc: ['elena@customer.example'] },
      { files: [] },
      { files: ['見積書 2025年度.pdf'] },
    ]
    for (const other of others) {
      const answer = await take(rep.me, { ...input, shows: { ...input.shows, ...other } })
      expect(refusal(answer)).toMatchObject({ status: 409, reason: 'draft_differs' })
    }
    rep.gmail.updateDraft(draftId, rawOf(rep.me, { ...window, html: '田中様<div>改めて。</div>' }))
    expect(refusal(await take(rep.me, input)).reason).toBe('draft_differs')
    const now = { ...input, shows: { ...input.shows, text: '田中様\n改めて。' } }
    const taken = await take(rep.me, now)
    expect(taken.body).toMatchObject({ subject: '見積書の送付', replyTo: null, quote: '' })
    expect(taken.body.body).toContain('改めて。')
    expect(taken.body.files.map((one) => one.name)).toEqual(['見積書 2026年度.pdf'])
    const never = { ...input, draftId: 'r-123456789' }
    expect(refusal(await take(rep.me, never))).toMatchObject({ status: 404, reason: 'gmail_draft_missing' })
  })

  test('what Gmail’s page writes down once more is deleted; what its author changed is not, nor another mail', async () => {
    const window: Window = { to: ['elena@customer.example'], subject: 'Twice', html: 'Once is enough' }
    const { input } = draftOf(rep, window)
    const { body } = await take(rep.me, input)
    await rep.me.call('POST', `/take-over/${body.id}/release`)
    const before = drafts(rep).length
    const copy = draftOf(rep, window).draftId
    const changed = draftOf(rep, { ...window, html: 'Once is enough, I said' }).draftId
    const another = draftOf(rep, { ...window, subject: 'Other' }).draftId
    expect(await passTime(reps.town, 5_000)).toEqual([])
    expect(drafts(rep)).not.toContain(copy)
    expect(drafts(rep)).toEqual(expect.arrayContaining([changed, another]))
    const late = draftOf(rep, window).draftId
    expect(await passTime(reps.town, 60_000)).toEqual([])
    expect(drafts(rep)).not.toContain(late)
    expect(drafts(rep)).toHaveLength(before + 2)
    // That was the last look: from then on it is a mail like any other.
    const own = draftOf(rep, window).draftId
    await passTime(reps.town, 600_000)
    expect(await workOff(reps.town)).toEqual([])
    expect(drafts(rep)).toContain(own)
  })

  test('nobody takes from somebody else’s mailbox, and nobody but its author lets go of it', async () => {
    const other = await reps.newRep()
    const { input, draftId } = draftOf(rep, { to: ['elena@customer.example'], subject: 'Mine', html: 'Mine' })
    expect(refusal(await take(other.me, input))).toMatchObject({ status: 403, reason: 'wrong_account' })
    const asOwn = refusal(await take(other.me, { ...input, account: other.me.email }))
    expect(asOwn).toMatchObject({ status: 404, reason: 'gmail_draft_missing' })
    const { body } = await take(rep.me, input)
    expect((await other.me.call('POST', `/take-over/${body.id}/release`)).status).toBe(404)
    expect((await other.me.call('GET', `/sends/${body.id}`)).status).toBe(404)
    expect(drafts(rep)).toContain(draftId)
    const plain = await hands.draft(rep.me)
    expect(refusal(await rep.me.call('POST', `/take-over/${plain.id}/release`)).status).toBe(404)
  })

  test('S-018: 10 MB come along byte by byte; one more, or a file Gmail never sends, and nothing is taken', async () => {
    const bytes = randomBytes(10 * MB)
    const big = draftOf(rep, { subject: 'Big', html: 'Big', files: [file('film.mp4', bytes)] })
    const { body } = await take(rep.me, big.input)
    expect(body.files.map(({ size, state }) => [size, state])).toEqual([[10 * MB, 'ready']])
    const content = await hands.download(rep.me, `/sends/${body.id}/files/${body.files[0]?.id}/content`)
    expect(content.bytes.equals(bytes)).toBe(true)
    const over = draftOf(rep, {
      subject: 'Over',
      html: 'Over',
      files: [file('a.mp4', bytes), file('b.txt', Buffer.from('b'))],
    })
    expect(refusal(await take(rep.me, over.input))).toMatchObject({
      ...{ status: 413, reason: 'mail_too_large', facts: { over: 1, max: 10 * MB } },
    })
    const blocked = draftOf(rep, { subject: 'Exe', html: 'Exe', files: [file('x.exe', Buffer.from('MZ'))] })
    expect(refusal(await take(rep.me, blocked.input)).reason).toBe('file_blocked')
    const left = (await rep.me.call<{ drafts: { subject: string }[] }>('GET', '/sends/drafts')).body.drafts
    expect(left.map((one) => one.subject)).not.toEqual(expect.arrayContaining(['Over', 'Exe']))
  })

  test('permission to send is enough for a new mail; hostile words come over as words', async () => {
    const email = `${randomUUID().slice(0, 8)}@arbor.example`
    const gmail = reps.town.google.addAccount({ email, name: 'Sender' })
    const me = await reps.town.signIn(email)
    await reps.town.consent(me, ['send'])
    const sender: Rep = { me, gmail, mailboxId: '' }
    const html =
      'Hi <script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">there</a><div style="position:fixed">&lt;b&gt;</div>'
    const { input } = draftOf(
      sender,
      {
        to: ['"><img src=x>" <elena@customer.example>', 'not-an-address'],
        subject: '<img src=x onerror=alert(1)>\u202Efdp',
        html,
      },
      { to: ['elena@customer.example', 'not-an-address'], text: 'Hi there<b>' },
    )
    const { status, body } = await take(me, input)
    expect(status).toBe(201)
    expect(body.html).not.toMatch(/script|onerror|javascript|position|src=/)
    expect(body.body).toContain('Hi there')
    expect(body.subject).toBe('<img src=x onerror=alert(1)>fdp')
    expect(body.to.map((one) => one.address)).toEqual(['elena@customer.example'])
    expect(body.pending.to).toBe('not-an-address')
  })
})
