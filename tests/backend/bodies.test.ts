import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { MessageBody } from '../../lib/contract/messages.ts'
import { attacks } from './harness/attacks.ts'
import type { TestHouse } from './harness/house.ts'
import { rawMail } from './harness/mails.ts'
import { contact, emails, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { workOff } from './harness/work.ts'

let town: TestHouse
let rep: Rep
let elena: string
let recordId: string
let count = 0

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  rep = await house.newRep()
  elena = someone()
  recordId = await contact(rep, elena)
  await workOff(town)
})

/** A mail as it comes in, from its own headers of content on. */
function arrive(content: string | Buffer): string {
  count += 1
  const head = `From: Elena <${elena}>\r\nTo: ${rep.me.email}\r\nSubject: Mail ${count}\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\nMessage-ID: <body${count}@test.example>\r\nMIME-Version: 1.0\r\n`
  rep.gmail.deliver(Buffer.concat([Buffer.from(head), Buffer.from(content)]))
  return `Mail ${count}`
}

const html = (text: string) => `Content-Type: text/html; charset=utf-8\r\n\r\n${text}`

/** Ids of these mails by subject, once they are stored. */
async function idsOf(wanted: readonly string[]): Promise<Map<string, string>> {
  await workOff(town)
  town.google.clock.advance(60_000)
  await workOff(town)
  const found = new Map<string, string>()
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = await emails(rep, recordId, cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`)
    for (const row of page.rows) found.set(row.subject, row.messageId ?? '')
    cursor = page.nextCursor
  }
  expect([...found.keys()]).toEqual(expect.arrayContaining([...wanted]))
  return found
}

async function bodyOf(id: string | undefined): Promise<MessageBody> {
  const answer = await rep.me.call<MessageBody>('GET', `/messages/${id}/body`)
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
  return answer.body
}

describe('the text of a mail', () => {
  test('nothing in a mail runs, loads, tracks, sends, covers or misleads', async () => {
    const subjects = attacks.map(([, text]) => arrive(html(text)))
    const ids = await idsOf(subjects)
    const shown = await Promise.all(subjects.map((subject) => bodyOf(ids.get(subject))))
    for (const [index, [name, , wanted, left]] of attacks.entries()) {
      const body = shown[index]
      expect({ name, html: body?.html.trim() }).toEqual({ name, html: wanted })
      if (left !== undefined) {
        const [images, active, forms] = left
        expect({ name, ...body?.removed }).toEqual({ name, images, active, forms })
      }
      const tags = body?.html.match(/<[^>]*>/g)?.join('') ?? ''
      expect({ name, tags }).toEqual({
        name,
        tags: expect.not.stringMatching(
          /<(?:script|style|img|iframe|form|input|svg|math|meta|base|link|object|textarea)|\son|src=|url\(|javascript:|position|z-index|data:/i,
        ),
      })
      expect(body?.html).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
    }
  })

  test('the ground a mail is written for stays, its colours alone', async () => {
    const white = '<p style="color:#fff">White</p>'
    const asked = [
      ['<body style="background:#0b1f33; color:#fff" class="inlay-host" onload="x()">', '#0b1f33;color:#fff'],
      ['<html><body bgcolor="navy" text="white" background="https://t.example/b.png">', 'navy;color:white'],
      ['<body style="background:url(https://t.example/b.png?#eee) no-repeat #123456">', '#123456'],
      ['<body style="background:url(javascript:x);position:fixed;color:#fff">', undefined],
      ['<body bgcolor="red;position:fixed" style="background-color:expression(x)" text="#fff">', undefined],
    ] as const
    const subjects = asked.map(([body]) => arrive(html(`${body}${white}</body>`)))
    const ids = await idsOf(subjects)
    for (const [index, [body, ground]] of asked.entries()) {
      const shown = (await bodyOf(ids.get(subjects[index] ?? ''))).html.trim()
      const wanted =
        ground === undefined
          ? white
          : `<div class="inlay-ground" style="background-color:${ground}">${white}</div>`
      expect({ body, shown }).toEqual({ body, shown: wanted })
    }
  })

  test('every charset and every way to write a body, read as Gmail reads it', async () => {
    const latin = Buffer.from(
      'Content-Type: text/plain; charset=iso-8859-1\r\n\r\nGr\xFC\xDFe aus K\xF6ln',
      'latin1',
    )
    const japanese = Buffer.concat([
      Buffer.from('Content-Type: text/plain; charset=shift_jis\r\n\r\n'),
      Buffer.from([0x8c, 0xa9, 0x90, 0xcf]),
    ])
    const two = (a: string, b: string, kind = 'alternative') =>
      `Content-Type: multipart/${kind}; boundary=b\r\n\r\n--b\r\n${a}\r\n--b\r\n${b}\r\n--b--\r\n`
    const plain = (text: string) => `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}`
    const file =
      'Content-Type: text/html; name=a.html\r\nContent-Disposition: attachment; filename=a.html\r\n\r\n<b>not the text</b>'
    const forwarded = `Content-Type: message/rfc822\r\n\r\nFrom: a@b.example\r\nSubject: In\r\n\r\nNot the text`
    const asked: [content: string | Buffer, text: string, html: string][] = [
      [latin, 'Grüße aus Köln', ''],
      [japanese, '見積', ''],
      [
        'Content-Type: text/plain; charset=x-nobody-knows\r\n\r\nplain all the same',
        'plain all the same',
        '',
      ],
      [
        'Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe',
        'Grüße',
        '',
      ],
      ['Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+aGk8L2I+', 'hi', '<b>hi</b>'],
      [two(plain('words'), html('<p>shown</p>')), 'words', '<p>shown</p>'],
      [two(html('<p>shown</p>'), plain('words')), 'words', '<p>shown</p>'],
      [two(plain('words'), file, 'mixed'), 'words', ''],
      [two(plain('words'), forwarded, 'mixed'), 'words', ''],
      [two(html('<p>one</p>'), html('<p>two</p>'), 'mixed'), 'one\n\ntwo', '<p>one</p><hr /><p>two</p>'],
      ['Content-Type: multipart/mixed; boundary=never\r\n\r\nno part at all', '', ''],
      ['\r\nno type at all', 'no type at all', ''],
      [
        html('<p>ab&nbsp;&euro;</p><p>c</p><ul><li>d</li></ul>'),
        'ab €\nc\nd',
        '<p>ab\u00a0€</p><p>c</p><ul><li>d</li></ul>',
      ],
    ]
    const subjects = asked.map(([content]) => arrive(content))
    const ids = await idsOf(subjects)
    for (const [index, [, text, wanted]] of asked.entries()) {
      const body = await bodyOf(ids.get(subjects[index] ?? ''))
      const trimmed = { text: body.text.trim(), html: body.html.replace(/\s*\n\s*/g, '') }
      expect({ index, ...trimmed }).toEqual({ index, text, html: wanted })
      expect(body).toMatchObject({ isCut: false, from: { name: 'Rep 1', isMine: true } })
    }
  })

  test('a mail of any size and depth is answered in bounded time: cut, or its words alone, or the reason', async () => {
    const large = arrive(html(`<p>begin</p>${'<p>Lorem ipsum dolor</p>'.repeat(220_000)}`))
    const deep = arrive(html(`<p>begin</p>${'<div>'.repeat(200_000)}end`))
    const both = arrive(
      `Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nthe words\r\n--b\r\n${html('<table><tr><td>'.repeat(60_000))}\r\n--b--\r\n`,
    )
    const nested = arrive(
      `${Array.from({ length: 80 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`).join('')}${html('<p>deep</p>')}\r\n`,
    )
    const ids = await idsOf([large, deep, both, nested])
    const cut = await bodyOf(ids.get(large))
    expect(cut).toMatchObject({ isCut: true, text: expect.stringMatching(/^begin/) })
    expect(cut.html.length).toBeGreaterThan(200_000)
    expect(cut.html.length).toBeLessThan(2 * 1024 * 1024)
    const started = performance.now()
    const [layers, words, parts] = await Promise.all([
      rep.me.call<MessageBody>('GET', `/messages/${ids.get(deep)}/body`),
      bodyOf(ids.get(both)),
      bodyOf(ids.get(nested)),
    ])
    expect(performance.now() - started).toBeLessThan(15_000)
    if (layers.status === 200) expect(layers.body.html.match(/<div>/g)?.length ?? 0).toBeLessThanOrEqual(100)
    else expect(layers).toMatchObject({ status: 409, body: { error: { reason: 'body_unreadable' } } })
    expect(words.text).toBe('the words')
    expect(parts.html).toBe('')
  })

  test('whoever waits for it, for a count or for who sees a thread waits behind no synchronisation', async () => {
    const { db } = town.house
    const subject = arrive(html('<p>Read me</p>'))
    const id = (await idsOf([subject])).get(subject)
    const unknown = rep.gmail.deliver(rawMail({ from: someone(), to: rep.me.email }))
    const asked = [
      ['GET', `/messages/${id}/body`, undefined],
      ['POST', '/sharing/older/count', { address: elena }],
      ['POST', '/sharing/preview', { account: rep.me.email, threadId: unknown.threadId }],
    ] as const
    for (const [method, path, body] of asked) {
      await db.deleteFrom('quota_spent').where('mailbox_id', '=', rep.mailboxId).execute()
      expect([path, (await rep.me.call(method, path, body)).status]).toEqual([path, 200])
      const spent = await db
        .selectFrom('quota_spent')
        .select('use')
        .where('mailbox_id', '=', rep.mailboxId)
        .execute()
      expect([path, spent.map((one) => one.use)]).toEqual([path, ['person']])
    }
  })

  test('S-072: no text of a mail is stored anywhere', async () => {
    const secret = 'the combination is 4711-0815'
    const subject = arrive(html(`<p>${'Dear Elena, '.repeat(60)}${secret}</p>`))
    const id = (await idsOf([subject])).get(subject)
    expect((await bodyOf(id)).text).toContain(secret)
    const { rows } = await sql<{ table: string }>`select table_name as table from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(town.house.db)
    expect(rows.length).toBeGreaterThan(30)
    for (const { table } of rows) {
      const found = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)} t
        where t::text like ${`%${secret}%`}`.execute(town.house.db)
      expect({ table, n: found.rows[0]?.n }).toEqual({ table, n: 0 })
    }
  })
})
