import { describe, expect, test } from 'vitest'
import { choosePart, cleanName, fileableParts, findPart, type PartNode } from '../../lib/domain/parts.ts'

let counter = 0
function part(mimeType: string, more: Partial<PartNode> & { h?: Record<string, string> } = {}): PartNode {
  const { h = {}, ...rest } = more
  counter += 1
  const leaf = more.parts === undefined
  const text = mimeType.startsWith('text/') && (more.filename ?? '') === ''
  return {
    partId: `p${counter}`,
    mimeType,
    filename: '',
    size: leaf ? 10 : 0,
    attachmentId: leaf && !text ? `att${counter}` : undefined,
    data: text ? 'text' : undefined,
    headers: Object.entries(h).map(([name, value]) => ({ name, value })),
    parts: [],
    ...rest,
  }
}
const names = (root: PartNode) => fileableParts(root).map((one) => one.name)
const inline = (id: string, more: Partial<PartNode> = {}) =>
  part('image/png', {
    filename: `${id}.png`,
    h: { 'Content-ID': `<${id}>`, 'Content-Disposition': `inline; filename="${id}.png"` },
    ...more,
  })

describe('which parts are attachments (decisions 4)', () => {
  test('files of any type, in the order of the mail', () => {
    const root = part('multipart/mixed', {
      parts: [
        part('multipart/alternative', { parts: [part('text/plain'), part('text/html')] }),
        part('application/pdf', { filename: 'オファー.pdf', h: { 'x-attachment-id': 'f_1' } }),
        part('text/plain', { filename: 'notes.txt', attachmentId: 'a' }),
        part('application/octet-stream', { filename: 'empty.bin', size: 0 }),
        part('image/jpeg', {
          filename: 'photo.jpg',
          h: { 'Content-ID': '<f_2>', 'Content-Disposition': 'attachment' },
        }),
      ],
    })
    expect(names(root)).toEqual(['オファー.pdf', 'notes.txt', 'empty.bin', 'photo.jpg'])
    expect(fileableParts(root)[0]).toMatchObject({ realAttachmentId: 'f_1', mimeType: 'application/pdf' })
  })

  test('no inline images: in multipart/related, or referenced by the HTML wherever they stand', () => {
    const html = part('text/html', { data: '<img src="cid:logo"><img src="cid:chart%40x">' })
    const related = part('multipart/related', {
      parts: [part('text/html'), inline('sig'), part('application/pdf', { filename: 'in-related.pdf' })],
    })
    const root = part('multipart/mixed', {
      parts: [
        related,
        html,
        inline('logo'),
        part('image/png', {
          filename: 'c.png',
          h: { 'Content-ID': '<chart@x>', 'Content-Disposition': 'attachment' },
        }),
        // Apple Mail calls real attachments inline.
        part('image/png', {
          filename: 'apple.png',
          h: { 'Content-Disposition': 'inline; filename=apple.png' },
        }),
        inline('unreferenced'),
      ],
    })
    expect(names(root)).toEqual(['in-related.pdf', 'apple.png', 'unreferenced.png'])
  })

  test('no signatures, invitations, reports or bounce icons', () => {
    const root = part('multipart/mixed', {
      parts: [
        part('application/pkcs7-signature', { filename: 'smime.p7s' }),
        part('application/pgp-signature', { filename: 'signature.asc' }),
        part('text/calendar', { filename: 'invite.ics', attachmentId: 'x' }),
        part('application/ics', { filename: 'invite.ics' }),
        part('multipart/report', {
          parts: [
            part('multipart/related', {
              parts: [part('text/html'), part('image/png', { filename: 'icon.png' })],
            }),
            part('message/delivery-status', { parts: [part('text/plain')] }),
            part('message/rfc822', { parts: [part('application/pdf', { filename: 'original.pdf' })] }),
          ],
        }),
        part('application/zip', { filename: 'kept.zip' }),
      ],
    })
    expect(names(root)).toEqual(['kept.zip'])
  })

  test('a forwarded mail: itself when Gmail gives it an id, else what is in it', () => {
    const inner = [part('text/plain'), part('application/pdf', { filename: 'inner.pdf' })]
    const whole = part('message/rfc822', { parts: inner, attachmentId: 'id' })
    const open = part('message/rfc822', { parts: inner })
    expect(names(part('multipart/mixed', { parts: [whole] }))).toEqual(['noname.eml'])
    expect(names(part('multipart/mixed', { parts: [open] }))).toEqual(['inner.pdf'])
  })

  test('names: from the headers when Gmail could not read one, never a path, never turned around', () => {
    const root = part('multipart/mixed', {
      parts: [
        part('application/pdf', {
          h: { 'Content-Disposition': `attachment; filename*="UTF-8''%E8%A6%8B%E7%A9%8D.pdf"` },
        }),
        part('application/pdf', { h: { 'Content-Type': 'application/pdf; name="b.pdf"' } }),
        part('application/pdf'),
        part('application/x-odd thing', { filename: '../..\\etc/pass\u0000wd' }),
        part('application/pdf', { filename: 'invoice\u202Efdp.exe' }),
      ],
    })
    expect(names(root)).toEqual(['見積.pdf', 'b.pdf', 'noname.pdf', '.._.._etc_passwd', 'invoicefdp.exe'])
    expect(cleanName(`${'x'.repeat(400)}.docx`)).toHaveLength(255)
    expect(cleanName(`${'x'.repeat(400)}.docx`)).toMatch(/\.docx$/)
    expect(cleanName('..')).toBe('')
  })
})

describe('which part is meant', () => {
  const parts = [
    { partId: '1', realAttachmentId: 'f_1', name: 'a.pdf' },
    { partId: '2', realAttachmentId: 'f_2', name: 'a.pdf' },
    { partId: '3', realAttachmentId: null, name: 'b_c.pdf' },
  ]
  test.each([
    [{ partId: '2', realAttachmentId: 'f_1' }, '2'],
    [{ realAttachmentId: 'f_2', name: 'other' }, '2'],
    [{ name: 'b/c.pdf' }, '3'],
    [{ realAttachmentId: 'gone', name: 'b_c.pdf' }, '3'],
  ])('%o', (question, partId) => {
    expect(choosePart(parts, question)).toMatchObject({ partId })
  })
  test('says when none or several', () => {
    expect(choosePart(parts, { name: 'a.pdf' })).toBe('ambiguous')
    expect(choosePart(parts, { name: 'z.pdf' })).toBe('missing')
    expect(choosePart(parts, { partId: '9', name: 'b_c.pdf' })).toBe('missing')
    expect(choosePart(parts, {})).toBe('missing')
  })
})

test('a part is found by its id at any depth', () => {
  const deep = part('application/pdf', { partId: '0.1' })
  const root = part('multipart/mixed', { partId: '', parts: [part('multipart/mixed', { parts: [deep] })] })
  expect(findPart(root, '0.1')).toBe(deep)
  expect(findPart(root, '7')).toBeUndefined()
})
