import type { PreviewSharing } from '@/lib/contract/sharing.ts'
import type { ShareLevel } from '@/lib/domain/sharing.ts'
import { t } from '@/lib/extension/i18n.ts'
import { sheets } from '../../state.ts'
import { openMessage } from '../../state-emails.ts'
import { type WhoSeesAbout, whoSees } from '../../state-sharing.ts'
import { openStanding, type StandingUndo } from '../../state-standing.ts'
import { attempt, type Link, once, say } from '../core.ts'
import { refreshMessage } from '../messages.ts'
import type { ShareWord } from '../standing.ts'
import { setSwitch } from './mine.ts'

let turn = 0

/** Opens the sheet over whatever stands there. */
export function openWhoSees(about: WhoSeesAbout): void {
  sheets.value = [...sheets.value, { kind: 'who-sees', about }]
}

/** Asks who sees it now and who would; the sheet forgets it when it closes. */
export function startWhoSees(about: WhoSeesAbout): () => void {
  whoSees.value = {
    ...{ about, level: about.level ?? 'full', before: undefined, answer: undefined },
    ...{ answerTo: undefined, problem: undefined },
  }
  void askBefore(about)
  void ask()
  return () => {
    turn += 1
    if (whoSees.value?.about === about) whoSees.value = undefined
  }
}

/** The list follows while a level is chosen; the answer for the last choice counts. */
export function chooseLevel(level: ShareLevel): void {
  const open = whoSees.value
  if (open === undefined || open.level === level) return
  whoSees.value = { ...open, level, problem: undefined }
  void ask()
}

async function askBefore(about: WhoSeesAbout): Promise<void> {
  const answer = await attempt(({ backend }) => backend.previewSharing(ofMail(about)))
  const open = whoSees.value
  if (open?.about === about && answer.ok) whoSees.value = { ...open, before: answer.value }
}

async function ask(): Promise<void> {
  const open = whoSees.value
  if (open === undefined) return
  turn += 1
  const mine = turn
  const { about, level } = open
  const json: PreviewSharing = {
    ...ofMail(about),
    ...(about.record === undefined ? {} : { recordId: about.record.id }),
    ...(about.dealId === undefined ? {} : { dealId: about.dealId }),
    ...(about.switched === undefined
      ? { level }
      : { switched: { recordId: about.switched.record.id, on: about.switched.on } }),
  }
  const answer = await attempt(({ backend }) => backend.previewSharing(json))
  const now = whoSees.value
  if (mine !== turn || now?.about !== about) return
  whoSees.value = answer.ok
    ? { ...now, answer: answer.value, answerTo: level, problem: undefined }
    : { ...now, problem: answer.problem }
}

function ofMail({ account, threadId, gmailId }: WhoSeesAbout) {
  return { account, threadId, ...(gmailId === undefined ? {} : { gmailId }) }
}

/** Puts the thread on the record, at this level; the link and what it shows are one step. */
export async function linkAndShare(level: ShareLevel): Promise<void> {
  await carryOut(async (about, { backend }) => {
    const { account, threadId, record, dealId } = about
    if (dealId !== undefined) {
      await backend.chooseDeal(threadId, { account, dealId })
      await backend.shareMail({ ...ofMail(about), level })
    }
    if (record === undefined) return { text: t(`sharing.said.${level}`) }
    // The thread stands in the address of this call.
    const { threadId: _, ...mail } = ofMail(about)
    const share = wordBefore(about)
    await backend.linkThread(threadId, { ...mail, recordId: record.id, share: level })
    const words = level === 'none' ? 'sharing.said.linked' : 'sharing.said.linked_shared'
    return {
      text: t(words, { record: record.name }),
      back: { act: 'unlink', threadId, record, share, ...mail },
    }
  })
}

/** Sharing is never shown before it is done. */
export async function shareAsChosen(): Promise<void> {
  const level = whoSees.value?.level ?? 'none'
  await carryOut(async (about, { backend }) => {
    const word = about.asDefault && level === about.level ? 'default' : level
    const was = wordBefore(about)
    await backend.shareMail({ ...ofMail(about), level: word })
    return { text: t(`sharing.said.${level}`), back: { act: 'share', level: was, ...ofMail(about) } }
  })
}

/** What its owner had said of it; where that is not known, what shows nobody more than before. */
function wordBefore({ threadId, gmailId }: WhoSeesAbout): ShareWord {
  const { detail } = openMessage.value ?? {}
  if (gmailId !== undefined && detail?.gmail?.messageId === gmailId) return detail.share?.word ?? 'none'
  const { share = 'mixed', threadId: open } = openStanding.value ?? {}
  return open !== threadId || share === 'mixed' ? 'none' : share
}

export async function turnSwitch(): Promise<void> {
  const switched = whoSees.value?.about.switched
  if (switched === undefined) return
  const done = await once('share', () => setSwitch(switched.record, switched.on))
  if (done) closeWhoSees()
}

async function carryOut(
  work: (about: WhoSeesAbout, link: Link) => Promise<{ text: string; back?: StandingUndo }>,
): Promise<void> {
  const open = whoSees.value
  if (open === undefined) return
  await once('share', async () => {
    const answer = await attempt((link) => work(open.about, link))
    const now = whoSees.value
    if (now?.about !== open.about) return
    if (!answer.ok) {
      whoSees.value = { ...now, problem: answer.problem }
      return
    }
    closeWhoSees()
    const { text, back } = answer.value
    say(text, back === undefined ? undefined : { kind: 'standing', back })
    refreshMessage()
  })
}

function closeWhoSees(): void {
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'who-sees')
}
