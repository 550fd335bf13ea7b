import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { listOf } from '@/lib/domain/format.ts'
import { shortName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { type Draft, htmlOf } from '@/lib/extension/mail-draft.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { dropEditor, loadEditor, readyEditor } from '../../load/compose/editor.ts'
import { imageUrl, takeFiles } from '../../load/compose/images.ts'
import { changeDraft, textChanged } from '../../load/compose/save.ts'
import { signatureOf } from '../../load/compose/senders.ts'
import { draft, view } from '../../state.ts'
import { editorState, linkAt, mailEditor, senders } from '../../state-compose.ts'

type EditorCode = typeof import('./editor.ts')

/** The text of the mail, and what is answered, folded behind three dots. */
export function MailBody({ open }: { open: Draft }) {
  const place = useRef<HTMLDivElement>(null)
  const field = useRef<HTMLTextAreaElement>(null)
  /** What stood there before anything was typed. */
  const base = useRef(open.html)
  const [stands, setStands] = useState(readyEditor() !== undefined)
  const [failed, setFailed] = useState(false)
  const atOnce = open.to.length > 0 || open.mass !== undefined
  useLayoutEffect(() => {
    let over = false
    const begin = (code: EditorCode) => {
      if (over || place.current === null) return
      start(code, place.current, base.current, atOnce)
      // While the field still stands: with it, its words and the caret would go.
      handOver(field.current)
      setStands(true)
    }
    const ready = readyEditor()
    if (ready !== undefined) begin(ready)
    else whenReady(field, begin).catch(() => setFailed(true))
    return () => {
      over = true
      dropEditor()
    }
  }, [])
  // Whom it is from may be known only after the first words.
  const unsigned = useRef(open.html === '' && open.editing === undefined)
  useEffect(() => {
    if (!unsigned.current || !stands || senders.value === undefined) return
    unsigned.current = false
    sign()
  }, [stands, senders.value])
  return (
    <div class="compose-text">
      <div class="compose-editor" ref={place} />
      {!stands && (
        <textarea
          ref={field}
          class="bare body"
          dir="auto"
          aria-label={t('compose.body')}
          placeholder={failed ? t('compose.editor_failed') : hint(open)}
          data-autofocus={atOnce ? '' : undefined}
          data-testid="input-body-early"
          onInput={(event) => changeDraft({ html: `${htmlOf(event.currentTarget.value)}${base.current}` })}
        />
      )}
      {open.quote !== '' && <Quoted quote={open.quote} />}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a wider target for the pointer; keys reach the text itself. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same. */}
      <div class="compose-rest" onClick={() => mailEditor.value?.focus('end')} />
    </div>
  )
}

/** The editor's code; not while an input method is in the middle of a word. */
async function whenReady(
  field: { readonly current: HTMLTextAreaElement | null },
  begin: (code: EditorCode) => void,
): Promise<void> {
  let isComposing = false
  const element = field.current
  element?.addEventListener('compositionstart', () => {
    isComposing = true
  })
  element?.addEventListener('compositionend', () => {
    isComposing = false
  })
  const code = await loadEditor()
  if (!isComposing) return begin(code)
  element?.addEventListener('compositionend', () => begin(code), { once: true })
}

/** What was typed before the editor stood goes into it, and the caret with it. */
function handOver(field: HTMLTextAreaElement | null): void {
  if (field === null) return
  const caret = document.activeElement === field ? field.selectionStart : undefined
  mailEditor.value?.takeOver(field.value, caret)
}

function start(code: EditorCode, place: HTMLElement, html: string, atOnce: boolean): void {
  mailEditor.value = code.openEditor({
    place,
    html,
    label: t('compose.body'),
    hint: () => (draft.value === undefined ? '' : hint(draft.value)),
    atOnce,
    imageUrl,
    onChange: textChanged,
    onState: () => {
      editorState.value += 1
    },
    onFiles: takeFiles,
    onLink: (line) => {
      linkAt.value = line
    },
  })
}

/** A new mail ends with the signature of its sender. */
function sign(): void {
  const one = draft.value
  if (one === undefined) return
  mailEditor.value?.exchangeSignature('', signatureOf(one.from))
  if (one.html !== '') textChanged()
}

/** Pressed, it becomes part of the text. */
function Quoted({ quote }: { quote: string }) {
  return (
    <div class="compose-quoted">
      <Tooltip text={t('compose.quote')}>
        <Button
          kind="neutral"
          small
          onPress={() => {
            mailEditor.value?.append(quote)
            changeDraft({ quote: '', ...(mailEditor.value && { html: mailEditor.value.html() }) })
          }}
          testid="show-quote"
        >
          <span aria-hidden="true">•••</span>
          <span class="hidden">{t('compose.quote')}</span>
        </Button>
      </Tooltip>
    </div>
  )
}

function hint(open: Draft): string {
  const names = open.to.map((party) => shortName(party.name, party.address)).slice(0, 3)
  if (names.length === 0) return t('compose.body_hint_nobody')
  return t('compose.body_hint', { names: listOf(names, view.value.language) })
}
