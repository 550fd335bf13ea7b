import type { Template } from '@/lib/contract/templates.ts'
import { fileSize } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { sheets, view } from '../../state.ts'
import { gmailMail } from '../../state-gmail.ts'
import { attempt, once, say } from '../core.ts'
import { brokenSentence } from '../templates.ts'
import { problemSentence } from '../words.ts'
import { nodesOf } from './nodes.ts'
import { giveFile, lookAtWindow, putInto } from './window.ts'

/** Puts a template's text into Gmail's window, as its first recipient gets it. */
export function putTemplate({ subject, html }: Template): Promise<void> {
  return once('gmail-put', async () => {
    const mail = await standing()
    if (mail === undefined) return
    const address = mail.to[0] ?? ''
    const answer = await attempt(({ backend }) =>
      backend.mergeText({ subject, html, recordId: null, address }),
    )
    if (!answer.ok) return say(problemSentence(answer.problem))
    const { broken, unresolved } = answer.value
    if (broken !== null) return say(brokenSentence(broken))
    const nodes = nodesOf(answer.value.html)
    const isIn = await putInto({ window: mail.window, nodes, subject: answer.value.subject })
    if (!isIn) return gone()
    close()
    if (unresolved.length > 0) say(t('templates.gaps', { fields: unresolved.slice(0, 3).join(', ') }))
  })
}

/** Puts a link to a record: colleagues who may open it get there in their own Gmail. */
export function putLink(record: { id: string; name: string }): Promise<void> {
  return once('gmail-put', async () => {
    const mail = await standing()
    if (mail === undefined) return
    const href = `https://mail.google.com/mail/#inbox?inlay=record/${record.id}`
    const nodes = [['a', { href }, [plainName(record.name) || href]] as const, ' ']
    if (await putInto({ window: mail.window, nodes, subject: '' })) close()
    else gone()
  })
}

/** A file that lies somewhere in Inlay. */
export type GmailFile = { name: string; size: number } & (
  | { from: 'record'; attachmentId: string }
  | { from: 'library'; versionId: string }
)

/** Gives a file to Gmail's own attachments, within what a mail of this account may carry (S-018). */
export function putFile(file: GmailFile): Promise<void> {
  return once('gmail-put', async () => {
    const mail = await standing()
    if (mail === undefined) return
    const answer = await attempt(async ({ backend, account }) => {
      const { maxBytes } = await backend.mailLimits(account)
      if (file.size > maxBytes) return { maxBytes, content: undefined }
      const content =
        file.from === 'record'
          ? await backend.attachmentContent(file.attachmentId)
          : await backend.libraryContent(file.versionId)
      return { maxBytes, content }
    })
    if (!answer.ok) return say(problemSentence(answer.problem))
    const { maxBytes, content } = answer.value
    const { language } = view.value
    const name = plainName(file.name)
    if (content === undefined)
      return say(t('handover.too_large', { name, max: fileSize(maxBytes, language) }))
    const isIn = await giveFile(mail.window, file.name, content)
    say(isIn ? t('handover.attached', { name }) : t('handover.no_file'))
  })
}

/** The window as it is now; where it is gone, that is said. */
async function standing() {
  const open = gmailMail.value
  const mail = open && (await lookAtWindow(open.window))
  if (mail === undefined) gone()
  else gmailMail.value = mail
  return mail
}

function gone(): void {
  say(t('handover.gone'))
}

function close(): void {
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'gmail')
}
