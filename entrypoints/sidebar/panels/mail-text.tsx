import type { ComponentChildren } from 'preact'
import { useMemo, useState } from 'preact/hooks'
import type { MessageBody, MessageDetail } from '@/lib/contract/messages.ts'
import { listOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { mailDocument } from '@/lib/extension/mail-document.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { readText } from '../load/messages.ts'
import { problemSentence } from '../load/words.ts'
import { view } from '../state.ts'
import { openMessage } from '../state-emails.ts'

/** The text of a mail: my own at once, a colleague's when it is asked for, and then it says whose mailbox it came from. */
export function MailText({ detail }: { detail: MessageDetail }) {
  const { text } = openMessage.value ?? { text: 'not_asked' as const }
  const bones = useSkeleton(text === 'asking')
  if (text === 'not_asked' || text === 'asking')
    return bones ? (
      <div class="emails-bones mail-bones" aria-hidden="true">
        <Bone width="82%" height="13px" />
        <Bone width="74%" height="13px" />
        <Bone width="40%" height="13px" />
      </div>
    ) : null
  if ('problem' in text)
    return (
      <Note
        tone="warn"
        bold={t('emails.text_failed')}
        testid="text-problem"
        actions={
          <Button kind="outline" small onPress={() => void readText(detail.id)} testid="text-again">
            {t('common.try_again')}
          </Button>
        }
      >
        {problemSentence(text.problem)}
      </Note>
    )
  return <Body body={text.body} subject={detail.subject} />
}

function Body({ body, subject }: { body: MessageBody; subject: string }) {
  return (
    <section class="mail-text" aria-label={t('emails.text')} data-testid="mail-text">
      <MailWords {...body} subject={subject} />
      <LeftOut body={body} />
    </section>
  )
}

/** Cleaned HTML in a frame of its own, or plain text. */
export function MailWords({ html, text, subject }: { html: string; text: string; subject: string }) {
  return html === '' ? <PlainText text={text} /> : <Html html={html} subject={subject} />
}

/** A frame without any right: no scripts, no forms, no origin; links open a tab of their own. */
function Html({ html, subject }: { html: string; subject: string }) {
  const [tall, setTall] = useState(false)
  const shown = useMemo(
    () => mailDocument(html, t('emails.quoted'), Math.min(innerWidth - 32, 828)),
    [html, view.value.language],
  )
  const cut = !tall && shown.height > 520
  return (
    <>
      <iframe
        class="mail-frame"
        title={t('emails.text_of', { subject })}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
        srcdoc={shown.srcdoc}
        style={{ blockSize: `${Math.min(shown.height, tall ? 4000 : 520)}px` }}
        data-testid="mail-frame"
      />
      {cut && (
        <Button kind="text" small onPress={() => setTall(true)} testid="mail-taller">
          {t('emails.taller')}
        </Button>
      )}
    </>
  )
}

/** Plain text, with quoted lines folded and web addresses to press. */
function PlainText({ text }: { text: string }) {
  return (
    <div class="plain-text" dir="auto" data-testid="plain-text">
      {partsOf(text).map((part, at) =>
        part.quoted ? (
          <details key={at}>
            <summary>{t('emails.quoted')}</summary>
            <p>{linked(part.text)}</p>
          </details>
        ) : (
          <p key={at}>{linked(part.text)}</p>
        ),
      )}
    </div>
  )
}

function partsOf(text: string): { quoted: boolean; text: string }[] {
  const parts: { quoted: boolean; lines: string[] }[] = []
  for (const line of text.replace(/\r\n?/g, '\n').trim().split('\n')) {
    const quoted = /^\s*>/.test(line)
    const last = parts.at(-1)
    if (last?.quoted === quoted) last.lines.push(line)
    else parts.push({ quoted, lines: [line] })
  }
  // A single quoted line between answers is read where it stands.
  return parts.map(({ quoted, lines }) => ({
    quoted: quoted && lines.length > 3,
    text: lines.join('\n').trim(),
  }))
}

const address = /https?:\/\/[^\s<>"'`、。」）]+[^\s<>"'`、。」）.,:;!?)\]]/g

function linked(text: string): ComponentChildren[] {
  const found: ComponentChildren[] = []
  let from = 0
  for (const match of text.matchAll(address)) {
    found.push(text.slice(from, match.index))
    found.push(
      <a href={match[0]} target="_blank" rel="noopener noreferrer nofollow">
        {match[0]}
      </a>,
    )
    from = match.index + match[0].length
  }
  return [...found, text.slice(from)]
}

/** "2 remote images were not loaded, 1 form was removed." */
function LeftOut({ body }: { body: MessageBody }) {
  const { images, active, forms } = body.removed
  const parts = [
    images > 0 && t('emails.left.images', { n: images }),
    forms > 0 && t('emails.left.forms', { n: forms }),
    active > 0 && t('emails.left.active', { n: active }),
  ].filter((part) => part !== false)
  if (parts.length === 0 && !body.isCut) return null
  return (
    <p class="quiet small" data-testid="left-out">
      {parts.length > 0 && t('emails.left', { what: listOf(parts, view.value.language) })}{' '}
      {body.isCut && t('emails.cut')}
    </p>
  )
}
