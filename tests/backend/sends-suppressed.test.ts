import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Deps } from '../../backend/services/context.ts'
import type { MassPlan, MassSend } from '../../lib/contract/mass.ts'
import type { Send } from '../../lib/contract/sends.ts'
import { refusal, refused } from './harness/drafting.ts'
import { contact, deliver, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'
import { deliverDue, headerOf, see, workerDeps } from './harness/sending.ts'
import { passTime, workOff } from './harness/work.ts'

let reps: HouseOfReps
let deps: Deps
const publicUrl = 'https://mail.arbor.example'
const minute = 60_000

beforeAll(async () => {
  reps = await houseOfReps()
  deps = workerDeps(reps.town)
})

async function suppress(rep: Rep, address: string): Promise<void> {
  const { db } = reps.town.house
  const { org_id } = await db
    .selectFrom('mailboxes')
    .select('org_id')
    .where('id', '=', rep.mailboxId)
    .executeTakeFirstOrThrow()
  const made_at = new Date(reps.town.google.clock.now())
  const row = { id: randomUUID(), org_id, address, reason: 'invalid' as const, evidence: '{}', made_at }
  await db.insertInto('suppressions').values(row).execute()
}

/** Submits a draft to these; due at once. */
async function submit(rep: Rep, to: string[], partial: 'hold' | 'drop', more: object = {}): Promise<Send> {
  const parties = to.map((address) => ({ address, name: '' }))
  const draft = { account: rep.me.email, to: parties, subject: 'Offer', html: '<p>Hi</p>', partial, ...more }
  const made = await rep.me.call<Send>('POST', '/sends/drafts', draft)
  const path = `/sends/${made.body.id}/submit`
  return (await rep.me.call<Send>('POST', path, { version: made.body.version, when: { kind: 'now' } })).body
}

function gotBy(address: string): string[] {
  return reps.town.google.outbox.filter((one) => one.to === address).map((one) => one.raw.toString('utf8'))
}

describe('S-028: who may not be mailed when it goes', () => {
  test('is dropped where the author said so, and the others get it without them', async () => {
    const rep = await reps.newRep()
    const [good, bad, hidden] = [someone('good'), someone('bad'), someone('hidden')]
    const bcc = [{ address: hidden, name: '' }]
    const send = await submit(rep, [good, bad], 'drop', { bcc })
    await suppress(rep, bad)
    await suppress(rep, hidden)
    await deliverDue(deps)
    const sent = await see(rep.me, send.id)
    expect(sent).toMatchObject({ status: 'sent', to: [{ address: good }], bcc: [] })
    expect(sent.steps.find((step) => step.step === 'dropped')?.detail).toBe('2')
    expect([good, bad, hidden].map((address) => gotBy(address).length)).toEqual([1, 0, 0])
    expect(gotBy(good)[0]).not.toContain(bad)
  })

  test('holds it where all or none should get it, and where nobody is left', async () => {
    const rep = await reps.newRep()
    const [good, bad] = [someone('good'), someone('bad')]
    const all = await submit(rep, [good, bad], 'hold')
    const none = await submit(rep, [bad], 'drop')
    await suppress(rep, bad)
    await deliverDue(deps)
    for (const { id } of [all, none])
      expect(await see(rep.me, id)).toMatchObject({ status: 'held', reason: 'suppressed' })
    expect([good, bad].map((address) => gotBy(address).length)).toEqual([0, 0])
  })

  test('even after its Gmail draft was made: another is made without them', async () => {
    const rep = await reps.newRep()
    const [good, bad] = [someone('good'), someone('bad')]
    const { id } = await submit(rep, [good, bad], 'drop')
    const late: Deps = { ...deps, google: suppressingAfterDraft(() => suppress(rep, bad)) }
    await deliverDue(late)
    expect(await see(rep.me, id)).toMatchObject({ status: 'scheduled', to: [{ address: good }, {}] })
    expect(rep.gmail.listDrafts()).toEqual([])
    await deliverDue(deps)
    expect(await see(rep.me, id)).toMatchObject({ status: 'sent', to: [{ address: good }] })
    expect([good, bad].map((address) => gotBy(address).length)).toEqual([1, 0])
  })

  function suppressingAfterDraft(then: () => Promise<void>): Deps['google'] {
    return {
      ...deps.google,
      openMailbox(...given) {
        const mailbox = deps.google.openMailbox(...given)
        return {
          ...mailbox,
          async createDraft(...asked) {
            const made = await mailbox.createDraft(...asked)
            await then()
            return made
          },
        }
      },
    }
  }
})

describe('unsubscribing (decisions 13)', () => {
  async function massTo(rep: Rep, more: object = {}): Promise<{ address: string; raw: string; id: string }> {
    const address = someone('reader')
    const id = await contact(rep, address)
    const html = '<p>Our news.</p>'
    const draft = { account: rep.me.email, subject: 'News', html, ...more }
    const made = await rep.me.call<Send>('POST', '/sends/drafts', draft)
    const { id: draftId, version } = made.body
    const body = { draftId, version, recordIds: [id], expected: 1, when: { kind: 'now' } }
    const started = await rep.me.call<MassSend>('POST', '/mass', body)
    expect(started.status).toBe(201)
    await deliverDue({ ...deps, publicUrl: reps.town.house.publicUrl })
    return { address, raw: gotBy(address)[0] ?? '', id }
  }

  async function planned(rep: Rep, recordIds: string[]): Promise<MassPlan> {
    const draft = { account: rep.me.email, subject: 'News', html: '<p>Hi</p>' }
    const made = await rep.me.call<Send>('POST', '/sends/drafts', draft)
    return (await rep.me.call<MassPlan>('POST', '/mass/plan', { draftId: made.body.id, recordIds })).body
  }

  test('by one click: opening the page changes nothing, one POST does, from nobody signed in', async () => {
    const rep = await reps.newRep()
    reps.town.house.publicUrl = publicUrl
    const { address, raw, id } = await massTo(rep, {
      html: '<p>新しいお知らせです。</p>',
      subject: 'お知らせ',
    })
    reps.town.house.publicUrl = undefined
    const header = headerOf(raw, 'List-Unsubscribe') ?? ''
    const token = /^<https:\/\/mail\.arbor\.example\/u\/([\w-]{43})>/.exec(header)?.[1] ?? ''
    expect(token).not.toBe('')
    expect(header).toContain(`<mailto:${rep.me.email}?subject=unsubscribe%20${token}>`)
    expect(headerOf(raw, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
    // The token says nothing of whom it is about.
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain(address)
    const { knock } = reps.town
    const japanese = { 'accept-language': 'ja,en;q=0.8' }
    const page = await knock<string>('GET', `/u/${token}`, undefined, japanese)
    expect(page.status).toBe(200)
    expect(page.body).toContain('配信を停止する')
    expect(page.body).not.toContain(address)
    expect((await planned(rep, [id])).willBeMailed).toBe(1)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (let nth = 0; nth < 2; nth++)
      expect((await knock('POST', `/u/${token}`, 'List-Unsubscribe=One-Click', form)).status).toBe(200)
    const after = await planned(rep, [id])
    expect(after.leftOut).toMatchObject([{ reason: 'unsubscribed', address }])
    expect(after.leftOut[0]?.at).not.toBeNull()
    // A letter of it changed, or of another house: no.
    const forged = `${token.slice(0, 5)}${token[5] === 'A' ? 'B' : 'A'}${token.slice(6)}`
    expect((await knock('POST', `/u/${forged}`)).status).toBe(404)
    expect((await knock('GET', '/u/none')).status).toBe(404)
  })

  test('by a mail from the address it went to, and from no other', async () => {
    const rep = await reps.newRep()
    await workOff(reps.town)
    const { address, raw, id } = await massTo(rep)
    const [, token = ''] =
      /subject=unsubscribe%20([\w-]{43})>/.exec(headerOf(raw, 'List-Unsubscribe') ?? '') ?? []
    expect(headerOf(raw, 'List-Unsubscribe-Post')).toBeUndefined()
    deliver(rep, { from: someone('mallory'), subject: `unsubscribe ${token}` })
    await passTime(reps.town, 2 * minute)
    expect((await planned(rep, [id])).willBeMailed).toBe(1)
    deliver(rep, { from: address, subject: `Re: unsubscribe ${token}` })
    await passTime(reps.town, 2 * minute)
    expect((await planned(rep, [id])).leftOut).toMatchObject([{ reason: 'unsubscribed', address }])
  })

  test('without a way to unsubscribe no mass mail goes out', async () => {
    const email = 'sender@arbor.example'
    reps.town.google.addAccount({ email, name: 'Sender' })
    const rep = await reps.town.signIn(email)
    await reps.town.consent(rep, ['send'])
    const draft = { account: rep.email, subject: 'News', html: '<p>Hi</p>' }
    const made = await rep.call<Send>('POST', '/sends/drafts', draft)
    const recordIds = [randomUUID()]
    const planning = { draftId: made.body.id, recordIds }
    expect((await rep.call<MassPlan>('POST', '/mass/plan', planning)).body.unsubscribe).toBeNull()
    const more = { version: made.body.version, expected: 0, when: { kind: 'now' } }
    const answer = await rep.call('POST', '/mass', { ...planning, ...more })
    expect(refusal(answer)).toMatchObject(refused(409, 'no_unsubscribe'))
  })
})
