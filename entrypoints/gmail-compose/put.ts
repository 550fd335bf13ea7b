import type { PutNode } from '@/lib/extension/messages.ts'
import { one } from './selectors.ts'

/** All that goes into a mail; the panel's own cleaning is not relied on. */
const tags = new Set(
  'a b blockquote br code del div em h1 h2 h3 hr i li ol p pre s span strong sub sup table tbody td th thead tr u ul'.split(
    ' ',
  ),
)
const attributes = new Set('dir style start colspan rowspan'.split(' '))
const styles = /^(?:[a-z-]+:(?!.*(?:url|expression|@import|\\))[^;{}<>]*;?)*$/i

/** Builds nodes from what the panel says, never from markup: Trusted Types have nothing to say, and nothing runs. */
function build(node: PutNode): Node | undefined {
  if (typeof node === 'string') return document.createTextNode(node)
  const [tag, given, children] = node
  if (!tags.has(tag)) return undefined
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(given)) {
    const isLink = tag === 'a' && name === 'href' && /^(?:https?:\/\/|mailto:|tel:)/i.test(value)
    const isStyle = name === 'style' && styles.test(value)
    if (isLink || isStyle || (attributes.has(name) && name !== 'style')) element.setAttribute(name, value)
  }
  element.append(...children.flatMap((child) => build(child) ?? []))
  return element
}

/** Puts nodes at the caret, else at the beginning, and tells Gmail of it as if somebody had typed. */
export function putNodes(root: HTMLElement, caret: Range | undefined, nodes: readonly PutNode[]): boolean {
  const body = one('body', root)
  if (!body) return false
  const fragment = document.createDocumentFragment()
  fragment.append(...nodes.flatMap((node) => build(node) ?? []))
  const last = fragment.lastChild
  const range = caret && body.contains(caret.commonAncestorContainer) ? caret : document.createRange()
  if (range !== caret) range.setStart(body, 0)
  range.deleteContents()
  range.insertNode(fragment)
  if (last) range.setStartAfter(last)
  range.collapse(true)
  body.focus()
  const selection = getSelection()
  selection?.removeAllRanges()
  selection?.addRange(range)
  tell(body, 'insertFromPaste')
  return true
}

/** Only where nothing stands yet. */
export function putSubject(root: HTMLElement, subject: string): void {
  const field = one('subject', root)
  if (!(field instanceof HTMLInputElement) || field.value.trim() !== '' || subject === '') return
  field.value = subject
  tell(field, 'insertText')
}

function tell(target: HTMLElement, inputType: string): void {
  target.dispatchEvent(new InputEvent('input', { bubbles: true, inputType }))
}

/** Gives a file to Gmail's own field, as if it had been chosen there. */
export function putFile(root: HTMLElement, file: File): boolean {
  const field = one('fileInput', root)
  if (!(field instanceof HTMLInputElement)) return false
  const transfer = new DataTransfer()
  transfer.items.add(file)
  field.files = transfer.files
  field.dispatchEvent(new Event('change', { bubbles: true }))
  return true
}

/** Presses Gmail's own button as a mouse does. */
export function press(button: HTMLElement): void {
  for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click']) {
    const Kind = type.startsWith('pointer') ? PointerEvent : MouseEvent
    button.dispatchEvent(new Kind(type, { bubbles: true, cancelable: true, button: 0 }))
  }
}
