import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { beforeAll, describe, expect, test } from 'vitest'
import type { House } from '../../backend/http/house.ts'
import { syncJobs } from '../../backend/jobs/sync.ts'
import { claimDueTasks, runTask } from '../../backend/services/tasks.ts'
import type { TestHouse } from './harness/house.ts'
import { rawMail } from './harness/mails.ts'
import { contact, deliver, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { passTime, workOff } from './harness/work.ts'

let town: TestHouse
let newRep: HouseOfReps['newRep']

beforeAll(async () => {
  const house = await houseOfReps()
  town = house.town
  newRep = house.newRep
})

function sightings(rep: Rep) {
  return town.house.db.selectFrom('sightings').selectAll().where('mailbox_id', '=', rep.mailboxId).execute()
}

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  )

describe('bad input', () => {
  test('every mail that can be read is stored once, whatever its headers are', async () => {
    const rep = await newRep()
    const elena = someone()
    await contact(rep, elena)
    await workOff(town)
    const many = Array.from({ length: 500 }, (_, n) => `Person ${n} <p${n}@crowd.example>`).join(', ')
    const body = '\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nx\r\n'
    const head = (subject: string, ...more: string[]) =>
      [`From: ${elena}`, `To: ${rep.me.email}`, `Subject: ${subject}`, ...more].join('\r\n')
    const mails: [string, Buffer][] = [
      ['no id', rawMail({ from: elena, to: rep.me.email, subject: 'no id', messageId: null })],
      [
        'two ids',
        Buffer.from(head('two ids', 'Message-ID: <a@x.example>', 'Message-ID: <b@x.example>') + body),
      ],
      ['crowd', rawMail({ from: elena, to: many, subject: 'crowd' })],
      [
        'group',
        Buffer.from(
          head('group', 'Cc: Sales team: a@crowd.example, b@crowd.example;, undisclosed-recipients:;') + body,
        ),
      ],
      [
        'list',
        Buffer.from(head('list', 'List-Id: <news.crowd.example>', 'Reply-To: news@crowd.example') + body),
      ],
      [
        'no colon',
        Buffer.from(
          head('no colon', 'this line is no header', 'Cc: <<<>>>, "unclosed <x@', 'Date: never') + body,
        ),
      ],
      ['nul', bytes(head('nul'), [0x00, 0x07], ' end', '\r\nCc: "a', [0x00], 'b" <c@crowd.example>', body)],
      ['raw latin', bytes(head('raw latin '), [0xe9, 0xff, 0xfe], body)],
      ['jp', bytes(head('jp =?iso-2022-jp?B?GyRCOCtAUT1xGyhC?='), body)],
      ['gb', Buffer.from(head('gb =?gb18030?B?sai827Wl?=') + body)],
      ['broken', Buffer.from(head('broken =?x-no-such?Q?=FF=FE?= =?utf-8?B?////?=') + body)],
      ['half', Buffer.from(`${head('half')} \uD800 end${body}`, 'utf8')],
      ['long', Buffer.from(head('long', `X-Long: ${'y'.repeat(200_000)}`) + body)],
      [
        'deep',
        Buffer.from(head('deep', ...Array.from({ length: 2000 }, (_, n) => `Received: from ${n}`)) + body),
      ],
    ]
    for (const [, raw] of mails) rep.gmail.deliver(raw)
    rep.gmail.deliver(rawMail({ from: elena, to: rep.me.email, subject: 'early' }), {
      at: Date.parse('1970-01-01T00:00:01Z'),
    })
    rep.gmail.deliver(rawMail({ from: elena, to: rep.me.email, subject: 'late' }), {
      at: Date.parse('2099-12-31T23:59:59Z'),
    })
    expect(await passTime(town, 60_000)).toEqual([])
    expect(await passTime(town, 60_000)).toEqual([])
    const rows = await sightings(rep)
    const first = rows.map((row) => row.subject.split(' ').slice(0, 2).join(' ').trim())
    for (const [name] of mails)
      expect(
        first.some((one) => one.startsWith(name)),
        name,
      ).toBe(true)
    expect(rows).toHaveLength(mails.length + 2)
    const of = (name: string) => rows.find((row) => row.subject.startsWith(name))
    expect(of('crowd')?.to_parties).toHaveLength(500)
    expect(of('group')?.cc_parties.map((one) => one.address)).toEqual(['a@crowd.example', 'b@crowd.example'])
    expect(of('jp')?.subject).toBe('jp 見積書')
    expect(of('gb')?.subject).toBe('gb 报价单')
    expect(of('early')?.at.toISOString()).toBe('1970-01-01T00:00:01.000Z')
    expect(of('late')?.at.toISOString()).toBe('2099-12-31T23:59:59.000Z')
    const aside = await town.house.db
      .selectFrom('set_aside')
      .select('gmail_id')
      .where('mailbox_id', '=', rep.mailboxId)
      .execute()
    expect(aside).toEqual([])
  })

  test('a forged From is stored as received, a forged duplicate joins nothing, nor does a mail without id', async () => {
    const [rep, other] = [await newRep(), await newRep()]
    const elena = someone()
    await contact(rep, elena)
    await workOff(town)
    const same = { from: elena, subject: 'Order', messageId: `<${randomUUID()}@x.example>` }
    rep.gmail.deliver(rawMail({ ...same, to: rep.me.email }))
    other.gmail.deliver(
      rawMail({ ...same, to: other.me.email, from: `${elena} <mallory@evil.example>`, cc: elena }),
    )
    other.gmail.deliver(rawMail({ ...same, to: other.me.email, date: 'Tue, 24 Nov 2026 09:00:00 +0000' }))
    other.gmail.deliver(rawMail({ ...same, to: other.me.email, subject: 'Another order' }))
    rep.gmail.deliver(
      rawMail({ from: rep.me.email, to: elena, subject: 'In my name', headers: ['X-Spoof: yes'] }),
    )
    for (const one of [rep, other])
      one.gmail.deliver(rawMail({ ...same, to: one.me.email, subject: 'No id', messageId: null }))
    await passTime(town, 60_000)
    const rows = [...(await sightings(rep)), ...(await sightings(other))]
    expect(rows).toHaveLength(7)
    expect(new Set(rows.map((row) => row.message_id)).size).toBe(7)
  })

  test('a thread of 1,000 mails comes in whole and once, also through the open page', async () => {
    const rep = await newRep()
    const elena = someone()
    const first = `<${randomUUID()}@x.example>`
    const id = deliver(rep, { from: elena, subject: 'Long', messageId: first })
    for (let n = 1; n < 1000; n += 1)
      deliver(rep, {
        from: n % 2 ? elena : someone(),
        subject: 'Re: Long',
        headers: [`References: ${first}`],
      })
    await workOff(town)
    await contact(rep, elena)
    const opened = await rep.me.call('GET', `/threads/${id}?account=${rep.me.email}`)
    expect(opened.status).toBe(200)
    expect(await sightings(rep)).toHaveLength(501)
    expect(await passTime(town, 60_000)).toEqual([])
    expect(await passTime(town, 180_000)).toEqual([])
    expect(await sightings(rep)).toHaveLength(501)
  })

  test('what may be a bounce report is noted by its id, and nothing else of it is kept', async () => {
    const rep = await newRep()
    await workOff(town)
    const headers = ['X-Failed-Recipients: gone@halden.example', 'Auto-Submitted: auto-replied']
    const id = deliver(rep, { from: 'mailer-daemon@googlemail.com', subject: 'Delivery failed', headers })
    deliver(rep, { from: someone('stranger'), subject: 'Hello' })
    await passTime(town, 60_000)
    const noted = await town.house.db
      .selectFrom('possible_reports')
      .select(['gmail_id', 'read_at'])
      .where('mailbox_id', '=', rep.mailboxId)
      .execute()
    expect(noted).toEqual([{ gmail_id: id, read_at: null }])
    expect(await sightings(rep)).toEqual([])
  })
})

