import { Editor } from '@tiptap/core'
import { Placeholder } from '@tiptap/extensions'
import type { Fragment } from '@tiptap/pm/model'
import { Selection } from '@tiptap/pm/state'
import StarterKit from '@tiptap/starter-kit'
import { type ChosenLink, linksOf } from './editor-link.ts'
import { cleanPaste, fromMail, toMail } from './mail-html.ts'
import { Colour, InlineImage, KeptTable, Line, Signature } from './nodes.ts'
import { exchangeSignature, isOwn, ownSignatures, signaturesIn } from './signature.ts'

/** What the toolbar can do to the chosen text. */
export type Format = 'bold' | 'italic' | 'underline' | 'bulletList' | 'orderedList' | 'blockquote'

/** The editor of a mail's text, loaded when the first composer opens. What goes in and comes out is a mail's HTML. */
export interface MailEditor {
  html(): string
  /** The end is above a signature nobody has written in. */
  focus(where?: 'end'): void
  /** Puts what was typed before the editor stood at its beginning, each space kept; the caret too, if it was there. */
  takeOver(text: string, caret: number | undefined): void
  /** Puts HTML at the caret, as one step that can be undone. */
  insert(html: string): void
  append(html: string): void
  format(what: Format): void
  is(what: Format | 'link' | 'colour'): boolean
  clear(): void
  colour(value: string | undefined): void
  /** The link at the caret, or the chosen text that may become one. */
  link(): ChosenLink
  /** A link with these words at the caret or in the place of the chosen text; undefined takes it away. */
  setLink(href: string | undefined, text?: string): void
  insertImage(upload: string, name: string): void
  /** The bytes are at the server now; undefined: they did not get there, and the image goes. */
  settleImage(upload: string, cid: string | undefined): void
  /**
   * Puts another signature in the place of this one, wherever that stands untouched; at the end when there was none.
   * What the person has changed stays.
   */
  exchangeSignature(before: string, after: string): void
  destroy(): void
}

export interface EditorSettings {
  place: HTMLElement
  html: string
  label: string
  hint: () => string
  /** It takes the focus when its sheet opens. */
  atOnce: boolean
  /** Where the bytes of an image are, by its Content-ID or the upload it waits for. */
  imageUrl: (cid: string, upload: string) => Promise<string | undefined>
  onChange: () => void
  /** The caret moved or the text changed: what the toolbar shows may too. */
  onState: () => void
  onFiles: (files: File[]) => void
  /** The person wants a link at this line. */
  onLink: (line: HTMLElement) => void
}

/** Opens an editor in `place`. */
export function openEditor(settings: EditorSettings): MailEditor {
  const own: Fragment[] = []
  const editor = new Editor({
    element: settings.place,
    content: fromMail(settings.html),
    injectCSS: false,
    enableInputRules: ['bulletList', 'orderedList'],
    extensions: [
      StarterKit.configure({
        ...{ paragraph: false, heading: false, code: false, codeBlock: false },
        ...{ horizontalRule: false, trailingNode: false },
        link: {
          openOnClick: false,
          defaultProtocol: 'https',
          HTMLAttributes: { target: null, rel: null },
          isAllowedUri: (url, { defaultValidate }) =>
            defaultValidate(url) && /^(?:https?:|mailto:|tel:|[^:]*$)/i.test(url),
        },
      }),
      ...[Line, Signature, KeptTable, Colour],
      InlineImage.configure({ inline: true, urlOf: settings.imageUrl }),
      Placeholder.configure({
        showOnlyCurrent: false,
        placeholder: ({ editor: here, pos }) => (pos === 0 && isUnwritten(here, own) ? settings.hint() : ''),
      }),
    ],
    editorProps: {
      attributes: {
        ...{ role: 'textbox', 'aria-multiline': 'true', 'aria-label': settings.label },
        ...{ dir: 'auto', tabindex: '0', class: 'mail-text-editor', 'data-testid': 'input-body' },
        ...(settings.atOnce && { 'data-autofocus': '' }),
      },
      transformPastedHTML: cleanPaste,
      // Its own handler would swallow them, though it does nothing with Esc.
      handleDOMEvents: { keydown: (_view, event) => isOfForm(event) },
      handleKeyDown: (_view, event) => keyDown(event, () => settings.onLink(lineAt(editor))),
      handlePaste: (_view, event) => takeFiles(event.clipboardData, settings.onFiles),
      handleDrop: (_view, event) => takeFiles(event.dataTransfer, settings.onFiles),
    },
    onUpdate: settings.onChange,
    onTransaction: settings.onState,
  })
  own.push(...ownSignatures(editor))
  const links = linksOf(editor)
  return {
    ...{ ...textOf(editor, own), ...formatsOf(editor), ...links, ...imagesOf(editor) },
    destroy: () => editor.destroy(),
  }
}

/** Nothing stands in it but a signature. */
function isUnwritten({ state }: Editor, own: readonly Fragment[]): boolean {
  return state.doc.content.content.every((node) =>
    node.type.name === 'signature' ? isOwn(node, own) : node.isTextblock && node.content.size === 0,
  )
}

