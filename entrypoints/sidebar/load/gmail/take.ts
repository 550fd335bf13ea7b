import { batch } from '@preact/signals'
import type { Send } from '@/lib/contract/sends.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { ComposeMail } from '@/lib/extension/messages.ts'
import { sheets } from '../../state.ts'
import { draftFiles } from '../../state-compose.ts'
import { gmailMail, taking } from '../../state-gmail.ts'
import { draftOf, openDraft } from '../compose/open.ts'
import { attempt, once, say } from '../core.ts'
import { closeWindow, lookAtWindow } from './window.ts'

/** Ms of waiting for Gmail to save, and between two looks. */
const patience = 10_000
const every = 1_000

/** Answers that mean: Gmail has not saved yet. */
const notYet = ['draft_differs', 'gmail_draft_missing']

/**
 * Takes the mail of a window over once Gmail's draft says the same: asked each second for ten, then it is said and left.
 * The window goes, Gmail's draft goes, and the mail opens here with the times to choose from.
 */
export function handOver(mail: ComposeMail): Promise<void> {
  return once('hand-over', async () => {
    taking.value = { state: 'waiting' }
    // One try, one mail, whatever is lost on the way.
    const key = crypto.randomUUID()
    const began = now()
    let next: ComposeMail | undefined = mail
    while (isWanted(mail.window)) {
      if (next === undefined) return end({ state: 'gone' })
      const taken = await ask(next, key)
      if (taken !== undefined && 'send' in taken) return took(next.window, taken.send)
      if (taken !== undefined) return end({ state: 'refused', problem: taken.problem })
      if (now() - began >= patience) return end({ state: 'late' })
      await new Promise((resolve) => setTimeout(resolve, every))
      next = await lookAtWindow(mail.window)
    }
  })
}

/** Its sheet was not closed meanwhile. */
function isWanted(window: string): boolean {
  const sheet = sheets.value.find((one) => one.kind === 'gmail')
  return sheet?.row === 'take' && gmailMail.value?.window === window
}

function end(how: typeof taking.value): void {
  taking.value = how
}

/** The mail as ours; undefined while Gmail has not saved it as it stands. */
async function ask(
  { draftId, to, cc, bcc, subject, text, files }: ComposeMail,
  key: string,
): Promise<{ send: Send } | { problem: ApiProblem } | undefined> {
  if (draftId === '') {
    // Nothing to compare with; asked for the server's time only, by which the wait is measured.
    await attempt(({ backend }) => backend.me())
    return undefined
  }
  const shows = { to, cc, bcc, subject, text, files }
  const answer = await attempt(({ backend, account }) => backend.takeOver({ account, draftId, shows }, key))
  if (answer.ok) return { send: answer.value }
  const { problem } = answer
  // A lost answer may have been a yes: the same key asks for the same mail.
  if (problem.kind !== 'refused' || notYet.includes(problem.reason)) return undefined
  return { problem }
}

async function took(window: string, send: Send): Promise<void> {
  const closed = await closeWindow({
    window,
    held: t('handover.held'),
    hint: t('handover.held_hint'),
    discard: t('handover.discard'),
  })
  const released = await attempt(({ backend }) => backend.releaseTakenDraft(send.id))
  batch(() => {
    taking.value = undefined
    sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'gmail')
    openDraft(draftOf(send), 'saved')
    draftFiles.value = send.files
    sheets.value = [...sheets.value, { kind: 'schedule', purpose: { kind: 'draft' }, any: false }]
  })
  if (!closed) say(t('handover.not_closed'))
  else if (!released.ok) say(t('handover.not_released'))
}
