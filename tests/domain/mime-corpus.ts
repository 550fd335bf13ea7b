import { createHash } from 'node:crypto'
import type { OutgoingFile, OutgoingMail } from '../../backend/google/gateway.ts'
import type { Party } from '../../lib/domain/addresses.ts'

/** A mail to build, with its files' bytes at hand. */
export interface CorpusMail extends OutgoingMail {
  files: readonly (OutgoingFile & { bytes: Buffer })[]
}

/** Chance that comes the same way every time. */
function dice(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const upTo = (most: number): number => Math.floor(next() * (most + 1))
  return {
    upTo,
    often: (share: number): boolean => next() < share,
    one: <T>(list: readonly [T, ...T[]]): T => list[upTo(list.length - 1)] ?? list[0],
    times: <T>(count: number, make: (nth: number) => T): T[] =>
      Array.from({ length: count }, (_, nth) => make(nth)),
  }
}
type Dice = ReturnType<typeof dice>

/** Code points by kind: from, to. Every plane has one; the last kind is what no text may hold. */
const kinds: readonly [[number, number], ...[number, number][]] = [
  [0x20, 0x7e],
  [0x61, 0x7a],
  [0xa0, 0x24f],
  [0x370, 0x4ff],
  [0x590, 0x6ff],
  [0xe00, 0xe7f],
  [0x3040, 0x30ff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xff01, 0xffee],
  [0x1f300, 0x1faff],
  [0x20000, 0x2ffff],
  [0x30000, 0x3ffff],
  ...Array.from({ length: 10 }, (_, nth): [number, number] => [
    0x40000 + nth * 0x10000,
    0x4fff0 + nth * 0x10000,
  ]),
  [0xe0000, 0xe0fff],
  [0xf0000, 0xffff0],
  [0x100000, 0x10fff0],
  [0xd800, 0xdfff],
]

const oddities = [
  '=?utf-8?Q?caf=C3=A9?=',
  '=?UTF-8?B?w?=',
  '"Doe, John" <thief@evil.example>',
  'x\r\nBcc: thief@evil.example',
  'x\nBcc: thief@evil.example\r\n\r\nbody',
  '\u2028Bcc: thief@evil.example',
  'a  b   c',
  '  led by spaces ',
  '👩‍👩‍👧‍👦 family',
  'e\u0301\u0302\u0303',
  '\\"; filename="evil.exe',
  "UTF-8''%41",
  '(comment) [x] <y>, z; w: v',
  '\u202egpj.exe',
  '株式会社山田製作所 営業部 山田 太郎',
  'x'.repeat(400),
  '見'.repeat(300),
  '=3D=\r\n=20',
  '\0\u0007\u007f',
] as const

function words(dice: Dice, most: number): string {
  if (dice.often(0.2)) return dice.one(oddities)
  const kind = dice.one(kinds)
  const signs = dice.times(dice.upTo(most), () => {
    const [from, to] = dice.often(0.15) ? dice.one(kinds) : kind
    return dice.often(0.1) ? ' ' : String.fromCodePoint(from + dice.upTo(to - from))
  })
  return signs.join('')
}

function party(dice: Dice, nth: number): Party {
  const domain = dice.one(['halden.example', 'bücher.example', '例え.テスト', 'a-b.co.jp', 'x.y.z.example'])
  const local = dice.one(['elena', 'first.last', 'a+tag', "o'neil", 'x_y', `n${nth}`])
  return { address: `${local}${nth}@${domain}`, name: dice.often(0.3) ? '' : words(dice, 40) }
}

function text(dice: Dice): string {
  const lines = dice.times(dice.upTo(12), () => {
    if (dice.often(0.1)) return dice.one(['.', '..', 'From here', '--=_0', '--=_', '- -', '\t', ' ', 'x '])
    return words(dice, dice.one([20, 76, 77, 100, 998, 3000]))
  })
  return lines.join(dice.one(['\n', '\r\n', '\r', '\n\n']))
}

function bytes(dice: Dice): Buffer {
  const size = dice.one([0, 1, 2, 56, 57, 58, 114, 1000, 5000, 20_001])
  const seed = createHash('sha512')
    .update(String(dice.upTo(1e6)))
    .digest()
  return Buffer.alloc(size, seed)
}

function file(dice: Dice, cid: string | null): OutgoingFile & { bytes: Buffer } {
  const mimeType = dice.one([
    'application/pdf',
    'image/png',
    'text/plain',
    'text/html',
    'text/calendar',
    'message/rfc822',
    'multipart/mixed',
    'broken',
    'application/pdf; name="x"\r\nBcc: thief@evil.example',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ])
  // postal-mime makes letters of what calls itself a calendar.
  const content = mimeType === 'text/calendar' ? Buffer.from('BEGIN:VCALENDAR\n') : bytes(dice)
  const piece = dice.one([1, 56, 57, 4096, 65_536]) + 1
  const ending = dice.one(['.pdf', '.eml', '.txt', '.PNG', '', '.tar.gz', '/..', '.ｐｄｆ'])
  return {
    name: `${words(dice, dice.one([5, 40, 300]))}${ending}`,
    mimeType,
    cid,
    bytes: content,
    async open() {
      return (async function* () {
        const step = Math.max(piece, Math.ceil(content.length / 50))
        for (let at = 0; at < content.length; at += step) yield content.subarray(at, at + step)
      })()
    },
  }
}

/** The nth mail of the corpus: texts of every kind, hostile names, every mix of parts. */
export function corpusMail(nth: number): CorpusMail {
  const chance = dice(nth + 1)
  const cids = chance.times(chance.often(0.4) ? chance.upTo(3) : 0, (at) => `img-${nth}.${at}@inlay`)
  const plain = text(chance)
  const shown = cids.map((cid) => `<img src="cid:${cid}">`).join('')
  const html =
    chance.often(0.6) || cids.length > 0 ? `<p>${text(chance).replace(/[<>&]/g, '')}</p>${shown}` : ''
  const attached = chance.times(chance.often(0.6) ? chance.upTo(4) : 0, () => file(chance, null))
  const id = (at: number): string => `<m${at}.${nth}@mail.example>`
  const answers = chance.often(0.4)
  return {
    from: { address: 'ren@arbor.example', name: words(chance, 30) },
    to: chance.times(1 + chance.upTo(chance.often(0.1) ? 60 : 3), (at) => party(chance, at)),
    cc: chance.times(chance.upTo(2), (at) => party(chance, at)),
    bcc: chance.times(chance.upTo(2), (at) => party(chance, at)),
    subject: words(chance, chance.one([10, 60, 500])),
    text: plain,
    html,
    files: [...cids.map((cid) => file(chance, cid)), ...attached],
    references: answers ? chance.times(1 + chance.upTo(40), id) : [],
    inReplyTo: answers ? id(0) : undefined,
    unsubscribe: chance.often(0.2)
      ? { links: [`https://inlay.example/u/${nth}`, `mailto:u+${nth}@arbor.example`], oneClick: true }
      : undefined,
    sendId: `0b6f7c7e-6a39-4a49-9f0e-${String(nth).padStart(12, '0')}`,
    mark: createHash('sha256').update(plain).digest('hex').slice(0, 16),
    date: Date.parse('2026-11-23T09:00:00Z') + nth * 1000,
  }
}
