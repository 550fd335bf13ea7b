import type { FieldDescription } from '../../domain/fields.ts'
import { hrefOf, type Telling, valueWords } from '../value-words.ts'
import { MiddleCut } from './middle-cut.tsx'

/** True where a value can be followed: it then is a link of its own beside whatever edits it. */
export function leadsSomewhere(field: FieldDescription, value: string, telling: Telling): boolean {
  if (value === '') return false
  if (field.type === 'lookup') return Boolean(telling.nameOf(value))
  return hrefOf(field, value) !== undefined
}

/** A value in words; web addresses, mail addresses and phone numbers lead there, records open. */
export function FieldValue(props: {
  field: FieldDescription
  value: string
  telling: Telling
  onOpen?: ((recordId: string) => void) | undefined
}) {
  const { field, value, telling } = props
  const words = valueWords(field, value, telling)
  if (field.type === 'lookup' && props.onOpen && leadsSomewhere(field, value, telling)) {
    return (
      <button type="button" class="link-button cut" dir="auto" onClick={() => props.onOpen?.(value)}>
        {words}
      </button>
    )
  }
  const href = value === '' ? undefined : hrefOf(field, value)
  if (href !== undefined) {
    return (
      <a class="cut" dir="auto" href={href} target="_blank" rel="noopener noreferrer">
        {field.type === 'email' ? <MiddleCut text={words} /> : words}
      </a>
    )
  }
  const long = field.type === 'long_text'
  return (
    <span class={long ? 'lines' : 'cut'} dir="auto">
      {words}
    </span>
  )
}
