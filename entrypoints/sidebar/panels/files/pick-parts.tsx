import type { ComponentChildren } from 'preact'
import type { DraftFile } from '@/lib/contract/compose.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Ring } from '@/lib/extension/ui/progress.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { whyNot } from '../../load/files/attach.ts'
import { keyOf, pickedFile, pickFile } from '../../load/files/pick.ts'
import { busy } from '../../state.ts'
import { mailLimits } from '../../state-files.ts'
import { iconOf } from './file-icon.ts'
import { FileName } from './file-name.tsx'
import { sizeOf } from './words.ts'

/** One file to choose; pressed, it is in the mail, and says so. */
export function Choice(props: {
  input: DraftFile
  name: string
  mimeType: string
  size: number | null
  below: ComponentChildren
  first: boolean
  actions?: ComponentChildren
}) {
  const { input, name, size } = props
  const isIn = pickedFile(input) !== undefined
  const never = isIn ? undefined : beforehand(name, size)
  return (
    <Row
      icon={iconOf(name, props.mimeType)}
      first={props.first}
      title={<FileName name={name} />}
      chosen={isIn}
      aside={
        <>
          {busy.value.has(`add:${keyOf(input)}`) && <Ring size={16} />}
          {isIn && <Icon name="check" />}
          {isIn && <span class="hidden">{t('clip.in_mail')}</span>}
          {size !== null && sizeOf(size)}
        </>
      }
      below={props.below}
      {...(never !== undefined && { sentence: never })}
      hint={t('clip.attach')}
      actions={props.actions}
      testid="pick-row"
      onOpen={() => void pickFile(input, { name, size })}
    />
  )
}

/** Why it would be refused, said before anybody presses it. */
function beforehand(name: string, size: number | null): string | undefined {
  const why = whyNot(name, size ?? 0)
  if (why?.kind === 'blocked') return t('pick.blocked', { type: why.type })
  const all = mailLimits.value?.maxBytes
  if (why?.kind !== 'too_large' || all === undefined) return undefined
  return t('pick.too_large', { over: sizeOf(why.over), all: sizeOf(all) })
}

/** The field above what can be chosen. */
export function SearchField(props: {
  label: string
  value: string
  onInput: (q: string) => void
  testid: string
}) {
  return (
    <input
      class="input"
      type="search"
      dir="auto"
      aria-label={props.label}
      placeholder={props.label}
      value={props.value}
      data-autofocus
      data-slash
      data-testid={props.testid}
      autocomplete="off"
      spellcheck={false}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  )
}
