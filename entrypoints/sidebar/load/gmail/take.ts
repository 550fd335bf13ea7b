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
import { keepDraft } from '../compose/save.ts'
import { attempt, say } from '../core.ts'
import { closeWindow, lookAtWindow } from './window.ts'

/** Ms of waiting for Gmail to save, and between two looks. */
const patience = 10_000
const every = 1_000

/** Answers that mean: Gmail has not saved yet. */
const notYet = ['draft_differs', 'gmail_draft_missing']

/** Windows whose mail is being asked for. */
const underWay = new Set<string>()

/** Takes the mail of a window over; asked twice it is one hand-over. */
export async function handOver(mail: ComposeMail): Promise<void> {
  taking.value = { state: 'waiting' }
  if (underWay.has(mail.window)) return
  underWay.add(mail.window)
  await waitAndTake(mail)
  underWay.delete(mail.window)
}

/**
 * Takes it once Gmail's draft says the same: asked each second for ten, then it is said and left. The window goes, Gmail's
 * draft goes, and the mail opens here with the times to choose from.
 */
async function waitAndTake(mail: ComposeMail): Promise<void> {
  const { window } = mail
  // One try, one mail, whatever is lost on the way.
  const key = crypto.randomUUID()
  const began = now()
  let next: ComposeMail | undefined = mail
  while (isWanted(window)) {
    if (next === undefined) return end(window, { state: 'gone' })
    const taken = await ask(next, key)
    if (taken !== undefined && 'send' in taken) return took(window, taken.send)
    if (taken !== undefined) return end(window, { state: 'refused', problem: taken.problem })
    if (now() - began >= patience) return end(window, { state: 'late' })
    await new Promise((resolve) => setTimeout(resolve, every))
    next = await lookAtWindow(window)
  }
}

/** Its sheet was not closed meanwhile, nor opened for another window. */
function isWanted(window: string): boolean {
  const sheet = sheets.value.find((one) => one.kind === 'gmail')
  return sheet?.row === 'take' && gmailMail.value?.window === window
}

function end(window: string, how: typeof taking.value): void {
  if (isWanted(window)) taking.value = how
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
  // What is written in the open composer stays as it is, under its own name.
  await keepDraft()
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
