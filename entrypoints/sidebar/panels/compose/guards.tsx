import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Guard } from '@/lib/contract/compose.ts'
import { dateOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { removeFile } from '../../load/compose/files.ts'
import { fields } from '../../load/compose/parties.ts'
import { readdress, removeAddress } from '../../load/compose/recipients.ts'
import { sendAnyway } from '../../load/compose/send.ts'
import { view } from '../../state.ts'
import { checked, guards, mailEditor } from '../../state-compose.ts'
import { suppressedWords } from './recipient-chip.tsx'

/**
 * 07 D: what stands against sending. A refusal has no way past; warnings have one, by the button or the key A while the focus
 * is here, and the server writes down that they were read.
 */
export function GuardNotes() {
  const all = guards.value
  const box = useRef<HTMLDivElement>(null)
  // A refusal begins at its safest button (design 6).
  useLayoutEffect(() => {
    if (all !== undefined && all.length > 0)
      (box.current?.querySelector<HTMLElement>('button') ?? box.current)?.focus()
  }, [all])
  if (all === undefined || all.length === 0) return null
  const mayPass = all.every((guard) => !guard.hard)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: one key for what its button does too.
    <div
      class="guards"
      ref={box}
      tabIndex={-1}
      data-testid="guards"
      onKeyDown={(event) => {
        if (!mayPass || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
        if (event.key.toLowerCase() !== 'a') return
        event.preventDefault()
        sendAnyway()
      }}
    >
      <div class="guards-all">
        {all.map((guard) => (
          <GuardNote key={`${guard.code} ${guard.about} ${guard.address}`} guard={guard} />
        ))}
      </div>
      {mayPass && (
        <div class="pad">
          <Button kind="outline" small keys="A" onPress={sendAnyway} testid="send-anyway">
            {t('compose.guard.anyway')}
          </Button>
        </div>
      )}
    </div>
  )
}

function GuardNote({ guard }: { guard: Guard }) {
  return (
    <Note
      tone={guard.hard ? 'danger' : 'warn'}
      {...(guard.hard && { icon: 'octagon' as const })}
      bold={boldOf(guard)}
      testid={`guard-${guard.code}`}
      actions={<Way guard={guard} />}
    >
      {sentenceOf(guard)}
    </Note>
  )
}

/** What mends it. */
function Way({ guard }: { guard: Guard }) {
  const { code, address, fileId } = guard
  if (code === 'suppressed' || code === 'other_account') {
    const other = checked.value
      .get(address)
      ?.choices.find((choice) => choice.address !== address && choice.note !== 'suppressed')
    return (
      <>
        <Button kind="outline" small onPress={() => removeAddress(address)} testid="guard-remove">
          {t('compose.guard.remove')}
        </Button>
        {other && (
          <Button
            kind="text"
            small
            onPress={() => {
              for (const field of fields) readdress(field, address, other.address)
            }}
            testid="guard-other"
          >
            {t('compose.guard.other', { address: other.address })}
          </Button>
        )}
      </>
    )
  }
  if (code === 'other_customers_file' && fileId !== null)
    return (
      <Button kind="filled" small onPress={() => void removeFile(fileId)} testid="guard-remove-file">
        {t('compose.guard.remove_file')}
      </Button>
    )
  return (
    <Button kind="outline" small onPress={() => goTo(code)} testid="guard-go">
      {t(code === 'attachment_missing' ? 'compose.guard.attach' : 'compose.guard.back')}
    </Button>
  )
}

function goTo(code: Guard['code']): void {
  guards.value = undefined
  if (code === 'empty_subject') document.getElementById('field-subject')?.focus()
  else if (code === 'attachment_missing') document.querySelector<HTMLElement>('[data-testid=clip]')?.focus()
  else mailEditor.value?.focus()
}

function boldOf({ code, about }: Guard): string {
  return code === 'suppressed'
    ? t('compose.guard.suppressed.bold', { address: about })
    : t(`compose.guard.${code}.bold`)
}

function sentenceOf({ code, about, facts }: Guard): string {
  const fact = (name: string) => String(facts[name] ?? '')
  switch (code) {
    case 'suppressed': {
      const since = fact('since')
      return suppressedWords(fact('reason'), since === '' ? '' : dateOf(Date.parse(since), view.value))
    }
    case 'other_customers_file':
      return t('compose.guard.other_customers_file', {
        file: about,
        account: fact('account'),
      })
    case 'other_account':
      return t('compose.guard.other_account', {
        address: about,
        account: fact('account'),
        expected: fact('expected'),
      })
    case 'unresolved_field':
      return t('compose.guard.unresolved_field', { fields: about })
    default:
      return t(`compose.guard.${code}`)
  }
}
