import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { treeHtml } from './html-tree.ts'
import type { ComposeState, ListModel } from './model.ts'
import { type PageBench, START, startPageBench } from './testing.ts'

let bench: PageBench

beforeEach(async () => {
  bench = await startPageBench()
})

afterEach(() => bench.stop())

describe('compose windows', () => {
  const typed = (change: Partial<ComposeState> = {}): ComposeState => ({
    composeId: 'c1',
    to: ['Elena Brandt <elena.brandt@haldenmarine.example>'],
    cc: [],
    bcc: [],
    subject: 'Warranty',
    html: 'Dear Elena,<div>here it is.</div>',
    quoted: '',
    attachments: [],
    ...change,
  })
  const drafts = () => bench.mia.listDrafts().length

  it('become drafts late, keep their id, and come back after somebody deleted them', async () => {
    const before = drafts()
    await bench.tell('compose', typed())
    bench.google.clock.advance(2900)
    await Promise.resolve()
    expect(drafts()).toBe(before)
    bench.google.clock.advance(200)
    await expect.poll(drafts).toBe(before + 1)
    const saved = bench.mia
      .listDrafts()
      .find((draft) => bench.mia.getMessage(draft.message?.id ?? '')?.snippet?.startsWith('Dear Elena'))
    await bench.tell('compose', typed({ html: 'Dear Elena, again' }))
    bench.gmail.saveDrafts()
    expect(bench.mia.listDrafts().map((draft) => draft.id)).toContain(saved?.id)
    bench.mia.deleteDraft(saved?.id ?? '')
    await bench.tell('compose', typed({ html: 'Dear Elena, once more' }))
    bench.gmail.saveDrafts()
    expect(drafts()).toBe(before + 1)
    expect(bench.mia.listDrafts().map((draft) => draft.id)).not.toContain(saved?.id)
  })

  it('send after the time to undo, as one mail, and take their draft along', async () => {
    const elena = bench.google.mailbox(bench.world.elena)
    const received = () =>
      elena.listThreads({ q: 'subject:Warranty' }).flatMap((thread) => thread.messages ?? [])
    const before = { drafts: drafts(), received: received().length }
    await bench.tell('compose', typed())
    bench.gmail.saveDrafts()
    await bench.tell('send', typed())
    bench.google.clock.advance(4000)
    expect(await bench.tell('undo', typed())).toEqual({ undone: true })
    bench.google.clock.advance(60_000)
    await expect.poll(drafts).toBe(before.drafts + 1)
    expect(received()).toHaveLength(before.received)
    await bench.tell('send', typed())
    bench.google.clock.advance(5000)
    await expect.poll(() => received().length).toBe(before.received + 1)
    expect(drafts()).toBe(before.drafts)
    expect(await bench.tell('undo', typed())).toEqual({ undone: false })
  })

  it('answer inside the thread, with the quote and the right headers', async () => {
    const { id, messages } = await bench.threadOf('retrofit')
    const asked = messages[1]?.id ?? ''
    const reply = await bench.ask<{ quoted: string; subject: string; cc: { email: string }[] }>(
      `reply?all=1&message=${asked}`,
    )
    expect([reply.subject, reply.cc.map((party) => party.email)]).toEqual([
      'Re: Line 4 retrofit: revised quote',
      [bench.world.ken, 'jonas.lind@haldenmarine.example'],
    ])
    await bench.tell(
      'send',
      typed({ threadId: id, replyTo: asked, subject: reply.subject, quoted: reply.quoted }),
    )
    bench.google.clock.advance(5000)
    await expect.poll(() => bench.mia.getThread(id)?.messages?.length).toBe(3)
    const after = await bench.threadOf('retrofit')
    expect(treeHtml(after.messages[2]?.body ?? [])).toContain('class="gmail_quote"')
    const headers = bench.mia.getThread(id)?.messages?.[2]?.payload?.headers ?? []
    expect(headers.find((header) => header.name === 'In-Reply-To')?.value).toBe(
      bench.world.thread('retrofit').letters[1]?.messageIdHeader,
    )
  })

  it('wait for their time when Gmail’s own “Schedule send” was chosen', async () => {
    await bench.tell('schedule', { state: typed({ subject: 'On time' }), at: START + 3_600_000 })
    expect(
      (await bench.ask<ListModel>('list?view=scheduled')).rows.map((row) => [row.subject, row.date]),
    ).toEqual([['On time', START + 3_600_000]])
    bench.google.clock.advance(3_600_000)
    await expect.poll(() => bench.mia.listThreads({ q: 'subject:"On time"' }).length).toBe(1)
    expect((await bench.ask<ListModel>('list?view=scheduled')).rows).toEqual([])
  })
})
