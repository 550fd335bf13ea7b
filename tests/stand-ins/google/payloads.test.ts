import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGoogle } from './start.ts'
import { gmailOf, headerOf, rawMail, refusalOf } from './testing.ts'
import type { GoogleStandIn, StandInMailbox } from './types.ts'

const BOUNCES = '/work/shared/data/bounces/mails.tar.gz'

let google: GoogleStandIn
let rep: StandInMailbox
let api: gmail_v1.Gmail

beforeAll(async () => {
  google = await startGoogle({ running: false })
  rep = google.addAccount({ email: 'rep@acme.example', name: 'Rep' })
  api = gmailOf(google, 'rep@acme.example')
})
afterAll(() => google.stop())

/** Delivers a mail and gets it back through the API. */
async function roundTrip(raw: string | Buffer, format = 'full'): Promise<gmail_v1.Schema$Message> {
  const { id } = rep.deliver(raw)
  return (await api.users.messages.get({ userId: 'me', id: String(id), format })).data
}

/** `partId mimeType filename body` of every node, body being `-`, `data` or `id`, and its size. */
function outline(part: gmail_v1.Schema$MessagePart | undefined): string[] {
  if (part === undefined) return []
  const kind = part.body?.attachmentId ? 'id' : part.body?.data ? 'data' : '-'
  const line = [part.partId, part.mimeType, part.filename, `${kind}:${part.body?.size}`].join('|')
  return [line, ...(part.parts ?? []).flatMap(outline)]
}

function partText(part: gmail_v1.Schema$MessagePart | undefined): string {
  return Buffer.from(part?.body?.data ?? '', 'base64url').toString('utf8')
}

const REPORT = [
  'From: mailer-daemon@googlemail.com',
  'Subject: Report',
  'Content-Type: multipart/report; boundary=B; report-type=delivery-status',
  '',
  'preamble',
  '--B',
  'Content-Type: text/plain',
  '',
  'Sorry',
  '--B',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; googlemail.com',
  'X-Original-Message-ID: <a@b>',
  '',
  'Final-Recipient: rfc822; x@y.example',
  'Action: failed',
  '',
  '--B',
  'Content-Type: message/rfc822',
  '',
  'Subject: Original',
  'Content-Type: multipart/mixed; boundary=C',
  '',
  '--C',
  '',
  'inner',
  '--C--',
  '--B--',
].join('\r\n')

describe('the payload tree', () => {
  it('numbers parts, gives text its data and everything else an attachment id', async () => {
    const raw = [
      'Subject: tree',
      'Content-Type: multipart/mixed; boundary="o"',
      '',
      '--o',
      'Content-Type: multipart/alternative; boundary="i"',
      '',
      '--i',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Caf=C3=A9=',
      ' ok',
      '--i',
      'Content-Type: text/html',
      '',
      '<p>hi</p>',
      '--i--',
      '--o',
      'Content-Type: text/plain; name=notes.txt',
      '',
      'a note',
      '--o',
      'Content-Type: image/png',
      'Content-ID: <x>',
      'Content-Transfer-Encoding: base64',
      '',
      'AAECAw==',
      '--o--',
    ].join('\r\n')
    const message = await roundTrip(raw)
    expect(outline(message.payload)).toEqual([
      '|multipart/mixed||-:0',
      '0|multipart/alternative||-:0',
      '0.0|text/plain||data:8',
      '0.1|text/html||data:9',
      '1|text/plain|notes.txt|id:6',
      '2|image/png||id:4',
    ])
    expect(partText(message.payload?.parts?.[0]?.parts?.[0])).toBe('Café ok')
    expect(message.sizeEstimate).toBe(rep.rawMessage(String(message.id))?.length)
  })

  it('opens delivery-status and embedded messages as containers', async () => {
    const message = await roundTrip(REPORT)
    expect(outline(message.payload)).toEqual([
      '|multipart/report||-:0',
      '0|text/plain||data:5',
      '1|message/delivery-status||-:0',
      '1.0|text/plain||data:54',
      '2|message/rfc822||-:0',
      '2.0|multipart/mixed||-:0',
      '2.0.0|text/plain||data:5',
    ])
    const status = message.payload?.parts?.[1]?.parts?.[0]
    expect(status?.headers?.map((one) => one.name)).toEqual(['Reporting-MTA', 'X-Original-Message-ID'])
    expect(partText(status)).toContain('Action: failed')
  })

  it('keeps an encoded or global message a leaf', async () => {
    const leaf = (type: string, encoding: string): string =>
      rawMail({ 'Content-Type': type, 'Content-Transfer-Encoding': encoding }, 'U3ViamVjdDogeA==')
    expect(outline((await roundTrip(leaf('message/rfc822', 'base64'))).payload)).toEqual([
      '|message/rfc822||id:10',
    ])
    expect(outline((await roundTrip(leaf('message/global', '8bit'))).payload)).toEqual([
      '|message/global||id:18',
    ])
  })

  it.each([
    ['a missing boundary', 'Content-Type: multipart/mixed\r\n\r\nx', ['|multipart/mixed||-:0']],
    [
      'no closing boundary',
      'Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nx',
      ['|multipart/mixed||-:0', '0|text/plain||data:1'],
    ],
    ['a broken type', 'Content-Type: nonsense\r\n\r\nx', ['|text/plain||data:1']],
    ['no head', '\r\nonly text', ['|text/plain||data:9']],
    [
      'bare line feeds',
      'Content-Type: multipart/mixed; boundary=q\n\n--q\n\nx\n--q--\n',
      ['|multipart/mixed||-:0', '0|text/plain||data:1'],
    ],
  ])('reads %s as far as it goes', async (_name, raw, expected) => {
    expect(outline((await roundTrip(raw)).payload)).toEqual(expected)
  })
})

