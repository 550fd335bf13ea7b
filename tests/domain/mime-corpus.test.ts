import { describe, expect, test } from 'vitest'
import type { OutgoingFile } from '../../backend/google/gateway.ts'
import { buildMime } from '../../backend/google/mime.ts'
import { encodeText } from '../../backend/google/mime-bodies.ts'
import { mailedName } from '../../lib/domain/file-names.ts'
import { corpusMail } from './mime-corpus.ts'
import { meant, readByMailparser, readByPostalMime } from './mime-reading.ts'

const known =
  /^(?:from|to|cc|bcc|subject|date|in-reply-to|references|list-unsubscribe(?:-post)?|x-inlay-(?:send-id|mark)|mime-version|content-(?:type|disposition|id|transfer-encoding))$/

async function build(mail: Parameters<typeof buildMime>[0]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(buildMime(mail)))
}

/** Names of the headers of the mail, as any reader splits them. */
function headerNames(raw: Buffer): string[] {
  const head = raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? ''
  return head
    .split(/\r\n|\r|\n/)
    .filter((line) => !/^[ \t]/.test(line))
    .map((line) => line.split(':', 1)[0]?.toLowerCase() ?? '')
}

describe('what we build is read as it was meant, by two readers', () => {
  const share = 50
  test.each([0, 1, 2, 3, 4, 5])('mails of the corpus, part %i', async (part) => {
    for (let nth = part * share; nth < (part + 1) * share; nth++) {
      const mail = corpusMail(nth)
      const raw = await build(mail)
      const wanted = { nth, ...meant(mail) }
      expect({ nth, ...(await readByMailparser(raw)) }).toEqual(wanted)
      expect({ nth, ...(await readByPostalMime(raw)) }).toEqual(wanted)
      const names = headerNames(raw)
      expect(names.filter((name) => !known.test(name))).toEqual([])
      expect(new Set(names).size).toBe(names.length)
      const lines = raw.toString('latin1').split('\r\n')
      expect(lines.filter((line) => line.length > 998 || /[^\t\x20-\x7e]/.test(line))).toEqual([])
      const coded = lines.filter((line) => /=\?UTF-8\?B\?[\w+/=]{8,}\?=/.test(line))
      expect(coded.filter((line) => line.length > 76)).toEqual([])
    }
  })
})

describe('the same mail', () => {
  const withFile = (piece: number) => {
    const bytes = Buffer.from('見積書 '.repeat(3000))
    const file: OutgoingFile = {
      name: '見積書.txt',
      mimeType: 'text/plain',
      cid: null,
      open: async () =>
        (async function* () {
          for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
        })(),
    }
    return { ...corpusMail(7), files: [file] }
  }

  test('gives the same bytes however its files come, so that it can be built again elsewhere', async () => {
    const once = await build(withFile(1))
    for (const piece of [56, 57, 4096, 1_000_000])
      expect((await build(withFile(piece))).equals(once)).toBe(true)
  })

  test('is built while it is read: no more than one piece of a file is ahead', async () => {
    let given = 0
    let taken = 0
    let ahead = 0
    const piece = Buffer.alloc(64 * 1024, 'x')
    const file: OutgoingFile = {
      name: 'big.bin',
      mimeType: 'application/octet-stream',
      cid: null,
      open: async () =>
        (async function* () {
          for (; given < 400; given++) {
            ahead = Math.max(ahead, given - taken)
            yield piece
          }
        })(),
    }
    let size = 0
    for await (const chunk of buildMime({ ...corpusMail(1), files: [file] })) {
      size += chunk.length
      taken = given + 1
    }
    expect(size).toBeGreaterThan(25 * 1024 * 1024)
    expect(ahead).toBeLessThanOrEqual(1)
  })
})

describe('an address Gmail’s API cannot send to is refused', () => {
  test.each([
    ['山田@halden.example', 'address_not_ascii'],
    ['elena@', 'address_invalid'],
    ['elena', 'address_invalid'],
    ['"a b"@halden.example', 'address_invalid'],
    ['elena@hal den.example', 'address_invalid'],
    ['elena@halden.example>, <thief@evil.example', 'address_invalid'],
    ['elena@halden.example\r\nBcc: thief@evil.example', 'address_invalid'],
    ['elena\r\nBcc: thief@evil.example', 'address_invalid'],
    ['elena@xn--a-ecp.\u00ad', 'address_invalid'],
  ])('%j: %s', async (address, reason) => {
    const mail = { ...corpusMail(0), to: [{ address, name: '' }] }
    await expect(build(mail)).rejects.toMatchObject({ kind: 'refused', reason })
  })
})

