import type * as z from 'zod'
import { Allowance } from '../contract/compose.ts'
import {
  MassPlan,
  MassPreview,
  type MassPreviewQuery,
  MassRows,
  MassSend,
  MassSendList,
  type PlanMass,
  type StartMass,
} from '../contract/mass.ts'
import { Send } from '../contract/sends.ts'
import { at, type Calls, read } from './api-core.ts'

/** One mail each to many records, and what a mailbox may still send. */
export function massCalls({ v1, slow, once }: Calls) {
  const mass = v1.mass[':id']
  return {
    allowance: (account: string) => read(v1.sends.allowance.$get({ query: { account } }), Allowance),
    /** A thousand texts may be merged for these. */
    planMass: (json: z.input<typeof PlanMass>) => read(slow.mass.plan.$post({ json }), MassPlan),
    previewMass: (json: z.input<typeof MassPreviewQuery>) =>
      read(slow.mass.preview.$post({ json }), MassPreview),
    startMass: (json: StartMass, key: string) => read(slow.mass.$post({ json }, once(key)), MassSend),
    massSends: () => read(v1.mass.$get(), MassSendList),
    massSend: (id: string) => read(mass.$get({ param: at(id) }), MassSend),
    massRows: (id: string) => read(mass.rows.$get({ param: at(id) }), MassRows),
    /** Answers the draft it was made from. */
    undoMass: (id: string) => read(mass.undo.$post({ param: at(id) }), Send),
    pauseMass: (id: string, version: number) =>
      read(mass.pause.$post({ param: at(id), json: { version } }), MassSend),
    resumeMass: (id: string, version: number) =>
      read(mass.resume.$post({ param: at(id), json: { version } }), MassSend),
    stopMass: (id: string, version: number) =>
      read(mass.stop.$post({ param: at(id), json: { version } }), MassSend),
  }
}
