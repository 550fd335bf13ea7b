import type { FileFormat, Import, ImportMapping } from '@/lib/contract/imports.ts'
import type { ModuleDescription } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { SelectField } from '@/lib/extension/ui/select.tsx'
import { arrange, checkImport } from '../../../load/workspace/imports.ts'
import { busy, modules } from '../../../state.ts'
import { mapping } from '../../../state-data.ts'

const encodings: readonly FileFormat['encoding'][] = [
  'utf-8',
  'shift_jis',
  'windows-1252',
  'utf-16le',
  'utf-16be',
]
const delimiters: readonly FileFormat['delimiter'][] = [',', ';', '\t']
const delimiterNames = { ',': 'comma', ';': 'semicolon', '\t': 'tab' } as const
const encodingNames: Record<FileFormat['encoding'], string> = {
  'utf-8': 'UTF-8',
  shift_jis: 'Shift_JIS',
  'windows-1252': 'Windows-1252',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
}
/** Not imported. */
const none = ''

/** How the file is read, and which of its columns is which field. */
export function Columns(props: { one: Import; onFormat: (format: FileFormat) => void }) {
  const { one } = props
  const now = mapping.value ?? one.mapping
  const module = modules.value.get(one.module)
  if (module === undefined) return null
  return (
    <div class="stack">
      <Format format={one.format} onChange={props.onFormat} />
      <p class="second">{t('import.columns_text')}</p>
      <table class="settings-table columns" data-testid="import-columns">
        <thead>
          <tr>
            <th scope="col">{t('import.column')}</th>
            <th scope="col">{t('import.example')}</th>
            <th scope="col">{t('import.field')}</th>
          </tr>
        </thead>
        <tbody>
          {one.headers.map((header, index) => (
            <tr key={index} data-testid="column-row">
              <td dir="auto">{header || t('import.nth', { n: index + 1 })}</td>
              <td class="sample cut" dir="auto">
                {one.sample
                  .map((row) => row[index] ?? '')
                  .filter((cell) => cell !== '')
                  .slice(0, 3)
                  .join(' · ')}
              </td>
              <td>
                <ColumnField module={module} now={now} index={index} header={header} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Manner module={module} now={now} />
      <div class="actions">
        <Button
          kind="filled"
          busy={busy.value.has('import')}
          off={Object.keys(now.columns).length === 0 ? t('error.mapping_incomplete') : undefined}
          onPress={() => void checkImport()}
          testid="import-check"
        >
          {t('import.check')}
        </Button>
        <span class="quiet small">{t('import.check_text')}</span>
      </div>
    </div>
  )
}

function Format({ format, onChange }: { format: FileFormat; onChange: (format: FileFormat) => void }) {
  return (
    <div class="two-columns">
      <SelectField
        label={t('import.encoding')}
        value={format.encoding}
        options={encodings.map((value) => ({ value, label: encodingNames[value] }))}
        onChange={(encoding) => onChange({ ...format, encoding })}
        testid="import-encoding"
      />
      <SelectField
        label={t('import.delimiter')}
        value={format.delimiter}
        options={delimiters.map((value) => ({
          value,
          label: t(`import.delimiter.${delimiterNames[value]}`),
        }))}
        onChange={(delimiter) => onChange({ ...format, delimiter })}
        testid="import-delimiter"
      />
      <SelectField
        label={t('import.first_row')}
        value={format.hasHeader ? 'header' : 'data'}
        options={[
          { value: 'header', label: t('import.first_row.header') },
          { value: 'data', label: t('import.first_row.data') },
        ]}
        onChange={(value) => onChange({ ...format, hasHeader: value === 'header' })}
        testid="import-header"
      />
    </div>
  )
}

function ColumnField(props: {
  module: ModuleDescription
  now: ImportMapping
  index: number
  header: string
}) {
  const { module, now, index } = props
  const column = String(index)
  const fields = module.fields.map((field) => ({ value: field.key, label: fieldName(field) }))
  const more = [
    ...(module.key === 'deals' ? [{ value: 'contactIds', label: t('field.contactIds') }] : []),
    { value: 'id', label: t('import.inlay_id') },
  ]
  return (
    <SelectField
      name={t('import.field_of', { column: props.header || t('import.nth', { n: index + 1 }) })}
      value={now.columns[column] ?? none}
      options={[{ value: none, label: t('import.leave_out') }, ...fields, ...more]}
      onChange={(field) => {
        const { [column]: _, ...rest } = now.columns
        // One field takes one column; the one that had it before is left out.
        const others = Object.fromEntries(Object.entries(rest).filter(([, key]) => key !== field))
        const columns = field === none ? rest : { ...others, [column]: field }
        const isLost = now.matchKey !== null && !Object.values(columns).includes(now.matchKey)
        arrange({ ...now, columns, ...(isLost && { matchKey: null }) })
      }}
      testid={`column-${index}`}
    />
  )
}

/** What becomes of rows that are here already, of empty cells, and how dates stand. */
function Manner({ module, now }: { module: ModuleDescription; now: ImportMapping }) {
  const chosen = new Set(Object.values(now.columns))
  const keys = module.fields.filter((field) => chosen.has(field.key))
  const dates = keys.some((field) => field.type === 'date' || field.type === 'datetime')
  return (
    <div class="two-columns">
      <SelectField
        label={t('import.match')}
        value={now.matchKey ?? none}
        options={[
          { value: none, label: t('import.match.none') },
          ...keys.map((field) => ({
            value: field.key,
            label: t('import.match.by', { field: fieldName(field) }),
          })),
          ...(chosen.has('id') ? [{ value: 'id', label: t('import.inlay_id') }] : []),
        ]}
        onChange={(matchKey) => arrange({ ...now, matchKey: matchKey === none ? null : matchKey })}
        testid="import-match"
      />
      {now.matchKey !== null && (
        <SelectField
          label={t('import.empty')}
          value={now.emptyCells}
          options={[
            { value: 'keep', label: t('import.empty.keep') },
            { value: 'clear', label: t('import.empty.clear') },
          ]}
          onChange={(emptyCells) => arrange({ ...now, emptyCells })}
          testid="import-empty"
        />
      )}
      {dates && (
        <SelectField
          label={t('import.dates')}
          value={now.dates}
          options={[
            { value: 'ymd', label: '2026-11-23' },
            { value: 'dmy', label: '23.11.2026' },
            { value: 'mdy', label: '11/23/2026' },
          ]}
          onChange={(order) => arrange({ ...now, dates: order })}
          testid="import-dates"
        />
      )}
    </div>
  )
}
