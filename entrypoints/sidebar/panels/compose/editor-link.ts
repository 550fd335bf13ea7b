import { type Editor, getMarkRange } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'

/** A link, or what may become one: `text` undefined is more than words of one line, which stays as it is. */
export interface ChosenLink {
  href: string
  text: string | undefined
}

/** Links of the chosen text. */
export function linksOf(editor: Editor) {
  return {
    link: (): ChosenLink => ({
      href: String(editor.getAttributes('link')['href'] ?? ''),
      text: chosen(editor).text,
    }),
    setLink: (href: string | undefined, text?: string) => {
      // Tiptap's own focus comes a frame later, and the keys in between would be lost.
      editor.view.focus()
      if (href === undefined) return void editor.chain().extendMarkRange('link').unsetLink().run()
      const now = chosen(editor)
      if (text === undefined || text === '' || text === now.text)
        // The caret behind it, out of it: the next key neither replaces nor extends it.
        return void editor
          .chain()
          .setTextSelection(now)
          .setLink({ href })
          .setTextSelection(now.to)
          .unsetMark('link')
          .run()
      put(editor, now, href, text)
    },
  }
}

function put(editor: Editor, { from, to }: { from: number; to: number }, href: string, text: string): void {
  const { tr, doc, schema } = editor.state
  const link = schema.marks['link']?.create({ href })
  if (link === undefined) return
  const marks = (from < to ? doc.nodeAt(from)?.marks : undefined) ?? doc.resolve(from).marks()
  tr.replaceWith(from, to, schema.text(text, link.addToSet(marks)))
  tr.setSelection(TextSelection.create(tr.doc, from + text.length)).removeStoredMark(link.type)
  editor.view.dispatch(tr.setMeta('preventAutolink', true))
}

/** The link the caret is in, else what is chosen. */
function chosen({ state }: Editor): { from: number; to: number; text: string | undefined } {
  const { doc, schema, selection } = state
  const link = schema.marks['link']
  const whole = link && getMarkRange(selection.$from, link)
  const { from, to } = whole && selection.to <= whole.to ? whole : selection
  let isPlain = doc.resolve(from).sameParent(doc.resolve(to))
  doc.nodesBetween(from, to, (node) => {
    if (node.isInline && !node.isText) isPlain = false
  })
  return { from, to, text: isPlain ? doc.textBetween(from, to) : undefined }
}