describe('charsets and names', () => {
  it('decodes headers, keeps their order and duplicates', async () => {
    const raw = [
      'X-Two: a',
      'Subject: =?UTF-8?B?5qCq5byP5Lya?= =?UTF-8?Q?=E7=A4=BE?= plain',
      'From: =?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <yamada@jp.example>',
      'X-Two: b',
      'X-Cut: =?UTF-8?B?5qCq5Q==?= =?UTF-8?B?vI8=?=',
      'X-Fold: one',
      '\ttwo',
      '',
      'x',
    ].join('\r\n')
    const message = await roundTrip(raw)
    const own = message.payload?.headers
      ?.filter((one) => /^X-Two$/.test(one.name ?? ''))
      .map((one) => one.value)
    expect(own).toEqual(['a', 'b'])
    expect(headerOf(message, 'Subject')).toBe('株式会社 plain')
    expect(headerOf(message, 'From')).toBe('山田 <yamada@jp.example>')
    expect(headerOf(message, 'X-Cut')).toBe('株式')
    expect(headerOf(message, 'X-Fold')).toBe('one two')
  })

  it('gives text as UTF-8 whatever its charset, without a byte order mark', async () => {
    const japanese = Buffer.concat([
      Buffer.from('Content-Type: text/plain; charset=ISO-2022-JP\r\n\r\n'),
      Buffer.from('\u001b$B;3ED\u001b(B', 'latin1'),
    ])
    expect(partText((await roundTrip(japanese)).payload)).toBe('山田')
    const marked = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\n\ufeffabc')
    expect((await roundTrip(marked)).payload?.body).toEqual({ size: 3, data: 'YWJj' })
    const latin = Buffer.concat([Buffer.from('Content-Type: text/plain\r\n\r\n'), Buffer.from([0x63, 0xe9])])
    expect(partText((await roundTrip(latin)).payload)).toBe('cé')
    const windows = Buffer.concat([
      Buffer.from('Content-Type: text/plain; charset=cp932\r\n\r\n'),
      Buffer.from([0x8e, 0x52]),
    ])
    expect(partText((await roundTrip(windows)).payload)).toBe('山')
  })

  it.each([
    ["filename*=UTF-8''%E8%A6%8B%E7%A9%8D.pdf", '見積.pdf'],
    ["filename*0*=UTF-8''%E8%A6; filename*1*=%8B; filename*2=.pdf", '見.pdf'],
    ['filename="=?UTF-8?B?6KaL56mNLnBkZg==?="', '見積.pdf'],
    ['filename="a \\"b\\".pdf"; size=3', 'a "b".pdf'],
    ['filename=plain.pdf', 'plain.pdf'],
    ['filename*="UTF-8\'\'x.pdf"', ''],
  ])('reads %s', async (parameter, name) => {
    const head = { 'Content-Type': 'application/pdf', 'Content-Disposition': `attachment; ${parameter}` }
    expect((await roundTrip(rawMail(head))).payload?.filename).toBe(name)
  })
})

