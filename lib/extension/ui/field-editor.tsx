import type { FieldDescription } from '../../domain/fields.ts'
import { placeOf } from '../../domain/format.ts'
import { language, t } from '../i18n.ts'
import { choiceName } from '../record-words.ts'
import { Combobox, type Option } from './combobox.tsx'
import './field-editor.css'

/** Where an editor gets what can be chosen. */
export interface Choosing {
  /** Records of a module by what is typed; may end with one to make. */
  findRecords: (field: FieldDescription, q: string) => Promise<Option[]>
  nameOf: (id: string) => string | undefined
  /** Everybody who can own a record. */
  people: readonly { id: string; name: string }[]
}

export interface EditorProps {
  field: FieldDescription
  module: string
  /** What stands in the editor: as typed, or the canonical form of types that are chosen; local time of a datetime. */
  value: string
  /** Code of the currency beside an amount. */
  currency?: string
  onInput: (value: string) => void
  onCurrency?: (code: string) => void
  choosing: Choosing
  /** Id of the control, for its label; without one `label` is its name. */
  id?: string
  label?: string
  error?: string | undefined
  describedBy?: string | undefined
  autofocus?: boolean
  testid?: string
}

/** The control of one field, after its type. */
export function FieldEditor(props: EditorProps) {
  switch (props.field.type) {
    case 'long_text':
      return <LongText {...props} />
    case 'choice':
    case 'boolean':
    case 'owner':
    case 'currency':
      return <Select {...props} options={optionsOf(props)} />
    case 'multi_choice':
      return <Checks {...props} />
    case 'zone':
      return <ZoneBox {...props} />
    case 'lookup':
      return <LookupBox {...props} />
    case 'money':
      return props.onCurrency ? <Money {...props} /> : <Line {...props} />
    default:
      return <Line {...props} />
  }
}

function common(props: EditorProps) {
  return {
    ...(props.id !== undefined && { id: props.id }),
    'aria-label': props.label,
    'aria-invalid': props.error ? ('true' as const) : undefined,
    'aria-describedby': props.describedBy,
    'data-autofocus': props.autofocus ? '' : undefined,
    'data-testid': props.testid,
  }
}

function Line(props: EditorProps) {
  const { type } = props.field
  const numeric = type === 'number' || type === 'money'
  const own = {
    ...common(props),
    class: 'input',
    value: props.value,
    onInput: (event: { currentTarget: HTMLInputElement }) => props.onInput(event.currentTarget.value),
  }
  if (type === 'date') return <input type="date" {...own} />
  if (type === 'datetime') return <input type="datetime-local" {...own} />
  return (
    <input
      type={type === 'email' ? 'email' : type === 'phone' ? 'tel' : 'text'}
      {...own}
      {...((numeric || type === 'url') && { inputMode: numeric ? 'decimal' : 'url' })}
      dir="auto"
      autocomplete="off"
      list={undefined}
    />
  )
}

function LongText(props: EditorProps) {
  return (
    <textarea
      {...common(props)}
      class="input"
      dir="auto"
      rows={4}
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  )
}

type Pair = readonly [value: string, label: string]

function Select(props: EditorProps & { options: readonly Pair[] }) {
  return (
    <select
      {...common(props)}
      class="input select"
      value={props.value}
      onChange={(event) => props.onInput(event.currentTarget.value)}
    >
      {props.options.map(([value, label]) => (
        <option key={value} value={value} selected={value === props.value}>
          {label}
        </option>
      ))}
    </select>
  )
}

/** A value that is no longer among the choices stays until another is chosen. */
function optionsOf({ field, module, value, choosing }: EditorProps): Pair[] {
  const none: Pair[] = field.required || field.type === 'owner' ? [] : [['', '–']]
  const known: Pair[] =
    field.type === 'boolean'
      ? [
          ['true', t('value.yes')],
          ['false', t('value.no')],
        ]
      : field.type === 'owner'
        ? choosing.people.map(({ id, name }): Pair => [id, name])
        : field.type === 'currency'
          ? currencies().map((code): Pair => [code, code])
          : (field.choices ?? []).map(({ key }): Pair => [key, choiceName(module, field, key)])
  const lost = value !== '' && !known.some(([one]) => one === value)
  const own = field.type === 'owner' ? (choosing.nameOf(value) ?? value) : choiceName(module, field, value)
  return [...none, ...(lost ? [[value, own] as const] : []), ...known]
}

let codes: readonly string[] | undefined
function currencies(): readonly string[] {
  codes ??= Intl.supportedValuesOf('currency')
  return codes
}

function Checks(props: EditorProps) {
  const chosen = props.value === '' ? [] : props.value.split(';')
  const order = (props.field.choices ?? []).map((one) => one.key)
  const set = (key: string, on: boolean) => {
    const next = on ? [...chosen, key] : chosen.filter((one) => one !== key)
    props.onInput(next.sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(';'))
  }
  return (
    <fieldset class="checks" aria-label={props.label} aria-describedby={props.describedBy} id={props.id}>
      {order.map((key, index) => (
        <label key={key}>
          <input
            type="checkbox"
            checked={chosen.includes(key)}
            data-autofocus={props.autofocus && index === 0 ? '' : undefined}
            data-testid={props.testid && `${props.testid}-${key}`}
            onChange={(event) => set(key, event.currentTarget.checked)}
          />
          <span dir="auto">{choiceName(props.module, props.field, key)}</span>
        </label>
      ))}
    </fieldset>
  )
}

function Money(props: EditorProps) {
  const { onCurrency = () => undefined, currency = '' } = props
  return (
    <div class="money">
      <Line {...props} />
      <select
        class="input select"
        aria-label={t('field.currency')}
        value={currency}
        data-testid={props.testid && 'field-currency'}
        onChange={(event) => onCurrency(event.currentTarget.value)}
      >
        {['', ...(currencies().includes(currency) || currency === '' ? [] : [currency]), ...currencies()].map(
          (code) => (
            <option key={code} value={code} selected={code === currency}>
              {code || '–'}
            </option>
          ),
        )}
      </select>
    </div>
  )
}

function LookupBox(props: EditorProps) {
  const { choosing, field, value } = props
  const chosen = value === '' ? undefined : { id: value, label: choosing.nameOf(value) || t('value.closed') }
  return (
    <Combobox
      {...boxProps(props)}
      chosen={chosen}
      find={(q) => choosing.findRecords(field, q)}
      onChoose={(option) => props.onInput(option?.id ?? '')}
      placeholder={t('value.find')}
    />
  )
}

function ZoneBox(props: EditorProps) {
  const chosen = props.value === '' ? undefined : zoneOption(props.value)
  return (
    <Combobox
      {...boxProps(props)}
      chosen={chosen}
      find={async (q) => findZones(q)}
      onChoose={(option) => props.onInput(option?.id ?? '')}
      placeholder={t('value.find')}
    />
  )
}

function boxProps({ id, label, error, describedBy, autofocus, testid }: EditorProps) {
  return {
    ...(id !== undefined && { id }),
    ...(label !== undefined && { label }),
    ...(autofocus && { autofocus }),
    invalid: Boolean(error),
    describedBy,
    testid,
  }
}

function zoneOption(zone: string): Option {
  return { id: zone, label: placeOf(zone, language.value), hint: zone }
}

function findZones(q: string): Option[] {
  const wanted = q.toLowerCase().replaceAll(' ', '_')
  const zones = Intl.supportedValuesOf('timeZone')
  return zones
    .filter((zone) => zone.toLowerCase().includes(wanted) || placeOf(zone, language.value).includes(q))
    .slice(0, 30)
    .map(zoneOption)
}
