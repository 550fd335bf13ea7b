import { runBulk } from '../services/bulk.ts'
import { runIndexing } from '../services/search-index.ts'

/** Task kinds about records themselves. */
export const recordJobs = {
  /** Rows whose search columns no longer follow them. */
  index: runIndexing,
  /** One change of many records; key: the run. */
  bulk: runBulk,
}
