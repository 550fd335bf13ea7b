import { Refusal } from '../../../lib/domain/errors.ts'
import { cleanText } from '../../../lib/domain/text.ts'
import { cleanOutgoingApart, type OutgoingText } from '../messages/clean.ts'
import { htmlOfText } from './plain-text.ts'

/** Half a megabyte of text takes a tenth of a second; what takes longer was made to (real ms). */
const patienceMs = 5_000

/**
 * What is written and what it quotes as they may go out, with the plain text of both.
 * @throws Refusal invalid `field_invalid` for a text that cannot be cleaned within limits
 */
export async function cleanMailText(mail: { html: string; quote: string }): Promise<OutgoingText> {
  if (mail.html === '' && mail.quote === '') return { html: '', quote: '', text: '' }
  const clean = await cleanOutgoingApart(mail, patienceMs)
  if (clean !== undefined) return clean
  throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'html', reason: 'field_invalid' }])
}

interface Given {
  body?: string | undefined
  html?: string | undefined
  quote?: string | undefined
}

/** Columns of a mail's text after a change: html decides, a plain body makes it a mail in plain text. */
export async function changedText(
  given: Given,
  now: { html: string; quote: string; body: string },
): Promise<{ html: string; quote: string; body: string } | undefined> {
  if (given.html === undefined && given.quote === undefined)
    return given.body === undefined ? undefined : { html: '', quote: '', body: cleanText(given.body) }
  const asHtml = (text: string) => (text === '' ? '' : htmlOfText(text))
  const own = given.html ?? (given.body === undefined ? now.html || asHtml(now.body) : asHtml(given.body))
  const { html, quote, text } = await cleanMailText({ html: own, quote: given.quote ?? now.quote })
  return { html, quote, body: text }
}