describe('trouble', () => {
  test('the database gone for a minute: what was due is done afterwards', async () => {
    const rep = await newRep()
    const elena = someone()
    await contact(rep, elena)
    await workOff(town)
    deliver(rep, { from: elena })
    town.google.clock.advance(60_000)
    const [claimed] = await claimDueTasks(town.house, { handlers: syncJobs, worker: 'cut off', limit: 1 })
    if (claimed === undefined) throw new Error('Nothing was due.')
    const gone = town.house.db.withPlugin({
      transformQuery: () => {
        throw new Error('Connection terminated unexpectedly')
      },
      transformResult: async ({ result }) => result,
    })
    const cut = { ...town.house, db: gone }
    await expect(runTask(cut, claimed, syncJobs, AbortSignal.timeout(30_000))).rejects.toThrow('terminated')
    await passTime(town, 125_000)
    await workOff(town)
    expect(await sightings(rep)).toHaveLength(1)
  })

  test('two instances share the work and do nothing twice', async () => {
    const rep = await newRep()
    const elena = someone()
    await workOff(town)
    for (let n = 0; n < 80; n += 1) deliver(rep, { from: elena, subject: `Shared ${n}` })
    await passTime(town, 60_000)
    await contact(rep, elena)
    town.google.clearRequests()
    const other: House = { ...town.house }
    const live = async (house: House, worker: string): Promise<number> => {
      for (let done = 0; ; done += 1) {
        const [claimed] = await claimDueTasks(house, { handlers: syncJobs, worker, limit: 1 })
        if (claimed === undefined) return done
        await runTask(house, claimed, syncJobs, AbortSignal.timeout(30_000))
      }
    }
    for (let turn = 0; turn < 4; turn += 1) await Promise.all([live(town.house, 'one'), live(other, 'two')])
    const gets = town.google.requests.filter((one) =>
      /\/messages\/[0-9a-f]+$/.test(one.path.split('?')[0] ?? ''),
    )
    expect(gets.filter((one) => one.account === rep.me.email)).toHaveLength(80)
    expect(await sightings(rep)).toHaveLength(80)
    const { rows } = await sql<{ found: number; looked_at: number; stored: number }>`
      select found, looked_at, stored from backfills where mailbox_id = ${rep.mailboxId} and address = ${elena}`.execute(
      town.house.db,
    )
    expect(rows).toEqual([{ found: 80, looked_at: 80, stored: 80 }])
  })

  test('S-013, S-019, S-020: one mail, three mailboxes, one row; sent natively, no filter needed', async () => {
    const [sender, second, third] = [await newRep(), await newRep(), await newRep()]
    const elena = someone()
    await contact(sender, elena)
    await workOff(town)
    sender.gmail.send(
      rawMail({
        from: sender.me.email,
        to: `${elena}, ${second.me.email}`,
        cc: third.me.email,
        subject: 'To all',
      }),
    )
    await passTime(town, 60_000)
    const rows = [...(await sightings(sender)), ...(await sightings(second)), ...(await sightings(third))]
    expect(rows.map((row) => row.direction)).toEqual(['sent', 'received', 'received'])
    expect(new Set(rows.map((row) => row.message_id)).size).toBe(1)
  })

  test('S-067, S-068: a deactivated person’s mailbox rests and catches up, archived mail included', async () => {
    const house = town.house
    const rep = await newRep()
    const elena = someone()
    await contact(rep, elena)
    await workOff(town)
    await house.db
      .updateTable('users')
      .set({ status: 'deactivated' })
      .where('email', '=', rep.me.email)
      .execute()
    const id = deliver(rep, { from: elena, subject: 'Archived meanwhile' })
    rep.gmail.modify(id, { remove: ['INBOX'] })
    await passTime(town, 3_600_000)
    expect(await sightings(rep)).toEqual([])
    const { body } = await founderCall<{ people: { id: string; email: string }[] }>('GET', '/people')
    const person = body.people.find((one) => one.email === rep.me.email)
    const back = await founderCall('PATCH', `/people/${person?.id}`, { status: 'active' })
    expect(back.status).toBe(200)
    await workOff(town)
    expect(await sightings(rep)).toMatchObject([{ subject: 'Archived meanwhile' }])
  })
})

async function founderCall<T>(method: string, path: string, body?: object) {
  const founder = await town.signIn('founder@arbor.example')
  return founder.call<T>(method, path, body)
}