function textOf(editor: Editor, own: Fragment[]) {
  return {
    html: () =>
      toMail(
        editor.getHTML(),
        signaturesIn(editor).map((one) => isOwn(one.node, own)),
      ),
    focus: (where?: 'end') => {
      editor.view.focus()
      if (where === 'end') toEnd(editor, own)
    },
    takeOver: (text: string, caret: number | undefined) => takeOver(editor, text, caret),
    insert: (html: string) => {
      editor.view.focus()
      const text = fromMail(html)
      const range = blankAbove(editor)
      // Whole lines take the place of the empty ones at the top, where the caret may stand at the end of.
      if (range !== undefined && /^\s*<(?:p|div|ul|ol|table|blockquote|h\d)\b/i.test(text))
        editor.commands.insertContentAt(range, text)
      else editor.commands.insertContent(text)
    },
    append: (html: string) =>
      void editor.commands.insertContentAt(editor.state.doc.content.size, fromMail(html)),
    exchangeSignature: (before: string, after: string) => exchangeSignature(editor, own, before, after),
  }
}

/** From the top to the end of the caret's line, when nothing stands there. */
function blankAbove({ state: { doc, selection } }: Editor): { from: number; to: number } | undefined {
  const { $from, empty } = selection
  if (!empty || $from.depth !== 1) return undefined
  for (let nth = 0; nth <= $from.index(0); nth += 1) {
    const line = doc.child(nth)
    if (!line.isTextblock || line.content.size > 0) return undefined
  }
  return { from: 0, to: $from.after(1) }
}

function formatsOf(editor: Editor) {
  // Tiptap's own focus comes a frame later, and the keys in between would be lost.
  const run = () => {
    editor.view.focus()
    return editor.chain()
  }
  const formats: Record<Format, () => unknown> = {
    bold: () => run().toggleBold().run(),
    italic: () => run().toggleItalic().run(),
    underline: () => run().toggleUnderline().run(),
    bulletList: () => run().toggleBulletList().run(),
    orderedList: () => run().toggleOrderedList().run(),
    blockquote: () => run().toggleBlockquote().run(),
  }
  return {
    format: (what: Format) => void formats[what](),
    is: (what: Format | 'link' | 'colour') => editor.isActive(what),
    clear: () => void run().unsetAllMarks().clearNodes().run(),
    colour: (value: string | undefined) =>
      void (value === undefined ? run().unsetMark('colour').run() : run().setMark('colour', { value }).run()),
  }
}

function imagesOf(editor: Editor) {
  return {
    insertImage: (upload: string, name: string) =>
      void editor
        .chain()
        .focus()
        .insertContent({ type: 'image', attrs: { upload, alt: name } })
        .run(),
    settleImage: (upload: string, cid: string | undefined) => {
      if (editor.isDestroyed) return
      const { tr, doc } = editor.state
      doc.descendants((node, at) => {
        if (node.type.name !== 'image' || node.attrs['upload'] !== upload) return
        if (cid === undefined) tr.delete(tr.mapping.map(at), tr.mapping.map(at + node.nodeSize))
        else tr.setNodeMarkup(tr.mapping.map(at), null, { ...node.attrs, cid })
      })
      // Its arrival is no step of the person's.
      editor.view.dispatch(tr.setMeta('addToHistory', false))
    },
  }
}

function toEnd(editor: Editor, own: readonly Fragment[]): void {
  const { doc, tr } = editor.state
  const last = doc.lastChild
  const isSigned = last?.type.name === 'signature' && doc.childCount > 1 && isOwn(last, own)
  const end = doc.content.size - (isSigned ? last.nodeSize : 0)
  editor.view.dispatch(tr.setSelection(Selection.near(doc.resolve(end), -1)).scrollIntoView())
}

function takeOver(editor: Editor, text: string, caret: number | undefined): void {
  const { tr, doc, schema } = editor.state
  const lines = text === '' ? [] : text.split('\n')
  const made = lines.flatMap(
    (line) => schema.nodes['paragraph']?.create(null, line === '' ? null : schema.text(line)) ?? [],
  )
  const first = doc.firstChild
  const isOpen = first?.isTextblock === true && first.content.size === 0
  if (made.length > 0) tr.replaceWith(0, isOpen ? first.nodeSize : 0, made)
  if (caret !== undefined) {
    // A line break is one sign there, and the end and the beginning of a line here.
    const breaks = text.slice(0, caret).split('\n').length - 1
    tr.setSelection(Selection.near(tr.doc.resolve(Math.min(caret + breaks + 1, tr.doc.content.size))))
  }
  editor.view.dispatch(tr)
  if (caret !== undefined) editor.view.focus()
}

/** Where the caret is, for what opens beside it. */
function lineAt({ view }: Editor): HTMLElement {
  const { node } = view.domAtPos(view.state.selection.from)
  const element = node instanceof HTMLElement ? node : node.parentElement
  return element?.closest<HTMLElement>('p, td') ?? view.dom
}

/** Closing, sending and scheduling are keys of the whole form, no line breaks. */
function isOfForm(event: KeyboardEvent): boolean {
  if (event.isComposing || event.keyCode === 229) return false
  return event.key === 'Escape' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))
}

function keyDown(event: KeyboardEvent, onLink: () => void): boolean {
  if (event.isComposing || !(event.ctrlKey || event.metaKey)) return false
  if (event.key.toLowerCase() !== 'k' || event.shiftKey) return false
  onLink()
  return true
}

/** Files win over text, unless a program offers a picture of the text beside it. */
function takeFiles(data: DataTransfer | null, onFiles: (files: File[]) => void): boolean {
  const files = [...(data?.files ?? [])]
  if (files.length === 0) return false
  const html = data?.getData('text/html') ?? ''
  const words = new DOMParser().parseFromString(html, 'text/html').body.textContent.trim()
  if (words !== '' && files.every((file) => file.type.startsWith('image/'))) return false
  onFiles(files)
  return true
}
