import type { RecordSummary } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { choiceName } from '@/lib/extension/record-words.ts'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { setValues } from '../../load/edits.ts'
import { whyReadOnly } from '../../load/rights.ts'
import { moduleOf, valueIn } from '../../state-cards.ts'

/** Where a way ends; all other steps lead one to the next. */
const ends =
  'won lost accepted declined expired delivered cancelled paid qualified unqualified converted'.split(' ')
/** Ends nobody wanted. */
const lost = 'lost declined expired cancelled unqualified'.split(' ')

/** The stages of a deal, the states of a lead or document: one click moves the record, and the toast takes it back. */
export function StagePath({ record }: { record: RecordSummary }) {
  const field = moduleOf(record.module).fields.find(({ key }) => key === 'stage' || key === 'status')
  if (field?.type !== 'choice' || field.custom) return null
  const here = valueIn(record, field.key)
  // Only converting converts a lead.
  const steps = (field.choices ?? [])
    .map(({ key }) => key)
    .filter((key) => key !== 'converted' || key === here)
  const at = steps.indexOf(here)
  const ended = ends.includes(here)
  const why = whyReadOnly(record)
  return (
    <ol class="stage-path" aria-label={t('record.path')} data-testid="stage-path" onKeyDown={walk}>
      {steps.map((step, index) => {
        const done = step === here || (ended ? !ends.includes(step) : index < at)
        const kinds = [
          'stage-step',
          done && (step === here && lost.includes(step) ? 'stage-lost' : 'stage-done'),
          step === here && 'stage-here',
        ]
        const button = (
          <button
            type="button"
            class={kinds.filter(Boolean).join(' ')}
            aria-current={step === here ? 'step' : undefined}
            aria-disabled={why === undefined ? undefined : 'true'}
            aria-description={why}
            tabIndex={index === Math.max(0, at) ? 0 : -1}
            data-testid={`stage-${step}`}
            onClick={() => {
              if (why === undefined && step !== here) void setValues(record, { [field.key]: step })
            }}
          >
            <span>{choiceName(record.module, field, step)}</span>
          </button>
        )
        return <li key={step}>{why === undefined ? button : <Tooltip text={why}>{button}</Tooltip>}</li>
      })}
    </ol>
  )
}

/** One tab stop; left and right walk. */
function walk(event: KeyboardEvent): void {
  const list = event.currentTarget as HTMLElement
  const forward = getComputedStyle(list).direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight'
  const step = event.key === forward ? 1 : event.key === 'ArrowLeft' || event.key === 'ArrowRight' ? -1 : 0
  const buttons = [...list.querySelectorAll('button')]
  const here = buttons.indexOf(document.activeElement as HTMLButtonElement)
  const next = step === 0 || here < 0 ? undefined : buttons[here + step]
  if (next === undefined) return
  event.preventDefault()
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1
  next.focus()
}
