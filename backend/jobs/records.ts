import { runIndexing } from '../services/search-index.ts'

/** Task kinds about records themselves. */
export const recordJobs = {
  /** Rows whose search columns no longer follow them. */
  index: runIndexing,
}
