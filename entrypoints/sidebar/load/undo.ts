import { toast } from '../state.ts'
import { openDraft } from './drafts.ts'
import { undoFiling } from './files.ts'
import { deleteRecord } from './records.ts'
import { actOnSend, moveBack, unschedule } from './sends.ts'

/** Takes back what the toast speaks of. */
export async function undoLast(): Promise<void> {
  const undo = toast.value?.undo
  toast.value = undefined
  switch (undo?.kind) {
    case 'delete-record':
      return deleteRecord(undo.recordId, undo.address)
    case 'cancel-filing':
      return undoFiling(undo.part)
    case 'restore-send':
      return actOnSend('restore', undo.sendId, undo.version)
    case 'cancel-send':
      return unschedule(undo)
    case 'move-back':
      return moveBack(undo)
    case 'reopen-draft':
      return openDraft(undo.draft, 'saved')
    case undefined:
  }
}
