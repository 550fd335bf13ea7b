import { createNodeFromContent, type Editor } from '@tiptap/core'
import { Fragment, type Node } from '@tiptap/pm/model'
import { fromMail } from './mail-html.ts'

/**
 * A signature is the sender's own as long as nobody has written in it. `own` holds what such ones say; any other is text
 * of the mail: it counts as written, and stays when the sender changes.
 */
export function isOwn(signature: Node, own: readonly Fragment[]): boolean {
  return own.some((content) => content.eq(signature.content))
}

/** The signatures of a text, in order. */
export function signaturesIn(editor: Editor): { node: Node; at: number }[] {
  const found: { node: Node; at: number }[] = []
  editor.state.doc.descendants((node, at) => {
    if (node.type.name === 'signature') found.push({ node, at })
  })
  return found
}

/** What the signatures of a text say that was just opened: a changed one has lost its mark by then. */
export function ownSignatures(editor: Editor): Fragment[] {
  return signaturesIn(editor).map(({ node }) => node.content)
}

/** Puts one signature in the place of another, or at the end where there was none. */
export function exchangeSignature(editor: Editor, own: Fragment[], before: string, after: string): void {
  const { tr, doc } = editor.state
  const all = signaturesIn(editor)
  const words = wordsOf(contentOf(editor, before))
  const found = all.find(({ node }) => isOwn(node, own) && wordsOf(node.content) === words)
  if (found === undefined && (all.length > 0 || before !== '' || after === '')) return
  const content = contentOf(editor, after)
  const made = after === '' ? undefined : editor.schema.nodes['signature']?.create(null, content)
  if (made !== undefined) own.push(content)
  if (found !== undefined) {
    const end = found.at + found.node.nodeSize
    if (made === undefined) tr.delete(found.at, end)
    else tr.replaceWith(found.at, end, made)
  } else if (made !== undefined) {
    const line = editor.schema.nodes['paragraph']?.create()
    tr.insert(doc.content.size, line === undefined ? [made] : [line, made])
  }
  // Neither a step to be undone nor something the person has written.
  editor.view.dispatch(tr.setMeta('addToHistory', false).setMeta('preventUpdate', true))
}

/** As blocks, also where it is text alone: in a block that may not hold its content no key would arrive. */
function contentOf(editor: Editor, html: string): Fragment {
  const made = createNodeFromContent(fromMail(html), editor.schema, { slice: false })
  return made instanceof Fragment ? made : made.content
}

/** Its text, line by line: it may have been saved and cleaned since. */
function wordsOf(content: Fragment): string {
  return content.content.map((node) => node.textContent.trim()).join('\n')
}
