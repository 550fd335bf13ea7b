import { createHash } from 'node:crypto'
import type { GoogleStandIn } from '../../google/types.ts'
import { headerOf } from '../addresses.ts'
import { escapeHtml } from '../html-tree.ts'
import { buildMail, type MimeFile } from '../mime.ts'
import type { Party } from '../model.ts'
import { iso2022jp } from './iso-2022-jp.ts'
import type { Writer } from './people.ts'

export interface Letter {
  from: Writer
  to: readonly Party[]
  cc?: readonly Party[]
  subject: string
  /** Paragraphs; a line break inside one stays. Ready-made HTML when it starts with `<`. */
  paragraphs: readonly string[]
  files?: readonly MimeFile[]
  /** Minutes before the seeding clock's now. */
  minutesAgo: number
  /** The letter this one answers. */
  answers?: PostedLetter
  /** Still unread in the mailboxes it reached. */
  unread?: boolean
  /** Further labels for the company's copies, such as STARRED. */
  labels?: readonly string[]
  /** Header values as they are, instead of the writer's and the readers'. */
  headers?: Record<string, string>
}

/** Letters by the thread's name. */
export type NamedThread = readonly [name: string, letters: readonly Letter[]]

export interface PostedLetter {
  messageIdHeader: string
  references: string
  /** Gmail ids of each mailbox's copy, by the mailbox's address. */
  copies: Record<string, { id: string; threadId: string }>
}

/** Puts one letter into every mailbox concerned: the writer's as sent, the readers' as received. */
export function post(google: GoogleStandIn, mailboxes: ReadonlySet<string>, letter: Letter): PostedLetter {
  const at = google.clock.now() - letter.minutesAgo * 60_000
  const { from, to, cc = [], answers } = letter
  const digest = createHash('sha256')
    .update(`${from.email} ${letter.subject} ${letter.minutesAgo}`)
    .digest('base64url')
  const messageIdHeader = `<${digest.slice(0, 28)}@${from.email.endsWith('arbor.example') ? 'mail.gmail.com' : from.email.split('@')[1]}>`
  const references = answers ? `${answers.references} ${answers.messageIdHeader}`.trim() : ''
  const headers = new Map<string, string>([
    ['Date', new Date(at).toUTCString().replace('GMT', '+0000')],
    ['Message-ID', messageIdHeader],
    ['From', headerOf(from)],
    ['To', to.map(headerOf).join(', ')],
    ...(cc.length > 0 ? [['Cc', cc.map(headerOf).join(', ')] as const] : []),
    ['Subject', letter.subject],
    ...(answers
      ? [['In-Reply-To', answers.messageIdHeader] as const, ['References', references] as const]
      : []),
    ...Object.entries(letter.headers ?? {}),
  ])
  const raw = buildMail({ headers: [...headers].filter(([, value]) => value !== ''), ...bodyOf(letter) })
  const copies: PostedLetter['copies'] = {}
  const readers = new Set([...to, ...cc].map((party) => party.email))
  for (const email of new Set([from.email, ...readers])) {
    if (!mailboxes.has(email)) continue
    const sent = email === from.email
    const received = ['INBOX', 'CATEGORY_PERSONAL', ...(letter.unread ? ['UNREAD'] : [])]
    const labelIds = [...(sent ? ['SENT'] : received), ...(letter.labels ?? [])]
    const { id, threadId } = google.mailbox(email).deliver(raw, { at, labelIds })
    copies[email] = { id: id ?? '', threadId: threadId ?? '' }
  }
  return { messageIdHeader, references, copies }
}

function bodyOf({ from, paragraphs, files = [] }: Letter) {
  const signature = from.signature ?? []
  const text = [...paragraphs.map(withoutTags), signature.join('\n')].filter(Boolean).join('\n\n')
  if (from.oldJapanese) return { text, files, charset: { name: 'ISO-2022-JP', encode: iso2022jp } }
  if (from.plain) return { text, files }
  const blocks = paragraphs.map((p) =>
    p.startsWith('<') ? p : `<p>${escapeHtml(p).replace(/\n/g, '<br>')}</p>`,
  )
  const image = from.logo
    ? `<br><img src="cid:${from.logo.contentId}" width="96" height="28" alt="logo">`
    : ''
  const lines = signature.map((line, i) => (i === 0 ? `<b>${escapeHtml(line)}</b>` : escapeHtml(line)))
  const block =
    signature.length > 0 ? `<div class="gmail_signature" dir="ltr">${lines.join('<br>')}${image}</div>` : ''
  return {
    text,
    html: `<div dir="ltr">${blocks.join('')}${block}</div>`,
    files: [...(from.logo ? [from.logo] : []), ...files],
  }
}

function withoutTags(paragraph: string): string {
  return paragraph.startsWith('<')
    ? paragraph
        .replace(/<br>/g, '\n')
        .replace(/<[^>]+>/g, ' ')
        .replace(/&amp;/g, '&')
        .trim()
    : paragraph
}
