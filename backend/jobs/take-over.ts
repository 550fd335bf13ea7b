import { runTakenDraft } from '../services/compose/release-taken.ts'

/** Task kinds of mail taken over from Gmail. Each answers when it wants to run again; undefined when it is done. */
export const takeOverJobs = {
  /** Copies Gmail's page wrote once more; key: the mail that was made of the draft. */
  taken_draft: runTakenDraft,
}
