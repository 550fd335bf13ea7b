import { useEffect } from 'preact/hooks'
import type { Import } from '@/lib/contract/imports.ts'
import { dateOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { modulesName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { problemSentence, reasonSentence } from '../../../load/words.ts'
import {
  cancelImport,
  readImport,
  saveProblemRows,
  setFormat,
  startImport,
  undoImport,
} from '../../../load/workspace/imports.ts'
import { goTo } from '../../../load/workspace/place.ts'
import { busy, modules, view } from '../../../state.ts'
import { dataProblem, exporting, importProblems, openImport } from '../../../state-data.ts'
import { Columns } from './columns.tsx'

/** One import from its file to its end: columns, dry run, progress, what could not be taken, undo. */
export function ImportPlace({ id }: { id: string }) {
  useEffect(() => void readImport(id), [id])
  const one = openImport.value?.id === id ? openImport.value : undefined
  const problem = dataProblem.value
  return (
    <div class="settings stack" data-testid="import-place" data-status={one?.status}>
      <div class="spread">
        <h2 class="cut" dir="auto">
          {one?.fileName ?? ''}
        </h2>
        <Button kind="text" small icon="back" onPress={() => goTo('settings/data')}>
          {t('data.all_imports')}
        </Button>
      </div>
      {problem !== undefined && (
        <Note tone="danger" testid="import-problem">
          {problemSentence(problem)}
        </Note>
      )}
      {one !== undefined && <Stage one={one} />}
    </div>
  )
}

function Stage({ one }: { one: Import }) {
  const module = modulesName(one.module, modules.value)
  switch (one.status) {
    case 'uploaded':
      return <Columns one={one} onFormat={(format) => void setFormat(format)} />
    case 'checking':
      return <Progress one={one} label={t('import.checking')} />
    case 'checked':
      return <Checked one={one} />
    case 'running':
      return (
        <>
          <Progress one={one} label={t('import.running', { modules: module })} />
          <Tally one={one} />
          <div class="actions">
            <Button
              kind="outline"
              busy={busy.value.has('import')}
              onPress={() => void cancelImport()}
              testid="import-cancel"
            >
              {t('import.cancel')}
            </Button>
            <span class="quiet small">{t('import.cancel_text')}</span>
          </div>
        </>
      )
    case 'undoing':
      return <Progress one={one} label={t('import.undoing')} />
    case 'done':
      return <Done one={one} />
    case 'cancelled':
    case 'undone':
      return (
        <Note tone="neutral" bold={t(`import.status.${one.status}`)} testid="import-taken-back">
          {one.kept > 0 ? t('import.kept', { n: one.kept }) : t('import.nothing_left')}
        </Note>
      )
    case 'failed':
      return (
        <Note tone="danger" bold={t('import.status.failed')} testid="import-failed">
          {reasonSentence(one.reason)}
        </Note>
      )
  }
}

function Checked({ one }: { one: Import }) {
  const rows = one.created + one.updated
  return (
    <>
      <p class="second">{t('import.checked_text')}</p>
      <Tally one={one} />
      <div class="actions">
        <Button
          kind="filled"
          busy={busy.value.has('import')}
          off={rows === 0 ? t('import.nothing_to_do') : undefined}
          onPress={() => void startImport()}
          testid="import-start"
        >
          {t('import.start', { n: rows })}
        </Button>
        <Button kind="text" onPress={() => void setFormat(one.format)} testid="import-back">
          {t('import.back_to_columns')}
        </Button>
      </div>
      <Problems one={one} />
    </>
  )
}

function Done({ one }: { one: Import }) {
  const until = one.undoUntil === null ? undefined : dateOf(Date.parse(one.undoUntil), view.value)
  return (
    <>
      <Note
        tone="info"
        icon="check"
        bold={t('import.done', { n: one.created + one.updated })}
        testid="import-done"
        actions={
          <Button kind="soft" small onPress={() => goTo(one.module)} testid="import-open">
            {t('import.open', { modules: modulesName(one.module, modules.value) })}
          </Button>
        }
      >
        {one.accounts > 0 ? t('import.accounts', { n: one.accounts }) : null}
      </Note>
      <Tally one={one} />
      {until !== undefined && (
        <div class="actions">
          <Button
            kind="outline"
            busy={busy.value.has('import')}
            onPress={() => void undoImport()}
            testid="import-undo"
          >
            {t('import.undo')}
          </Button>
          <span class="quiet small">{t('import.undo_until', { date: until })}</span>
        </div>
      )}
      <Problems one={one} />
    </>
  )
}

function Progress({ one, label }: { one: Import; label: string }) {
  const percent = one.total > 0 ? Math.min(100, Math.round((one.done / one.total) * 100)) : 0
  return (
    <div class="stack-small">
      <div class="spread">
        <span>{label}</span>
        <span class="number quiet">
          {one.total > 0 ? t('import.of', { done: one.done, total: one.total }) : ''}
        </span>
      </div>
      <div
        class="progress-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        data-testid="import-progress"
      >
        <span style={{ inlineSize: `${percent}%` }} />
      </div>
    </div>
  )
}

function Tally({ one }: { one: Import }) {
  const counts = [
    ['created', one.created],
    ['updated', one.updated],
    ['unchanged', one.unchanged],
    ['failed', one.failed],
  ] as const
  return (
    <dl class="tally" data-testid="import-tally">
      {counts.map(([name, n]) => (
        <div
          key={name}
          class={name === 'failed' && n > 0 ? 'failed' : undefined}
          data-testid={`tally-${name}`}
        >
          <dt>{t(`import.tally.${name}`)}</dt>
          <dd>{t('import.n', { n })}</dd>
        </div>
      ))}
    </dl>
  )
}

/** What could not be taken: row as a spreadsheet counts, column, reason, and the cell. */
function Problems({ one }: { one: Import }) {
  const problems = importProblems.value
  if (one.failed === 0 || problems === undefined) return null
  const shown = problems.rows.slice(0, 100)
  return (
    <section class="stack-small" data-testid="import-problems">
      <div class="spread">
        <h3>{t('import.problems', { n: one.failed })}</h3>
        <Button
          kind="outline"
          small
          icon="download"
          busy={exporting.value !== undefined}
          onPress={() => void saveProblemRows()}
          testid="import-problems-file"
        >
          {t('import.problems_file')}
        </Button>
      </div>
      <table class="settings-table">
        <thead>
          <tr>
            <th scope="col">{t('import.row')}</th>
            <th scope="col">{t('import.column')}</th>
            <th scope="col">{t('import.why')}</th>
            <th scope="col">{t('import.cell')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={`${row.row}.${row.field}.${row.reason}`} data-testid="problem-row">
              <td class="row-number">{row.row}</td>
              <td dir="auto">{columnName(one, row.field)}</td>
              <td>{reasonSentence(row.reason)}</td>
              <td class="problem-value cut" dir="auto">
                {row.value}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {problems.total > shown.length && (
        <p class="quiet small">{t('import.more_problems', { n: problems.total - shown.length })}</p>
      )}
    </section>
  )
}

/** The column's own heading; a field no column was chosen for has its own name. */
function columnName(one: Import, field: string): string {
  const column = Object.entries(one.mapping.columns).find(([, key]) => key === field)?.[0]
  return (column === undefined ? undefined : one.headers[Number(column)]) ?? field
}
