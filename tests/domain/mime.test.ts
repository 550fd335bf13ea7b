import { Readable } from 'node:stream'
import { simpleParser } from 'mailparser'
import { expect, test } from 'vitest'
import type { OutgoingMail } from '../../backend/google/gateway.ts'
import { buildMime } from '../../backend/google/mime.ts'

const plain: OutgoingMail = {
  from: { address: 'rep@arbor.example', name: 'Ren Rep' },
  to: [{ address: 'elena@halden.example', name: 'Elena Brandt' }],
  cc: [],
  bcc: [],
  subject: 'Offer',
  text: 'Hello',
  html: '',
  files: [],
  references: [],
  inReplyTo: undefined,
  unsubscribe: undefined,
  sendId: '0b6f7c7e-6a39-4a49-9f0e-2d5a3f5b7a11',
  mark: 'f00d',
  date: Date.parse('2026-11-23T09:00:00Z'),
}

async function build(more: Partial<OutgoingMail>) {
  const raw = Buffer.concat(await Array.fromAsync(buildMime({ ...plain, ...more }))).toString('latin1')
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const header = (name: string): string[] =>
    lines
      .filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      .map((line) => line.slice(name.length + 1).trim())
  return {
    raw,
    names: lines.map((line) => line.split(':', 1)[0]?.toLowerCase()),
    header,
    body: raw.slice(end + 4),
  }
}

/** Undoes encoded words (RFC 2047) of one charset. */
function decoded(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, text: string) => Buffer.from(text, 'base64').toString('latin1'))
    .replace(/=\?UTF-8\?Q\?([^?]*)\?=/gi, (_, text: string) =>
      text
        .replaceAll('_', ' ')
        .replace(/=([0-9A-F]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    )
    .replace(/[\s\S]*/, (bytes) => Buffer.from(bytes, 'latin1').toString('utf8'))
}

test('a mail carries its parties, date and marks', async () => {
  const { header } = await build({ bcc: [{ address: 'quiet@halden.example', name: '' }] })
  expect(header('From')).toEqual(['Ren Rep <rep@arbor.example>'])
  expect(header('To')).toEqual(['Elena Brandt <elena@halden.example>'])
  expect(header('Bcc')).toEqual(['quiet@halden.example'])
  expect(header('Date')).toEqual(['Mon, 23 Nov 2026 09:00:00 +0000'])
  expect(header('X-Inlay-Send-Id')).toEqual([plain.sendId])
  expect(header('X-Inlay-Mark')).toEqual(['f00d'])
})

test('our mark stands at the end of References, behind what the answered mail had', async () => {
  const { header } = await build({ references: ['<a@x>', 'broken', '<b@x>'], inReplyTo: '<b@x>' })
  expect(header('References')).toEqual([`<a@x> <b@x> <${plain.sendId}@sends.inlay.invalid>`])
  expect(header('In-Reply-To')).toEqual(['<b@x>'])
})

test('a chain without end keeps its first and its last', async () => {
  const references = Array.from({ length: 200 }, (_, nth) => `<m${nth}@x>`)
  const [chain = ''] = (await build({ references })).header('References')
  const ids = chain.split(' ')
  expect(ids).toHaveLength(31)
  expect([ids[0], ids[1], ids.at(-2)]).toEqual(['<m0@x>', '<m171@x>', '<m199@x>'])
})

test('Japanese text, subject and names survive in 7 bits', async () => {
  const text = '山田様\n\nお世話になっております。\n「見積書」を送付いたします。🙂\n'
  const { raw, header, body } = await build({
    text,
    subject: '見積書の件(至急)',
    to: [{ address: 'yamada@halden.example', name: '株式会社山田製作所 営業部 山田 太郎' }],
  })
  expect(raw).toMatch(/^[\t\r\n\x20-\x7e]*$/)
  expect(header('Content-Type')).toEqual(['text/plain; charset=utf-8'])
  expect(Buffer.from(body, 'base64').toString('utf8')).toBe(text.replaceAll('\n', '\r\n'))
  expect(decoded(header('Subject')[0] ?? '')).toBe('見積書の件(至急)')
  expect(decoded(header('To')[0] ?? '')).toBe('株式会社山田製作所 営業部 山田 太郎 <yamada@halden.example>')
  for (const line of raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(200)
})

test('a Japanese file name stands there for Gmail and Apple Mail, and for an Outlook that reads encoded words', async () => {
  const name = '見積書 2026年11月.pdf'
  const open = async () => Readable.from([Buffer.from('%PDF')])
  const { raw } = await build({ files: [{ name, mimeType: 'application/pdf', cid: null, open }] })
  const word = `=?UTF-8?B?${Buffer.from(name).toString('base64')}?=`
  expect(raw).toContain(`Content-Type: application/pdf;\r\n name="${word}"`)
  expect(raw).toContain(`Content-Disposition: attachment;\r\n filename="${word}"`)
  const pieces = [...raw.matchAll(/filename\*\d\*=([^;\s]+)/g)].map(([, piece]) => piece)
  expect(decodeURIComponent(pieces.join(''))).toBe(`UTF-8''${name}`)
  const plain = await build({
    files: [{ name: 'offer (2).pdf', mimeType: 'application/pdf', cid: null, open }],
  })
  expect(plain.raw).toContain('Content-Disposition: attachment;\r\n filename="offer (2).pdf"\r\n')
})

test.each(['\r\n', '\n', '\r', '\u2028', '\0\r\n'])(
  '%j in a header’s value starts no other header',
  async (end) => {
    const evil = `x${end}Bcc: thief@evil.example`
    const { names, raw } = await build({
      subject: evil,
      from: { address: 'rep@arbor.example', name: evil },
      to: [{ address: 'elena@halden.example', name: evil }],
      inReplyTo: `<a@x>${end}Bcc: thief@evil.example`,
      references: [`<a@x>${end}Bcc:thief@evil.example`],
      mark: evil,
    })
    expect(names.filter((name) => name === 'bcc')).toEqual([])
    expect(raw).not.toMatch(/\nBcc/i)
  },
)

test('a name that looks like an address is no second recipient', async () => {
  const { raw } = await build({
    to: [{ address: 'elena@halden.example', name: '"Doe, John" <thief@evil.example>, x' }],
  })
  const { to } = await simpleParser(raw)
  const found = (Array.isArray(to) ? to : to === undefined ? [] : [to]).flatMap(({ value }) => value)
  expect(found.map(({ address }) => address)).toEqual(['elena@halden.example'])
})