describe('text travels as it is only where nothing on the way could change it', () => {
  test.each([
    ['short lines\nof ASCII', '7bit'],
    ['', '7bit'],
    ['a space at the end \nof a line', 'quoted-printable'],
    ['.\nend', 'quoted-printable'],
    ['From here on', 'quoted-printable'],
    ['x'.repeat(79), 'quoted-printable'],
    ['--=_0_boundary', 'quoted-printable'],
    ['bell\u0007', 'quoted-printable'],
    ['naïve café, every tenth letter', 'quoted-printable'],
    ['見積書を送付いたします', 'base64'],
  ])('%j: %s', async (text, encoding) => {
    const found = encodeText(text, '--=_')
    expect(found.encoding).toBe(encoding)
    if (encoding === '7bit') return
    expect(found.body).not.toMatch(/[\t ]$|^\.|^From |^--=_|[^\r\n\x20-\x7e]/m)
    for (const line of found.body.split('\r\n')) expect(line.length).toBeLessThanOrEqual(76)
  })

  test('no text ends the part it stands in', async () => {
    const text = 'a\n--=_0_x\n--=_0.0_x--\nb'
    const raw = (await build({ ...corpusMail(0), text, html: text, files: [] })).toString('latin1')
    expect(raw.match(/^--=_.*$/gm)).toHaveLength(3)
    expect(raw).not.toContain('--=_0_x')
  })

  test('in the shorter of both encodings', () => {
    for (const share of [1, 2, 3, 5, 10, 100]) {
      const text = `${'a'.repeat(share)}é`.repeat(200)
      const { body } = encodeText(text, '--=_')
      const bytes = Buffer.byteLength(text)
      expect(body.length).toBeLessThan(Math.min((bytes * 4) / 3, bytes + 4 * 200) * 1.06)
    }
  })
})

describe('injection', () => {
  const evil = ['\r\n', '\n', '\r', '\u2028', '\u0085', '\0', '\r\n\r\n'].map(
    (end) => `x${end}Bcc: thief@evil.example`,
  )

  test.each(evil)('%j starts no header in any field', async (text) => {
    const file: OutgoingFile = {
      name: text,
      mimeType: text,
      cid: text,
      open: async () => (async function* () {})(),
    }
    const raw = await build({
      ...corpusMail(0),
      from: { address: 'ren@arbor.example', name: text },
      to: [{ address: 'elena@halden.example', name: text }],
      bcc: [],
      subject: text,
      references: [`<a@x>${text}`, text],
      inReplyTo: `<a@x>${text}`,
      unsubscribe: { links: [`https://x.example/${text}`, text], oneClick: true },
      sendId: text,
      mark: text,
      text: 'plain',
      html: '<p>x</p>',
      files: [file],
    })
    expect(raw.toString('latin1')).not.toMatch(/[\r\n]Bcc/i)
    expect(headerNames(raw)).not.toContain('bcc')
    expect((await readByMailparser(raw)).bcc).toEqual([])
  })

  test('one-click unsubscription is offered only with a https link', async () => {
    const only = { ...corpusMail(0), unsubscribe: { links: ['mailto:u@arbor.example'], oneClick: true } }
    expect(headerNames(await build(only))).not.toContain('list-unsubscribe-post')
  })
})

test.each([
  ['a/b\\c.pdf', 'a_b_c.pdf'],
  ['\u202Efdp.exe', 'fdp.exe'],
  ['  \0\r\n ', 'file'],
  ['=?utf-8?Q?evil=2Eexe?=', '=_utf-8?Q?evil=2Eexe?='],
  [`${'見'.repeat(300)}.pdf`, `${'見'.repeat(196)}.pdf`],
  [`${'👍'.repeat(300)}`, '👍'.repeat(200)],
  [`x.${'y'.repeat(300)}`, `x.${'y'.repeat(198)}`],
])('the file %j travels as %j', (name, mailed) => {
  expect(mailedName(name)).toBe(mailed)
})
