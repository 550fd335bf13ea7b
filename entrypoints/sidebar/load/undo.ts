import { toast, undoable } from '../state.ts'
import { openDraft } from './drafts.ts'
import { undoFiling } from './files.ts'
import { deleteRecord } from './records.ts'
import { actOnSend, moveBack, unschedule } from './sends.ts'

/** What the menu offers to take back, in the words of its toast. */
export function lastDone(): string | undefined {
  const last = undoable.value
  return last !== undefined && last.until > Date.now() ? last.text : undefined
}

/** Takes back the last thing that can be. */
export async function undoLast(): Promise<void> {
  const undo = lastDone() === undefined ? undefined : undoable.value?.undo
  toast.value = undefined
  undoable.value = undefined
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
