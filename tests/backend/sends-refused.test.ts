import './harness/loopback-only.ts'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import type { Me } from '../../lib/contract/identity.ts'
import type { Send } from '../../lib/contract/sends.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import {
  arrived,
  deliverDue,
  deliverToRest,
  inMinutes,
  newPair,
  type Pair,
  see,
  workerDeps,
  write,
} from './harness/sending.ts'

let town: TestHouse
let deps: Deps
const minute = 60_000

beforeAll(async () => {
  town = await testHouse()
  deps = workerDeps(town)
})

afterEach(() => {
  town.google.clearFaults()
})

describe('what Google refuses', () => {
  test('a dead grant holds the mail, tells once, and other mailboxes go on', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const other = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    const second = await write(pair)
    await write(other)
    town.google.revokeTokens(pair.rep.email)
    await deliverDue(deps)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'held', reason: 'mailbox_reauth' })
    expect(await see(pair.rep, second.id)).toMatchObject({ status: 'held' })
    expect(arrived(other.customer)).toHaveLength(1)
    const { body } = await pair.rep.call<Me>('GET', '/me')
    expect(body.mailboxes[0]).toMatchObject({ status: 'reauth_required', held: 2 })
    const events = await town.house.db
      .selectFrom('events')
      .select('payload')
      .where('user_id', '=', body.user.id)
      .execute()
    const told = events.filter(({ payload }) => JSON.stringify(payload).includes('reauth_required'))
    expect(told).toHaveLength(1)

    await town.consent(pair.rep, ['send', 'read'])
    const held = await see(pair.rep, id)
    const resumed = await pair.rep.call<Send>('POST', `/sends/${id}/resume`, {
      version: held.version,
      when: { kind: 'now' },
    })
    expect(resumed.body).toMatchObject({ status: 'scheduled', reason: null })
    await deliverDue(deps)
    expect(arrived(pair.customer)).toHaveLength(1)
  })

  test.each([
    ['making the draft', 'POST', /\/drafts$/],
    ['sending the draft', 'POST', /\/drafts\/send$/],
  ])('the rate when %s: back to scheduled with a time, editable, no draft left', async (_, method, path) => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    const later = town.google.clock.now() + 7 * minute
    const message = `User-rate limit exceeded.  Retry after ${new Date(later).toISOString()}`
    town.google.addFault({
      method,
      path,
      account: pair.rep.email,
      kind: {
        status: 429,
        body: { error: { code: 429, message, errors: [{ reason: 'rateLimitExceeded' }] } },
      },
    })
    await deliverDue(deps)
    const back = await see(pair.rep, id)
    expect(back).toMatchObject({
      status: 'scheduled',
      reason: 'rate_limited',
      notBefore: new Date(later).toISOString(),
      claimedAt: null,
    })
    expect(town.google.mailbox(pair.rep.email).listDrafts()).toEqual([])
    const edit = { version: back.version, body: 'Second thoughts.' }
    expect((await pair.rep.call('PATCH', `/sends/${id}`, edit)).status).toBe(200)
    expect(await deliverDue(deps)).toBe(0)
    town.google.clock.set(later)
    expect(await deliverDue(deps)).toBe(1)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'sent', reason: null })
    expect(arrived(pair.customer)[0]).toContain('Second thoughts.')
  })

  test('a daily limit of sending pauses the sends of that mailbox', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    town.google.settings.dailySendCap = 0
    await deliverDue(deps)
    town.google.settings.dailySendCap = 2000
    const back = await see(pair.rep, id)
    expect(back).toMatchObject({ status: 'scheduled', reason: 'rate_limited' })
    const next = await write(pair)
    expect(await deliverDue(deps)).toBe(0)
    town.google.clock.set(Date.parse(back.notBefore ?? ''))
    await deliverDue(deps)
    // A wait Google imposed is no lateness of the mail that was told so; one that waited behind it for a day is late.
    expect(await see(pair.rep, id)).toMatchObject({ status: 'sent' })
    expect(await see(pair.rep, next.id)).toMatchObject({ status: 'held', reason: 'overdue' })
  })

  test('a definite no fails with its reason and leaves no draft', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    town.google.addFault({
      method: 'POST',
      path: /\/drafts\/send$/,
      account: pair.rep.email,
      kind: { status: 400, body: { error: { code: 400, errors: [{ reason: 'invalidArgument' }] } } },
    })
    await deliverDue(deps)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'failed', reason: 'refused_by_google' })
    expect(town.google.mailbox(pair.rep.email).listDrafts()).toEqual([])
    expect(arrived(pair.customer)).toEqual([])
  })

  test('Google not answering before the hand-over: back to scheduled, sent when it is back', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    town.google.addFault({ path: /\/profile$/, account: pair.rep.email, times: 5, kind: { status: 503 } })
    await deliverDue(deps)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'scheduled', reason: null })
    expect((await deliverToRest(deps, pair.rep, id)).status).toBe('sent')
    expect(arrived(pair.customer)).toHaveLength(1)
  })
})

describe('what holds a mail (decisions 10)', () => {
  const change = async (pair: Pair, what: 'author' | 'disconnected' | 'scope' | 'viewer'): Promise<void> => {
    const { db } = town.house
    const users = db.updateTable('users').where('email', '=', pair.rep.email)
    const mailboxes = db.updateTable('mailboxes').where('email', '=', pair.rep.email)
    if (what === 'author') await users.set({ status: 'deactivated' }).execute()
    if (what === 'viewer') await users.set({ role: 'viewer' }).execute()
    if (what === 'disconnected')
      await mailboxes.set({ status: 'disconnected', refresh_token: null }).execute()
    if (what === 'scope') await mailboxes.set({ scopes: [] }).execute()
  }

  test.each([
    ['author', 'author_deactivated'],
    ['viewer', 'permission_withdrawn'],
    ['disconnected', 'mailbox_disconnected'],
    ['scope', 'permission_withdrawn'],
  ] as const)('%s: held as %s, never sent, never lost', async (what, reason) => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair)
    await change(pair, what)
    await deliverDue(deps)
    const row = await town.house.db
      .selectFrom('sends')
      .select(['status', 'reason', 'body'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ status: 'held', reason, body: 'Dear Elena,\nhere it is.' })
    expect(arrived(pair.customer)).toEqual([])
  })

  test('more than two hours late: held as overdue', async () => {
    const pair = await newPair(town, ['send', 'read'])
    const { id } = await write(pair, inMinutes(town, 10))
    town.google.clock.advance(131 * minute)
    await deliverDue(deps)
    expect(await see(pair.rep, id)).toMatchObject({ status: 'held', reason: 'overdue' })
    expect(arrived(pair.customer)).toEqual([])
  })
})
