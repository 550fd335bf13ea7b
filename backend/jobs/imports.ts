import { runImport } from '../services/imports/run.ts'
import { sweepImport } from '../services/imports/sweep.ts'

/** Task kinds of imports. Each answers when it wants to run again; undefined when it is done. */
export const importJobs = {
  /** Rows of one file, tried, written or taken back; key: the import. */
  import: runImport,
  /** An import's file that nobody needs any more; key: the import. */
  import_file: sweepImport,
}
