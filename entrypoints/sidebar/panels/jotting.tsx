import { useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FilterChip } from '@/lib/extension/ui/chip.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { leaveJotting, saveJotting, typeJotting } from '../load/jottings.ts'
import { problemSentence } from '../load/words.ts'
import { busy, view } from '../state.ts'
import { type Jotting, jotting } from '../state-cards.ts'

/** A note or a task, written where its button stands. Ctrl+Enter saves a note, Enter a task, Esc gives up. */
export function JottingForm({ recordId }: { recordId: string }) {
  const open = jotting.value
  const root = useRef<HTMLFormElement>(null)
  const kind = open?.recordId === recordId ? open.kind : undefined
  useLayoutEffect(() => {
    if (kind !== undefined) root.current?.querySelector<HTMLElement>('input, textarea')?.focus()
  }, [kind])
  if (open === undefined || kind === undefined) return null
  const isNote = open.kind === 'note'
  const leave = () => {
    leaveJotting()
    document.querySelector<HTMLElement>(`[data-testid=${isNote ? 'note' : 'task'}]`)?.focus()
  }
  return (
    <form
      class="jotting"
      ref={root}
      data-testid={isNote ? 'note-form' : 'task-form'}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void saveJotting()
      }}
      onKeyDown={(event) => {
        if (event.isComposing || event.keyCode === 229) return
        if (event.key === 'Escape') {
          event.preventDefault()
          event.stopPropagation()
          leave()
        } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
          event.preventDefault()
          void saveJotting()
        }
      }}
    >
      {open.problem && (
        <Note tone="danger" bold={isNote ? t('note.failed') : t('todo.failed')} testid="jotting-problem">
          {problemSentence(open.problem)} {t('create.kept')}
        </Note>
      )}
      {isNote ? (
        <textarea
          class="input"
          rows={3}
          dir="auto"
          maxLength={20_000}
          aria-label={t('note.text')}
          placeholder={t('note.text')}
          value={open.text}
          data-testid="note-text"
          onInput={(event) => typeJotting({ text: event.currentTarget.value })}
        />
      ) : (
        <TodoFields open={open} />
      )}
      <div class="actions">
        <Button kind="soft" small submit busy={busy.value.has('jot')} testid="jotting-save">
          {isNote ? t('note.add') : t('todo.add')}
        </Button>
        <Button kind="text" small onPress={leave} testid="jotting-cancel">
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}

function TodoFields({ open }: { open: Extract<Jotting, { kind: 'todo' }> }) {
  const { now, zone } = view.value
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate()
  const days = [
    ['today', 0],
    ['tomorrow', 1],
    ['week', 7],
  ] as const
  return (
    <>
      <input
        class="input"
        type="text"
        dir="auto"
        maxLength={500}
        autocomplete="off"
        aria-label={t('todo.title')}
        placeholder={t('todo.title')}
        value={open.text}
        data-testid="task-text"
        onInput={(event) => typeJotting({ text: event.currentTarget.value })}
      />
      <fieldset class="actions jotting-due" aria-label={t('todo.due')}>
        {days.map(([name, count]) => {
          const date = today.add({ days: count }).toString()
          return (
            <FilterChip
              key={name}
              chosen={open.dueOn === date}
              onPress={() => typeJotting({ dueOn: open.dueOn === date ? '' : date })}
              testid={`due-${name}`}
            >
              {t(`todo.${name}`)}
            </FilterChip>
          )
        })}
        <input
          class="input"
          type="date"
          aria-label={t('todo.due')}
          value={open.dueOn}
          data-testid="due-date"
          onInput={(event) => typeJotting({ dueOn: event.currentTarget.value })}
        />
      </fieldset>
    </>
  )
}
