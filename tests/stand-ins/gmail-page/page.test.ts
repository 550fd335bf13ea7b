import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { treeHtml } from './html-tree.ts'
import type { ListModel, LiveEvent, ThreadModel } from './model.ts'
import { type PageBench, START, startPageBench } from './testing.ts'
import { longThread, seedThreads } from './world.ts'

let bench: PageBench

beforeEach(async () => {
  bench = await startPageBench()
})

afterEach(() => bench.stop())

/** The id behind Gmail's decimal form. */
function hexOf(permId: string): string {
  return BigInt(permId.replace(/^\D+/, '')).toString(16)
}

describe('what the page serves', () => {
  it('carries the headers that make Gmail’s page hard to live in', async () => {
    const { headers } = await fetch(`${bench.base}/mail/u/0/`)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("require-trusted-types-for 'script'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).toContain("frame-src 'self'")
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=/)
  })

  it('keeps the accounts apart and leads anything else to the first', async () => {
    expect(await (await fetch(`${bench.base}/mail/u/1/`)).text()).toContain('ken.mori@arbor.example')
    expect(await (await fetch(`${bench.base}/mail/u/1/`)).text()).not.toContain(
      'bench.mia.sato@arbor.example',
    )
    const stranger = await fetch(`${bench.base}/mail/u/7/`, { redirect: 'manual' })
    expect([stranger.status, stranger.headers.get('location')]).toEqual([302, '/mail/u/0/'])
    expect(await (await fetch(`${bench.base}/static/..%2Fpage.ts`)).text()).not.toContain('createGmailPage')
  })

  it('serves every script the page asks for, without types', async () => {
    const seen = new Set(['main.ts'])
    for (const name of seen) {
      const answer = await fetch(`${bench.base}/static/${name}`)
      const text = await answer.text()
      expect([name, answer.status, answer.headers.get('content-type')]).toEqual([
        name,
        200,
        'text/javascript; charset=utf-8',
      ])
      expect(text).not.toMatch(/^(import type|interface|export interface) /m)
      for (const [, next = ''] of text.matchAll(/from ['"]\.\/([\w-]+\.ts)['"]/g)) seen.add(next)
    }
    expect(seen.size).toBeGreaterThan(10)
  })

  it('has a script that never hands text to an HTML sink', () => {
    const folder = fileURLToPath(new URL('./client/', import.meta.url))
    const sinks =
      /\b(innerHTML|outerHTML|srcdoc)\s*=[^=]|insertAdjacentHTML|document\.write|\beval\(|new Function|DOMParser/
    for (const name of readdirSync(folder))
      expect([name, sinks.exec(readFileSync(folder + name, 'utf8'))?.[0]]).toEqual([name, undefined])
  })
})

describe('page and API agree', () => {
  it('lists the inbox as the mailbox does, and counts its unread threads', async () => {
    const { rows, unreadInbox, now } = await bench.ask<ListModel>('list?view=inbox')
    expect(rows.map((row) => row.threadId)).toEqual(
      bench.mia.listThreads({ labelId: 'INBOX' }).map((thread) => thread.id),
    )
    expect(rows[0]?.subject).toBe('Line 4 retrofit: revised quote')
    expect(unreadInbox).toBe(rows.filter((row) => row.unread).length)
    expect(now).toBe(START)
    expect((await bench.ask<ListModel>('list?view=inbox', 1)).rows.map((row) => row.subject)).toContain(
      'Vibration data, skid 1',
    )
  })

  it('writes ids that lead to the API’s, save those of the account’s own mail', async () => {
    const { messages, permId } = await bench.threadOf('retrofit')
    const [own, received] = messages
    expect([own?.own, own?.permId, permId]).toEqual([
      true,
      expect.stringMatching(/^msg-a:r-?\d+$/),
      expect.stringMatching(/^thread-a:r-?\d+$/),
    ])
    expect(received?.id).toBe(bench.world.thread('retrofit').messageIdIn(bench.world.mia, 1))
    expect(hexOf(received?.permId ?? '')).toBe(received?.id)
    const packed = [...(received?.jslog ?? '').matchAll(/\d:([\w+/=]+)/g)].map(([, text = '']) =>
      JSON.parse(Buffer.from(text, 'base64').toString()),
    )
    expect(packed).toEqual([[`#${permId}`], [`#${received?.permId}`]])
  })

  it('names attachments so that the bytes are found again', async () => {
    const { messages } = await bench.threadOf('retrofit')
    const message = messages[1]
    expect(message?.attachments.map(({ name, size }) => [name, size])).toEqual([
      ['PO-2291_Halden.pdf', expect.any(Number)],
      ['deck_layout_L4.png', expect.any(Number)],
      ['Spec_sheet_v2.xlsx', expect.any(Number)],
    ])
    for (const { name, mimeType, partId, size, downloadUrl = '' } of message?.attachments ?? []) {
      const [type, encodedName, ...rest] = downloadUrl.split(':')
      expect([type, decodeURIComponent(encodedName ?? '')]).toEqual([mimeType, name])
      const url = new URL(`https://${rest.join(':').split('https://').at(-1)}`)
      const realId = bench.mia
        .getMessage(message?.id ?? '')
        ?.payload?.parts?.find((part) => part.filename === name)
        ?.headers?.find((h) => h.name === 'X-Attachment-Id')?.value
      expect([
        url.searchParams.get('th'),
        url.searchParams.get('attid'),
        url.searchParams.get('realattid'),
      ]).toEqual([message?.id, `0.${partId}`, realId])
      const bytes = Buffer.from(await (await fetch(bench.base + url.pathname + url.search)).arrayBuffer())
      expect(bytes.equals(bench.mia.partBytes(message?.id ?? '', partId) ?? Buffer.alloc(0))).toBe(true)
      expect(bytes).toHaveLength(size)
    }
    expect(Math.round((message?.attachments[0]?.size ?? 0) / 1024)).toBe(412)
  })

  it('shows Drive links as cards without bytes, inline pictures and logos as no cards', async () => {
    const [shared] = (await bench.threadOf('driveFolder')).messages
    expect(
      shared?.attachments.map(({ kind, name, downloadUrl }) => [kind, name, downloadUrl !== undefined]),
    ).toEqual([
      ['file', 'reference_contacts.xlsx', true],
      ['drive', 'Reference projects 2026', false],
    ])
    const [sketch] = (await bench.threadOf('team')).messages
    expect(sketch?.attachments).toEqual([])
    expect(treeHtml(sketch?.body ?? [])).toContain('view=fimg')
  })

  it('reads old Japanese mail', async () => {
    const id = bench.world.thread('yamada').messageIdIn(bench.world.mia, 0)
    expect(bench.mia.rawMessage(id)?.toString('latin1')).toContain('charset=ISO-2022-JP')
    const { subject, messages } = await bench.threadOf('yamada')
    expect(subject).toBe('見積書ご送付のお願い（流量計 12 台）')
    expect(treeHtml(messages[0]?.body ?? [])).toContain('いつもお世話になっております')
    expect(messages[0]?.attachments.map((file) => file.name)).toEqual(['流量計仕様図.pdf', '設置場所.png'])
  })

  it('shows 200 messages, and mail without people or with addresses that are none', async () => {
    const more = seedThreads(bench.google, new Map([['deep', longThread(200, 'Line 3 log')]]))
    expect(more.get('deep')?.letters).toHaveLength(200)
    bench.mia.deliver('Subject: nobody\r\n\r\nhello')
    bench.mia.deliver(
      'From: "Sales, EMEA" <not an address>\r\nTo: undisclosed-recipients:;\r\nCc: a@b, "x, y" <x@y.example>, @@, ,\r\nSubject: odd\r\n\r\nhello',
    )
    const { rows } = await bench.ask<ListModel>('list?view=inbox')
    const thread = (subject: string) =>
      bench.ask<ThreadModel>(`thread?view=inbox&token=${rows.find((row) => row.subject === subject)?.token}`)
    expect((await thread('Line 3 log')).messages).toHaveLength(200)
    expect((await thread('nobody')).messages[0]).toMatchObject({
      from: { name: '', email: '' },
      to: [],
      cc: [],
    })
    const { from, to, cc } = (await thread('odd')).messages[0] ?? {}
    expect(from).toEqual({ name: 'Sales, EMEA', email: '' })
    expect([to, cc]).toEqual([
      [],
      [
        { name: 'a@b', email: 'a@b' },
        { name: 'x, y', email: 'x@y.example' },
        { name: '@@', email: '' },
      ],
    ])
  })

  it('says at once when something arrives, to that account only', async () => {
    const events = async (index: number) => {
      const stream = (await fetch(`${bench.base}/mail/u/${index}/data/events`)).body?.getReader()
      await stream?.read()
      return stream
    }
    const [first, second] = [await events(0), await events(1)]
    bench.mia.deliver('From: a@b.example\r\nSubject: new\r\n\r\nhello')
    bench.google.mailbox(bench.world.ken).deliver('From: a@b.example\r\nSubject: for Ken\r\n\r\nhello')
    const read = async (stream: typeof first) => Buffer.from((await stream?.read())?.value ?? []).toString()
    expect(await read(first)).toContain(JSON.stringify({ type: 'changed' } satisfies LiveEvent))
    expect(await read(second)).toContain('changed')
    bench.gmail.setTheme('dark')
    expect(await read(first)).toContain('"theme":"dark"')
    expect(await (await fetch(`${bench.base}/mail/u/0/`)).text()).toContain('data-gmail-theme="dark"')
  })
})
