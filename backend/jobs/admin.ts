import { runPurge } from '../services/module-purge.ts'
import { runTransfer } from '../services/transfer-records.ts'

/** Task kinds of what an admin asks for. */
export const adminJobs = {
  /** All records of one person to another; key: organisation and person. */
  transfer: runTransfer,
  /** A deleted module or field, for good; key: organisation, module and field. */
  purge: runPurge,
}
