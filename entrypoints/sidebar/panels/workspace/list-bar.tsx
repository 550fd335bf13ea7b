import { useState } from 'preact/hooks'
import { plainNumber } from '@/lib/domain/intl.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Ring } from '@/lib/extension/ui/progress.tsx'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { whyNoRecords } from '../../load/rights.ts'
import { stopBulk } from '../../load/workspace/bulk.ts'
import { changeQuestion } from '../../load/workspace/list.ts'
import { mailHint, mailOff, mailSelected, mayMail } from '../../load/workspace/mail.ts'
import { openMerge } from '../../load/workspace/merge.ts'
import { openDialog } from '../../load/workspace/place.ts'
import { selectAll, selectedCount, selectNone } from '../../load/workspace/select.ts'
import { view } from '../../state.ts'
import { bulk, type ListState } from '../../state-workspace.ts'
import { conditionWords } from './conditions.ts'
import { FilterBuilder } from './filter-builder.tsx'

/** What the list is filtered by; its place is taken by what can be done with the selection, so that no row moves. */
export function ListBar({ list }: { list: ListState }) {
  const running = bulk.value
  if (running?.module === list.module) return <Running />
  const count = selectedCount(list)
  return count > 0 ? <Selected list={list} count={count} /> : <Chips list={list} />
}

function Chips({ list }: { list: ListState }) {
  const { module, filter } = list
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  return (
    <div class="list-bar" data-testid="filter-chips">
      <ul class="list-chips">
        {filter.map((condition, index) => {
          const words = conditionWords(module, condition)
          return (
            <li key={`${index} ${words}`} class="chip" data-testid="filter-chip">
              <span class="cut" dir="auto">
                {words}
              </span>
              <button
                type="button"
                class="chip-remove"
                aria-label={t('filter.drop', { words })}
                data-testid="filter-drop"
                onClick={() =>
                  void changeQuestion(module, { filter: filter.filter((_, at) => at !== index) })
                }
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          )
        })}
      </ul>
      <button
        type="button"
        class="add-filter"
        aria-haspopup="dialog"
        data-testid="add-filter"
        onClick={(event) => setAt(event.currentTarget)}
      >
        <Icon name="plus" />
        {t('filter.add_to')}
      </button>
      {at && <FilterBuilder at={at} list={list} onClose={() => setAt(undefined)} />}
    </div>
  )
}

/** S-006: what can be done with the records that are chosen. Send email stands here only for who may send. */
function Selected({ list, count }: { list: ListState; count: number }) {
  const { module, total = 0 } = list
  const no = whyNoRecords()
  const all = list.selected.kind === 'all'
  const [first, second, third] = list.selected.kind === 'some' ? [...list.selected.rows.keys()] : []
  const pair =
    first !== undefined && second !== undefined && third === undefined
      ? ([first, second] as const)
      : undefined
  return (
    <div class="list-bar bulk-bar" role="toolbar" aria-label={t('bulk.label')} data-testid="bulk-bar">
      <strong class="number" role="status" data-testid="bulk-count">
        {t('bulk.selected', { n: count })}
      </strong>
      {mayMail(module) && <SendEmail list={list} />}
      <Button
        kind="text"
        icon="task"
        off={no ?? (all ? t('bulk.task_named') : undefined)}
        onPress={() => openDialog({ kind: 'bulk-task', module, n: count })}
        testid="bulk-task"
      >
        {t('bulk.task')}
      </Button>
      <Button
        kind="text"
        icon="person"
        off={no}
        onPress={() => openDialog({ kind: 'bulk-owner', module, n: count })}
        testid="bulk-owner"
      >
        {t('bulk.owner')}
      </Button>
      <Button
        kind="text"
        icon="pencil"
        off={no}
        onPress={() => openDialog({ kind: 'bulk-edit', module, n: count })}
        testid="bulk-edit"
      >
        {t('bulk.edit')}
      </Button>
      {pair !== undefined && (
        <Button kind="text" icon="people" off={no} onPress={() => openMerge(...pair)} testid="bulk-merge">
          {t('merge.start')}
        </Button>
      )}
      <Button
        kind="danger"
        icon="trash"
        off={no}
        onPress={() => openDialog({ kind: 'bulk-delete', module, n: count })}
        testid="bulk-delete"
      >
        {t('bulk.delete')}
      </Button>
      <span class="end actions">
        {count < total && (
          <Button kind="text" small onPress={() => selectAll(module)} testid="select-all">
            {t('bulk.select_all', { n: total })}
          </Button>
        )}
        <IconButton
          icon="close"
          small
          label={t('bulk.clear')}
          onPress={() => selectNone(module)}
          testid="select-none"
        />
      </span>
    </div>
  )
}

/** S-005: opens the composer with everybody who is chosen. */
function SendEmail({ list }: { list: ListState }) {
  const hint = mailHint(list)
  const button = (
    <Button
      kind="soft"
      icon="mail"
      keys="E"
      off={mailOff(list)}
      onPress={() => void mailSelected(list)}
      testid="bulk-email"
    >
      {t('bulk.email')}
    </Button>
  )
  if (hint === undefined) return button
  return (
    <Tooltip text={hint}>
      <span class="bulk-email">
        {button}
        <span class="hidden" data-testid="bulk-email-hint">
          {hint}
        </span>
      </span>
    </Tooltip>
  )
}

function Running() {
  const now = bulk.value
  if (now === undefined) return null
  const { done, total } = now.run
  const { language } = view.value
  const percent = total === 0 ? undefined : Math.round((done / total) * 100)
  return (
    <div class="list-bar bulk-bar" data-testid="bulk-running">
      <Ring size={18} percent={percent} />
      <span role="status" class="number">
        {t(`bulk.running.${now.action}`, {
          done: plainNumber(done, language),
          all: plainNumber(total, language),
        })}
      </span>
      <Button kind="text" small onPress={() => void stopBulk()} testid="bulk-stop">
        {t('bulk.stop')}
      </Button>
    </div>
  )
}
