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
  const early = useRef<HTMLTextAreaElement>(null)
  const [code, setCode] = useState<EditorCode | undefined>(readyEditor)
  const [failed, setFailed] = useState(false)
  const atOnce = open.to.length > 0 || open.mass !== undefined
  useEffect(() => {
    if (code === undefined) whenReady(early, setCode).catch(() => setFailed(true))
  }, [code])
  useLayoutEffect(() => {
    if (code === undefined || place.current === null) return
    const typed = early.current?.value ?? ''
    const wasHere = early.current !== null && document.activeElement === early.current
    start(code, place.current, typed, atOnce)
    if (wasHere) mailEditor.value?.focus('start')
    return dropEditor
  }, [code])
  // Whom it is from may be known only after the first words.
  const unsigned = useRef(open.html === '' && open.editing === undefined)
  useEffect(() => {
    if (!unsigned.current || code === undefined || senders.value === undefined) return
    unsigned.current = false
    sign()
  }, [code, senders.value])
  return (
    <div class="compose-text">
      <div class="compose-editor" ref={place} />
      {code === undefined && (
        <textarea
          ref={early}
          class="bare body"
          dir="auto"
          aria-label={t('compose.body')}
          placeholder={failed ? t('compose.editor_failed') : hint(open)}
          data-autofocus={atOnce ? '' : undefined}
          data-testid="input-body-early"
        />
      )}
      {open.quote !== '' && <Quoted quote={open.quote} />}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a wider target for the pointer; keys reach the text itself. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same. */}
      <div class="compose-rest" onClick={() => mailEditor.value?.focus('end')} />
    </div>
  )
}

/** What is typed while the editor is on its way goes into it; not while an input method is in the middle of a word. */
async function whenReady(
  early: { readonly current: HTMLTextAreaElement | null },
  ready: (code: () => EditorCode) => void,
): Promise<void> {
  const code = await loadEditor()
  const field = early.current
  if (field?.dataset['composing'] === undefined) return ready(() => code)
  field.addEventListener('compositionend', () => ready(() => code), { once: true })
}

function start(code: EditorCode, place: HTMLElement, typed: string, atOnce: boolean): void {
  const one = draft.value
  if (one === undefined) return
  mailEditor.value = code.openEditor({
    place,
    html: `${htmlOf(typed)}${one.html}`,
    label: t('compose.body'),
    hint: () => (draft.value === undefined ? '' : hint(draft.value)),
    atOnce,
    imageUrl,
    onChange: textChanged,
    onState: () => {
      editorState.value += 1
    },
    onFiles: takeFiles,
    onLink: () => {
      linkAt.value = place
    },
  })
  if (typed !== '') textChanged()
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
