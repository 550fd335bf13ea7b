import { beforeAll, describe, expect, test } from 'vitest'
import type { MessageDetail, ThreadStanding } from '../../lib/contract/messages.ts'
import type { LookupAnswer } from '../../lib/contract/records.ts'
import { rawMail } from './harness/mails.ts'
import {
  contact,
  emails,
  type HouseOfReps,
  houseOfReps,
  type Rep,
  someone,
  subjects,
} from './harness/reps.ts'
import { shareBy, standing } from './harness/standing.ts'
import { passTime } from './harness/work.ts'

let house: HouseOfReps
/** Writes to Elena with Ken in copy and a secret one in Bcc. */
let mia: Rep
let ken: Rep
let ana: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
  ana = await house.newRep()
})

/** Mia's mail, known to both mailboxes, and the records of who got it. */
async function write(subject: string) {
  const [elena, secret] = [someone('elena'), someone('secret')]
  const elenaId = await contact(mia, elena)
  const secretId = await contact(mia, secret)
  mia.gmail.send(
    rawMail({
      from: mia.me.email,
      to: elena,
      cc: ken.me.email,
      subject,
      headers: [`Bcc: ${secret}`],
    }),
  )
  await passTime(house.town, 300_000)
  return { elena, secret, elenaId, secretId }
}

/** The record's owner is named whether they have mail or not. */
const nothing = { total: 0, rows: [], people: [{ level: 'none', mails: 0 }] }
const said = (body: unknown) => JSON.stringify(body)

describe('Bcc belongs to the sender’s sighting alone (decisions, Words)', () => {
  test('who got a copy learns nothing of Bcc, and it puts nothing on a record for them', async () => {
    const { secret, elenaId, secretId } = await write('With a silent reader')
    expect(await subjects(mia, elenaId)).toEqual(['With a silent reader'])
    expect(await subjects(mia, secretId)).toEqual(['With a silent reader'])
    expect(await subjects(ken, elenaId)).toEqual(['With a silent reader'])
    // Ken has the mail himself, but not because of whom he cannot see.
    expect(await emails(ken, secretId)).toMatchObject(nothing)
    const [row] = (await emails(ken, elenaId)).rows
    expect(said(row)).not.toContain(secret)
    const detail = await ken.me.call<MessageDetail>('GET', `/messages/${row?.messageId}`)
    expect(detail.status).toBe(200)
    expect(detail.body.bcc).toEqual([])
    expect(said(detail.body)).not.toContain(secret)
    expect(said(detail.body)).not.toContain(secretId)
    const [copy] = ken.gmail.listThreads({ q: 'subject:silent' })
    const his: ThreadStanding = await standing(ken, copy?.id ?? '')
    expect(said(his)).not.toContain(secret)
    expect(his.standings.map((one) => one.record.id)).toEqual([elenaId])
    const hers = await mia.me.call<MessageDetail>('GET', `/messages/${row?.messageId}`)
    expect(hers.body.bcc.map((party) => party.address)).toEqual([secret])
  })

  test('one message with two sightings shows each reader only what their way allows', async () => {
    const { secret, secretId, elenaId } = await write('Shared by its sender')
    await shareBy(house.town, mia, 'metadata')
    // Through the secret reader's record others see who and when of Mia's copy, Ken of his own copy nothing more.
    expect(await subjects(ana, secretId)).toEqual([''])
    expect(await subjects(ken, secretId)).toEqual([''])
    const [row] = (await emails(ana, elenaId)).rows
    expect(row).toMatchObject({ level: 'metadata', subject: '' })
    expect(said(row)).not.toContain(secret)
    const looked = await ana.me.call<LookupAnswer>('POST', '/lookup', {
      account: ana.me.email,
      people: [{ address: secret, name: '' }],
    })
    expect(said(looked.body)).not.toContain('Shared by its sender')
    await shareBy(house.town, mia, 'private')
    expect(await emails(ana, secretId)).toMatchObject(nothing)
    expect(await emails(ken, secretId)).toMatchObject(nothing)
  })
})
