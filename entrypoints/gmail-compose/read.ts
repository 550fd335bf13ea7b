import type { ComposeMail } from '@/lib/extension/messages.ts'
import { all, one, withoutQuote } from './selectors.ts'

const longestText = 500_000

/** What a person sees in a compose window, as far as it is compared with Gmail's draft. */
export function readMail(window: string, root: HTMLElement): ComposeMail {
  const body = one('body', root)
  return {
    window,
    draftId: draftIdOf(textIn(one('draft', root))),
    to: addresses('to', root),
    cc: addresses('cc', root),
    bcc: addresses('bcc', root),
    subject: textIn(one('subject', root)),
    text: body ? withoutQuote(body).slice(0, longestText) : '',
    files: all('fileName', root).map((name) => name.textContent?.trim() ?? ''),
  }
}

/** `#msg-a:r…` without its prefix is the API's id of the draft. */
function draftIdOf(value: string): string {
  return /^#?msg-a:(r-?\d{1,20})$/.exec(value)?.[1] ?? ''
}

/** What is typed and no chip yet counts too: it would be sent. */
function addresses(field: 'to' | 'cc' | 'bcc', root: HTMLElement): string[] {
  const line = one(field, root)
  if (!line) return []
  const chips = all('chip', line).map((chip) => chip.getAttribute('data-hovercard-id') ?? '')
  return [...chips, textIn(one('typed', line)).trim()].filter((address) => address !== '')
}

function textIn(field: HTMLElement | undefined): string {
  return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value : ''
}
