import './harness/loopback-only.ts'
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type * as z from 'zod'
import type { ErrorBody } from '../../lib/contract/common.ts'
import type { MassPlan, MassRows, MassSend } from '../../lib/contract/mass.ts'
import type { Send } from '../../lib/contract/sends.ts'
import { contact, deal, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'

let reps: HouseOfReps

beforeAll(async () => {
  reps = await houseOfReps()
})

/** A draft to be sent to many, as the composer saves it. */
async function draftOf(rep: Rep, more: object = {}): Promise<Send> {
  const made = await rep.me.call<Send>('POST', '/sends/drafts', {
    account: rep.me.email,
    subject: 'News',
    html: '<p>Our news.</p>',
    ...more,
  })
  expect(made.status).toBe(201)
  return made.body
}

test('decisions 13: plan and start', async () => {
  const rep = await reps.newRep()
  const ids: string[] = []
  for (let n = 0; n < 3; n++) ids.push(await contact(rep, someone()))
  const draft = await draftOf(rep)
  const plan = await rep.me.call<MassPlan>('POST', '/mass/plan', { draftId: draft.id, recordIds: ids })
  expect(plan).toMatchObject({ status: 200, body: { willBeMailed: 3, leftOut: [], unsubscribe: 'mailto' } })
  const body = {
    draftId: draft.id,
    version: draft.version,
    recordIds: ids,
    expected: 3,
    when: { kind: 'now' },
  }
  const started = await rep.me.call<MassSend>('POST', '/mass', body)
  expect(started).toMatchObject({ status: 201, body: { total: 3, waiting: 3, status: 'running' } })
  const rows = await rep.me.call<MassRows>('GET', `/mass/${started.body.id}/rows`)
  expect(rows.body.rows).toHaveLength(3)
})