describe('formats', () => {
  it('pads its base64url, in data and raw', async () => {
    const message = await roundTrip(rawMail({ Subject: 's' }, '\u00ff?>~a'))
    expect(message.payload?.body?.data).toMatch(/^[\w-]+={0,2}$/)
    expect(String(message.payload?.body?.data).length % 4).toBe(0)
    const { data } = await api.users.messages.get({ userId: 'me', id: String(message.id), format: 'raw' })
    expect(data.payload).toBeUndefined()
    expect(Buffer.from(String(data.raw), 'base64url')).toEqual(rep.rawMessage(String(message.id)))
    expect(String(data.raw).length % 4).toBe(0)
  })

  it('shows metadata without parts, header names in any case', async () => {
    const { id } = rep.deliver(REPORT)
    const ask = { userId: 'me', id: String(id), format: 'metadata', metadataHeaders: ['SUBJECT', 'from'] }
    const { payload } = (await api.users.messages.get(ask)).data
    expect(payload).toEqual({
      mimeType: 'multipart/report',
      headers: [
        { name: 'From', value: 'mailer-daemon@googlemail.com' },
        { name: 'Subject', value: 'Report' },
      ],
    })
  })

  it('shows minimal without payload, snippets escaped, partial answers by mask', async () => {
    const { id } = rep.deliver(
      rawMail(
        { Subject: 's', 'Content-Type': 'text/html' },
        '<style>x</style><p>Don\'t <b>&amp;</b> "go"</p>',
      ),
    )
    const minimal = (await api.users.messages.get({ userId: 'me', id: String(id), format: 'minimal' })).data
    expect(Object.keys(minimal).sort()).toEqual([
      'historyId',
      'id',
      'internalDate',
      'labelIds',
      'sizeEstimate',
      'snippet',
      'threadId',
    ])
    expect(minimal.snippet).toBe('Don&#39;t &amp; &quot;go&quot;')
    const masked = (
      await api.users.messages.get({ userId: 'me', id: String(id), fields: 'id,payload(mimeType,body/size)' })
    ).data
    expect(masked).toEqual({ id, payload: { mimeType: 'text/html', body: { size: expect.any(Number) } } })
  })

  it('answers 404 for an unknown and 400 for an impossible message id', async () => {
    const get = (id: string): ReturnType<typeof refusalOf> =>
      refusalOf(api.users.messages.get({ userId: 'me', id }))
    const unknown = await get('0123456789abcdef')
    expect([unknown.status, unknown.data.error.status, unknown.data.error.errors[0]?.reason]).toEqual([
      404,
      'NOT_FOUND',
      'notFound',
    ])
    expect((await get('no-such-id')).status).toBe(400)
  })
})

describe('attachments', () => {
  const PDF = rawMail(
    { 'Content-Type': 'application/pdf; name=a.pdf', 'Content-Transfer-Encoding': 'base64' },
    'AP8QgA==',
  )

  it('makes a new id on every get, and serves old ones until they expire (S-054)', async () => {
    const { id } = rep.deliver(PDF)
    const messageId = String(id)
    const fresh = async (): Promise<string> =>
      String((await api.users.messages.get({ userId: 'me', id: messageId })).data.payload?.body?.attachmentId)
    const [first, second] = [await fresh(), await fresh()]
    expect(first).not.toBe(second)
    expect(first).toMatch(/^ANGjdJ[\w-]{374,398}$/)
    const fetchOne = (attachment: string) =>
      api.users.messages.attachments.get({ userId: 'me', messageId, id: attachment })
    expect((await fetchOne(first)).data).toEqual({ size: 4, data: 'AP8QgA==' })
    google.clock.advance(google.settings.attachmentIdLifetimeMs + 1)
    const expired = await refusalOf(fetchOne(second))
    expect([expired.status, expired.data.error.message]).toEqual([400, 'Invalid attachment token'])
    expect((await fetchOne(await fresh())).data.size).toBe(4)
    expect((await refusalOf(fetchOne(`${await fresh()}x`.replace('ANGjdJ', 'ANGjdK')))).status).toBe(400)
  })

  it('gives the mailbox of the page the same bytes by partId', () => {
    const { id } = rep.deliver(PDF)
    expect(rep.partBytes(String(id), '')).toEqual(Buffer.from([0, 0xff, 0x10, 0x80]))
    expect(rep.partBytes(String(id), '7')).toBeUndefined()
  })
})

describe.skipIf(!existsSync(BOUNCES))(`every mail of ${BOUNCES} (skipped where that file is absent)`, () => {
  it('becomes a payload whose inline text decodes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'inlay-bounces-'))
    try {
      execFileSync('tar', ['xzf', BOUNCES, '-C', folder])
      const mails = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.eml'),
      )
      expect(mails.length).toBeGreaterThan(300)
      for (const name of mails) {
        const { id } = rep.deliver(readFileSync(join(folder, name)))
        const lines = outline(rep.getMessage(String(id))?.payload)
        expect(lines.length, name).toBeGreaterThan(0)
        expect(
          lines.filter((line) => line.includes('undefined')),
          name,
        ).toEqual([])
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
