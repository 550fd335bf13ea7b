import { useEffect } from 'preact/hooks'
import type { MergePreview } from '@/lib/contract/duplicates.ts'
import type { RecordSummary } from '@/lib/contract/records.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { dateOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { valueWords } from '@/lib/extension/value-words.ts'
import { problemSentence } from '../../../load/words.ts'
import { merge, readMerge, swapSides, takeFrom } from '../../../load/workspace/merge.ts'
import { goToRecord } from '../../../load/workspace/place.ts'
import { busy, modules, view } from '../../../state.ts'
import { dataProblem, merging } from '../../../state-data.ts'
import './data.css'

/** Two records side by side: field by field whose value stays, and what moves to the one that stays. */
export function MergePlace(props: { winnerId: string | undefined; loserId: string | undefined }) {
  const { winnerId = '', loserId = '' } = props
  useEffect(() => void readMerge(winnerId, loserId), [winnerId, loserId])
  const here = merging.value
  const problem = dataProblem.value
  return (
    <main class="place-body" tabIndex={-1} aria-label={t('merge.start')}>
      <div class="settings stack" data-testid="merge-place">
        {problem !== undefined && (
          <Note
            tone="danger"
            testid="merge-problem"
            actions={
              <Button kind="outline" small onPress={() => void readMerge(winnerId, loserId)}>
                {t('merge.again')}
              </Button>
            }
          >
            {problemSentence(problem)}
          </Note>
        )}
        {here !== undefined && (
          <>
            <h1>{t('merge.title', { loser: here.preview.loser.name, winner: here.preview.winner.name })}</h1>
            <p class="second">{t('merge.text')}</p>
            <Sides preview={here.preview} take={here.take} />
            <Moves preview={here.preview} />
            <div class="actions">
              <Button
                kind="filled"
                busy={busy.value.has('merge')}
                onPress={() => void merge()}
                testid="merge-start"
              >
                {t('merge.start')}
              </Button>
              <Button kind="outline" onPress={swapSides} testid="merge-swap">
                {t('merge.swap')}
              </Button>
              <Button kind="text" onPress={() => goToRecord(here.preview.winner.id)}>
                {t('common.cancel')}
              </Button>
            </div>
          </>
        )}
      </div>
    </main>
  )
}

function Sides(props: { preview: MergePreview; take: Readonly<Record<string, 'winner' | 'loser'>> }) {
  const { winner, loser, fields } = props.preview
  return (
    <table class="sides">
      <thead>
        <tr>
          <td />
          <th scope="col" dir="auto">
            <Side record={winner} words={t('merge.stays')} />
          </th>
          <th scope="col" dir="auto">
            <Side record={loser} words={t('merge.goes')} />
          </th>
        </tr>
      </thead>
      <tbody>
        {fields.map((one) => {
          const field = fieldOf(winner, one.field)
          return (
            <tr key={one.field} data-testid="merge-field" data-field={one.field}>
              <th scope="row">{fieldName(field)}</th>
              {(['winner', 'loser'] as const).map((side) => (
                <td key={side}>
                  <label class="side">
                    <input
                      type="radio"
                      name={`take-${one.field}`}
                      checked={(props.take[one.field] ?? 'winner') === side}
                      aria-label={t('merge.take', { field: fieldName(field) })}
                      data-testid={`take-${one.field}-${side}`}
                      onChange={() => takeFrom(one.field, side)}
                    />
                    <Value record={side === 'winner' ? winner : loser} field={field} value={one[side]} />
                  </label>
                </td>
              ))}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** Two of one name are told apart by their address, else by when they were made. */
function Side({ record, words }: { record: RecordSummary; words: string }) {
  const made = t('merge.made', { date: dateOf(Date.parse(record.createdAt), view.value) })
  return (
    <>
      {record.name} <span class="quiet small">{words}</span>
      <div class="quiet small cut">{record.primaryAddress ?? made}</div>
    </>
  )
}

function fieldOf(record: RecordSummary, key: string): FieldDescription {
  const known = modules.value.get(record.module)?.fields.find((field) => field.key === key)
  return known ?? { key, type: 'text' }
}

function Value(props: { record: RecordSummary; field: FieldDescription; value: string }) {
  if (props.value === '') return <span class="quiet">{t('merge.empty')}</span>
  const { record, field, value } = props
  const currency = field.currencyKey === undefined ? undefined : record.fields[field.currencyKey]
  const nameOf = (id: string) =>
    record.owner.id === id ? record.owner.name : record.refs.find((ref) => ref.id === id)?.name
  const telling = {
    module: record.module,
    view: view.value,
    nameOf,
    ...(currency !== undefined && { currency }),
  }
  return <span dir="auto">{valueWords(field, value, telling)}</span>
}

function Moves({ preview }: { preview: MergePreview }) {
  const kinds = ['emails', 'attachments', 'notes', 'todos', 'related', 'sends'] as const
  const moving = kinds.filter((kind) => preview.moves[kind] > 0)
  return (
    <>
      <p class="second" data-testid="merge-moves">
        {moving.length === 0
          ? t('merge.moves_nothing')
          : t('merge.moves', {
              what: moving.map((kind) => t(`merge.moves.${kind}`, { n: preview.moves[kind] })).join(', '),
            })}
      </p>
      {preview.lostAddresses.length > 0 && (
        <Note tone="warn">{t('merge.lost', { addresses: preview.lostAddresses.join(', ') })}</Note>
      )}
    </>
  )
}
