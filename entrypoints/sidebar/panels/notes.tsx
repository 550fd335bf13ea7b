import type { Note as NoteRow, RecordCard } from '@/lib/contract/records.ts'
import { ago } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { deleteNote, readAllNotes, saveNote, startJotting } from '../load/jottings.ts'
import { whyNoRecords } from '../load/rights.ts'
import { problemSentence } from '../load/words.ts'
import { busy, me, view } from '../state.ts'
import { allNotes, noteEdit } from '../state-cards.ts'
import { Fold } from './related.tsx'

/** What colleagues have written down about a record, newest first. */
export function NotesSection({ card }: { card: RecordCard }) {
  const { record, notes } = card
  if (notes.total === 0) return null
  return (
    <Fold
      of={record.module}
      name="notes"
      title={t('list.notes')}
      count={notes.total}
      tools={
        <IconButton
          icon="plus"
          small
          label={t('note.add')}
          off={whyNoRecords()}
          onPress={() => startJotting('note', record.id)}
          testid="add-note"
        />
      }
    >
      <NoteList card={card} />
    </Fold>
  )
}

/** The newest notes, all of them when asked for; one's own with what changes them. */
export function NoteList({ card: { record, notes } }: { card: RecordCard }) {
  const whole = allNotes.value?.recordId === record.id ? allNotes.value.rows : undefined
  const rows = whole ?? notes.rows
  return (
    <>
      <ul class="notes" aria-label={t('list.notes')}>
        {rows.map((note) => (
          <li key={note.id} class="note-row" data-testid="note-row">
            {noteEdit.value?.id === note.id ? (
              <NoteEditor note={note} recordId={record.id} />
            ) : (
              <Written note={note} recordId={record.id} />
            )}
          </li>
        ))}
      </ul>
      {notes.total > rows.length && (
        <span class="section-all">
          <Button
            kind="text"
            small
            busy={busy.value.has('notes')}
            onPress={() => void readAllNotes(record.id)}
            testid="all-notes"
          >
            {t('list.all', { n: notes.total })}
          </Button>
        </span>
      )}
    </>
  )
}

function Written({ note, recordId }: { note: NoteRow; recordId: string }) {
  const { user } = me.value ?? {}
  const isMine = note.author.id === user?.id && whyNoRecords() === undefined
  return (
    <>
      <p class="lines" dir="auto" data-testid="note-shown">
        {note.text}
      </p>
      <div class="note-foot quiet">
        <span class="cut">
          {t('note.by', { name: note.author.name, when: ago(Date.parse(note.createdAt), view.value) })}
        </span>
        {isMine && (
          <>
            <IconButton
              icon="pencil"
              small
              label={t('note.edit')}
              testid="note-edit"
              onPress={() => {
                noteEdit.value = { id: note.id, text: note.text, problem: undefined }
              }}
            />
            <IconButton
              icon="trash"
              small
              label={t('note.delete')}
              testid="note-delete"
              onPress={() => void deleteNote(note, recordId)}
            />
          </>
        )}
      </div>
    </>
  )
}

function NoteEditor({ note, recordId }: { note: NoteRow; recordId: string }) {
  const open = noteEdit.value
  if (open === undefined) return null
  const leave = () => {
    noteEdit.value = undefined
  }
  return (
    <form
      class="stack-small"
      onSubmit={(event) => {
        event.preventDefault()
        void saveNote(note, recordId)
      }}
      onKeyDown={(event) => {
        if (event.isComposing || event.keyCode === 229) return
        if (event.key === 'Escape') {
          event.preventDefault()
          event.stopPropagation()
          leave()
        } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault()
          void saveNote(note, recordId)
        }
      }}
    >
      <textarea
        class="input"
        rows={3}
        dir="auto"
        maxLength={20_000}
        aria-label={t('note.text')}
        value={open.text}
        ref={(element) => {
          if (element !== null && document.activeElement === document.body) element.focus()
        }}
        data-testid="note-input"
        onInput={(event) => {
          noteEdit.value = { ...open, text: event.currentTarget.value, problem: undefined }
        }}
      />
      {open.problem && <p class="field-error">{problemSentence(open.problem)}</p>}
      <div class="actions">
        <Button kind="soft" small submit busy={busy.value.has('note')} testid="note-save">
          {t('note.save')}
        </Button>
        <Button kind="text" small onPress={leave}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
