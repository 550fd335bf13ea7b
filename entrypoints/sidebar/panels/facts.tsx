import { useState } from 'preact/hooks'
import type { RecordSummary } from '@/lib/contract/records.ts'
import type { FieldDescription } from '@/lib/domain/fields.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { whyReadOnly } from '../load/rights.ts'
import { moduleOf, valueIn } from '../state-cards.ts'
import { Fact } from './fact.tsx'
import './facts.css'

/** 10, facts: what the admin chose for the module's card; everything else is one click away. */
export function Facts({ record, whole: begins = false }: { record: RecordSummary; whole?: boolean }) {
  const [whole, setWhole] = useState(begins)
  const { chosen, rest } = split(record)
  const why = whyReadOnly(record)
  const shown = whole ? [...chosen, ...rest] : chosen
  return (
    <section class="section facts" aria-label={t('edit.details')} data-testid="facts">
      {shown.length > 0 && (
        <dl data-list>
          {shown.map((field, index) => (
            <Fact key={field.key} record={record} field={field} first={index === 0} />
          ))}
        </dl>
      )}
      {why !== undefined && (
        <p class="facts-why quiet" data-testid="facts-why">
          {why}
        </p>
      )}
      {rest.length > 0 && (
        <span class="facts-more">
          <Button kind="text" small onPress={() => setWhole(!whole)} testid="more-fields">
            {whole ? t('edit.fewer') : t('edit.more', { n: rest.length })}
          </Button>
        </span>
      )}
    </section>
  )
}

/** The chosen fields that have a value, in the admin's order; the rest, chosen ones first. A currency stands with its amount. */
function split(record: RecordSummary): { chosen: FieldDescription[]; rest: FieldDescription[] } {
  const { fields, cardFields } = moduleOf(record.module)
  const currencies = new Set(fields.flatMap((field) => field.currencyKey ?? []))
  const all = fields.filter((field) => !currencies.has(field.key))
  const wanted = cardFields.flatMap((key) => all.find((field) => field.key === key) ?? [])
  const chosen = wanted.filter((field) => valueIn(record, field.key) !== '')
  const rest = [...wanted, ...all.filter((field) => !wanted.includes(field))].filter(
    (field) => !chosen.includes(field),
  )
  return { chosen, rest }
}
