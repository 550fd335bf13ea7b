import { now } from '@/lib/extension/clock.ts'
import { toast, undoable } from '../state.ts'
import { reopenDraft } from './compose/list.ts'
import { undoSending } from './compose/send.ts'
import { recordOf, setValues } from './edits.ts'
import { remakeFolder, restoreFile } from './files/library.ts'
import { undoFiling } from './files.ts'
import { deleteNote, deleteTodo, restoreNote, tick } from './jottings.ts'
import { undoMass } from './mass.ts'
import { deleteRecord, restoreRecord } from './records.ts'
import { actOnSend, moveBack } from './sends.ts'
import { undoStanding } from './standing.ts'
import { bringBack } from './templates.ts'
import { giveBack, restoreDeleted } from './workspace/bulk.ts'
import { undoMerge } from './workspace/merge.ts'
import { checkTask } from './workspace/tasks.ts'

/** What the menu offers to take back, in the words of its toast. */
export function lastDone(): string | undefined {
  const last = undoable.value
  if (last === undefined || last.until <= Date.now()) return undefined
  const { undo } = last
  const isOver = undo.kind === 'undo-send' && undo.sending.until > 0 && undo.sending.until <= now()
  return isOver ? undefined : last.text
}

/** Takes back the last thing that can be. */
export async function undoLast(): Promise<void> {
  const undo = lastDone() === undefined ? undefined : undoable.value?.undo
  toast.value = undefined
  undoable.value = undefined
  switch (undo?.kind) {
    case 'delete-record':
      return deleteRecord(undo.recordId, undo.address)
    case 'restore-record':
      return restoreRecord(undo.recordId)
    case 'set-values': {
      const record = recordOf(undo.recordId)
      return record && setValues(record, undo.values)
    }
    case 'tick':
      return tick(undo.todo, undo.recordId, undo.todo.doneAt === null)
    case 'delete-note':
      return deleteNote(undo.note, undo.recordId)
    case 'restore-note':
      return restoreNote(undo.noteId, undo.recordId)
    case 'delete-todo':
      return deleteTodo(undo.todo, undo.recordId)
    case 'undo-merge':
      return undoMerge(undo.mergeId, undo.recordId)
    case 'give-back':
      return void giveBack(undo.module, undo.former)
    case 'restore-many':
      return void restoreDeleted(undo.module, undo.ids)
    case 'check-task':
      return checkTask(undo.todo, undo.done)
    case 'cancel-filing':
      return undoFiling(undo.part)
    case 'restore-send':
      return actOnSend('restore', undo.sendId, undo.version)
    case 'undo-send':
      return undo.sending.massId === undefined ? undoSending(undo.sending) : undoMass(undo.sending)
    case 'move-back':
      return moveBack(undo)
    case 'reopen-draft':
      return reopenDraft(undo.draft)
    case 'restore-library-file':
      return restoreFile(undo.fileId)
    case 'remake-folder':
      return remakeFolder(undo.name, undo.parentId)
    case 'restore-template':
      return bringBack(undo.templateId)
    case 'standing':
      return undoStanding(undo.back)
    case undefined:
  }
}
