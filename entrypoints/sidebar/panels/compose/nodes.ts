import { Mark, Node } from '@tiptap/core'
import { Image, type ImageOptions } from '@tiptap/extension-image'
import { cleanTable, holdsBlocks, tableOf } from './mail-html.ts'

/** A line; Enter begins the next one without a gap, as in Gmail, and the server takes the margins away. */
export const Line = Node.create({
  name: 'paragraph',
  priority: 1000,
  group: 'block',
  content: 'inline*',
  addAttributes: () => ({ dir: { default: null } }),
  parseHTML: () => [
    { tag: 'p' },
    { tag: 'div', getAttrs: (element) => (holdsBlocks(element) ? false : null) },
  ],
  renderHTML: ({ HTMLAttributes }) => ['p', HTMLAttributes, 0],
})

/** What Gmail has for the sender; known again by Gmail's own class. */
export const Signature = Node.create({
  name: 'signature',
  group: 'block',
  content: 'block+',
  defining: true,
  parseHTML: () => [{ tag: 'div.gmail_signature', priority: 100 }],
  renderHTML: () => ['div', { class: 'gmail_signature' }, 0],
})

/** A table is kept as it came: it can be moved and deleted, not edited. */
export const KeptTable = Node.create({
  name: 'table',
  group: 'block',
  atom: true,
  draggable: true,
  addAttributes: () => ({
    html: { default: '', rendered: false, parseHTML: (element) => cleanTable(element) },
  }),
  parseHTML: () => [{ tag: 'table', priority: 100 }],
  renderHTML: ({ node }) => tableOf(String(node.attrs['html'])),
  renderText: ({ node }) => tableOf(String(node.attrs['html'])).textContent,
})

/** The colour of letters. */
export const Colour = Mark.create({
  name: 'colour',
  addAttributes: () => ({ value: { default: null, rendered: false } }),
  parseHTML: () => [
    {
      style: 'color',
      getAttrs: (value) => (/^(?:#[0-9a-f]{3,8}|rgb\([\d\s,.%]+\)|[a-z]+)$/i.test(value) ? { value } : false),
    },
    { tag: 'font[color]', getAttrs: (element) => ({ value: element.getAttribute('color') }) },
  ],
  renderHTML: ({ mark }) => ['span', { style: `color: ${mark.attrs['value']}` }, 0],
})

interface InlineImageOptions extends ImageOptions {
  urlOf: (cid: string, upload: string) => Promise<string | undefined>
}

/** An image of this mail, by its Content-ID. An image from elsewhere never stands in what we write. */
export const InlineImage = Image.extend<InlineImageOptions>({
  addAttributes: () => ({
    cid: { default: '', parseHTML: (element) => (element.getAttribute('src') ?? '').slice(4) },
    upload: { default: '', rendered: false },
    alt: { default: '' },
    width: { default: null },
  }),
  parseHTML: () => [{ tag: 'img[src^="cid:"]' }],
  renderHTML: ({ node }) => {
    const { cid, alt, width } = node.attrs
    return ['img', { src: `cid:${cid}`, alt, ...(width !== null && { width }) }]
  },
  addNodeView() {
    const { urlOf } = this.options
    return ({ node }) => {
      const dom = document.createElement('span')
      dom.className = 'inline-image'
      const image = document.createElement('img')
      dom.append(image)
      let cid = ''
      const draw = (attrs: Readonly<Record<string, unknown>>) => {
        cid = String(attrs['cid'] ?? '')
        image.alt = String(attrs['alt'] ?? '')
        dom.classList.toggle('inline-image-waits', cid === '')
        void urlOf(cid, String(attrs['upload'] ?? '')).then((url) => {
          if (url !== undefined) image.src = url
          else dom.classList.add('inline-image-gone')
        })
      }
      draw(node.attrs)
      return {
        dom,
        update: (next) => {
          if (next.type !== node.type) return false
          if (next.attrs['cid'] !== cid) draw(next.attrs)
          return true
        },
      }
    }
  },
})
