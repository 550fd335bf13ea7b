import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { htmlTree, textTree } from './html-tree.ts'
import { jslogOf } from './ids.ts'
import type { AttachmentModel, BodyNode } from './model.ts'

type Part = gmail_v1.Schema$MessagePart

/** Where a message is read from: its account's `/u/<index>` and its ids. */
export interface Place {
  index: number
  messageId: string
  messagePermId: string
  threadPermId: string
}

/** Value of a part's header, by name in any case. */
export function headerOfPart(part: Part | undefined, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return part?.headers?.find((header) => header.name?.toLowerCase() === wanted)?.value ?? undefined
}

/** Leaves in reading order; attached mails count as one leaf. */
function leaves(part: Part): Part[] {
  const inside = part.mimeType === 'message/rfc822' ? [] : (part.parts ?? [])
  return inside.length > 0 ? inside.flatMap(leaves) : [part]
}

function textOf(part: Part): string {
  return Buffer.from(part.body?.data ?? '', 'base64url').toString('utf8')
}

/** What Gmail shows of a message: the body as an inert tree, the files below it. */
export function contentOf(
  payload: Part | undefined,
  place: Place,
): { body: BodyNode[]; attachments: AttachmentModel[] } {
  if (!payload) return { body: [], attachments: [] }
  const parts = leaves(payload)
  const isText = (part: Part, type: string) =>
    part.mimeType === type && !part.filename && part.body?.data !== undefined
  const html = parts.find((part) => isText(part, 'text/html'))
  const plain = parts.find((part) => isText(part, 'text/plain'))
  const shown = new Set<Part>()
  const address = (kind: 'href' | 'src', value: string): string | undefined => {
    if (kind === 'href') return /^(https?:|mailto:|tel:)/i.test(value) ? value : undefined
    const id = /^cid:(.+)$/i.exec(value)?.[1]
    const image = parts.find((part) => id && contentIdOf(part) === id)
    if (!image) return undefined
    shown.add(image)
    return partUrl(place, image, 'view=fimg&disp=emb')
  }
  const body = html ? htmlTree(textOf(html), address) : plain ? textTree(textOf(plain)) : []
  const files = parts.filter(
    (part) => !shown.has(part) && (part.body?.attachmentId || part.filename) && !isBodyText(part),
  )
  return { body, attachments: [...files.map((part) => cardOf(part, place)), ...driveChips(body)] }

  function isBodyText(part: Part): boolean {
    return part === html || part === plain
  }
}

function contentIdOf(part: Part): string | undefined {
  return headerOfPart(part, 'Content-ID')?.replace(/^<|>$/g, '')
}

function cardOf(part: Part, place: Place): AttachmentModel {
  const name = part.filename || 'noname'
  const mimeType = part.mimeType ?? 'application/octet-stream'
  const url = partUrl(place, part, 'view=att&disp=safe')
  return {
    kind: 'file',
    name,
    mimeType,
    size: part.body?.size ?? 0,
    partId: part.partId ?? '',
    url,
    // Gmail writes its own prefix twice here; a reader has to take what follows the last https://.
    downloadUrl: `${mimeType}:${encodeURIComponent(name)}:https://mail.google.com/mail/u/${place.index}/${url}`,
  }
}

/** `realattid` is there only when the mail's own part carries that header. */
function partUrl(place: Place, part: Part, how: string): string {
  const real = headerOfPart(part, 'X-Attachment-Id')
  const query = [
    'ui=2',
    `ik=${place.index}c4f1e2a9b`,
    `attid=0.${part.partId ?? ''}`,
    `permmsgid=${place.messagePermId}`,
    `th=${place.messageId}`,
    how,
    ...(real ? [`realattid=${encodeURIComponent(real)}`] : []),
    'zw',
  ]
  return `https://mail.google.com/mail/u/${place.index}?${query.join('&')}`
}

/** Gmail repeats a Drive link of the body as a card without bytes. */
function driveChips(nodes: BodyNode[]): AttachmentModel[] {
  return nodes.flatMap((node): AttachmentModel[] => {
    if (typeof node === 'string') return []
    const link = node.children.find((child) => typeof child !== 'string' && child.tag === 'a')
    if (!/\bgmail_drive_chip\b/.test(node.attrs['class'] ?? '') || !link || typeof link === 'string') {
      return driveChips(node.children)
    }
    const name = plainText(link.children).trim()
    return [{ kind: 'drive', name, mimeType: '', size: 0, partId: '', url: link.attrs['href'] ?? '' }]
  })
}

/** The tree's words. */
export function plainText(nodes: BodyNode[]): string {
  return nodes
    .map((node) => (typeof node === 'string' ? node : node.tag === 'br' ? '\n' : plainText(node.children)))
    .join('')
}

export function jslogFor(place: Place): string {
  return jslogOf(place.threadPermId, place.messagePermId)
}
