import { runFiling } from '../services/filings/run.ts'
import { runSweep } from '../services/filings/sweep.ts'

/** Task kinds of filing. Each answers when it wants to run again; undefined when it is done. */
export const filingJobs = {
  /** One attachment on its way from Gmail to a record; key: the filing. */
  file: runFiling,
  /** Bytes that may stand on no record any more. */
  sweep: runSweep,
}
