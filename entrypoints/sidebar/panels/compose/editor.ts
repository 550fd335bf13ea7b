import { createNodeFromContent, Editor } from '@tiptap/core'
import { Placeholder } from '@tiptap/extensions'
import { Fragment } from '@tiptap/pm/model'
import StarterKit from '@tiptap/starter-kit'
import { cleanPaste, fromMail, toMail } from './mail-html.ts'
import { Colour, InlineImage, KeptTable, Line, Signature } from './nodes.ts'

/** What the toolbar can do to the chosen text. */
export type Format = 'bold' | 'italic' | 'underline' | 'bulletList' | 'orderedList' | 'blockquote'

/** The editor of a mail's text, loaded when the first composer opens. What goes in and comes out is a mail's HTML. */
export interface MailEditor {
  html(): string
  focus(where?: 'start' | 'end'): void
  hasFocus(): boolean
  /** Puts HTML at the caret, as one step that can be undone. */
  insert(html: string): void
  /** Puts all of the text anew; undone in one step too. */
  replace(html: string): void
  append(html: string): void
  format(what: Format): void
  is(what: Format | 'link' | 'colour'): boolean
  clear(): void
  colour(value: string | undefined): void
  link(): string
  setLink(href: string | undefined): void
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
  onLink: () => void
}

/** Opens an editor in `place`. */
export function openEditor(settings: EditorSettings): MailEditor {
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
        placeholder: ({ editor: here, pos }) => (pos === 0 && isUnwritten(here) ? settings.hint() : ''),
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
      handleKeyDown: (_view, event) => keyDown(event, settings.onLink),
      handlePaste: (_view, event) => takeFiles(event.clipboardData, settings.onFiles),
      handleDrop: (_view, event) => takeFiles(event.dataTransfer, settings.onFiles),
    },
    onUpdate: settings.onChange,
    onTransaction: settings.onState,
  })
  return { ...textOf(editor), ...formatsOf(editor), ...imagesOf(editor), destroy: () => editor.destroy() }
}

/** Nothing stands in it but a signature. */
function isUnwritten({ state }: Editor): boolean {
  return state.doc.content.content.every(
    (node) => node.type.name === 'signature' || (node.isTextblock && node.content.size === 0),
  )
}

function textOf(editor: Editor) {
  return {
    html: () => toMail(editor.getHTML()),
    focus: (where?: 'start' | 'end') => {
      editor.view.focus()
      editor.commands.focus(where ?? null)
    },
    hasFocus: () => editor.isFocused,
    insert: (html: string) => {
      editor.view.focus()
      editor.commands.insertContent(fromMail(html))
    },
    replace: (html: string) => void editor.commands.setContent(fromMail(html), { emitUpdate: true }),
    append: (html: string) =>
      void editor.commands.insertContentAt(editor.state.doc.content.size, fromMail(html)),
    exchangeSignature: (before: string, after: string) => exchangeSignature(editor, before, after),
  }
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
    link: () => String(editor.getAttributes('link')['href'] ?? ''),
    setLink: (href: string | undefined) => {
      const chain = run().extendMarkRange('link')
      if (href === undefined) chain.unsetLink().run()
      else if (editor.state.selection.empty && !editor.isActive('link'))
        run()
          .insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] })
          .run()
      else chain.setLink({ href }).run()
    },
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

function exchangeSignature(editor: Editor, before: string, after: string): void {
  const { tr, doc } = editor.state
  let found: { from: number; to: number; words: string } | undefined
  doc.descendants((node, at) => {
    if (node.type.name !== 'signature') return node.childCount > 0
    found = { from: at, to: at + node.nodeSize, words: wordsOf(node.content) }
    return false
  })
  if (found === undefined && (before !== '' || after === '')) return
  if (found !== undefined && found.words !== wordsOf(contentOf(editor, before))) return
  const made =
    after === '' ? undefined : editor.schema.nodes['signature']?.create(null, contentOf(editor, after))
  if (made === undefined) {
    if (found !== undefined) tr.delete(found.from, found.to)
  } else if (found === undefined) {
    const line = editor.schema.nodes['paragraph']?.create()
    tr.insert(doc.content.size, line === undefined ? [made] : [line, made])
  } else tr.replaceWith(found.from, found.to, made)
  // Neither a step to be undone nor something the person has written.
  editor.view.dispatch(tr.setMeta('addToHistory', false).setMeta('preventUpdate', true))
}

function contentOf(editor: Editor, html: string): Fragment {
  const made = createNodeFromContent(fromMail(html), editor.schema)
  return made instanceof Fragment ? made : Fragment.from(made)
}

/** Its text, line by line: enough to tell whether somebody wrote in it. */
function wordsOf(content: Fragment): string {
  return content.content.map((node) => node.textContent.trim()).join('\n')
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
