import type { MySharing, RecordName } from '@/lib/contract/sharing.ts'
import type { SharingMode } from '@/lib/domain/sharing.ts'
import { t } from '@/lib/extension/i18n.ts'
import { places } from '../../state.ts'
import { type Asked, myRequests, mySharing } from '../../state-sharing.ts'
import type { StandingUndo } from '../../state-standing.ts'
import { attempt, type Link, once, say } from '../core.ts'
import { newest } from '../newest.ts'
import { problemSentence } from '../words.ts'

let turn = 0

/** My sharing as it stands at the server. */
export async function readMySharing(): Promise<void> {
  turn += 1
  const mine = turn
  const answer = await attempt(({ backend }) => backend.mySharing())
  if (mine !== turn) return
  mySharing.value = answer.ok
    ? { sharing: answer.value, problem: undefined }
    : { ...mySharing.value, problem: answer.problem }
}

/** What I asked others for; told on the page only. */
export async function readMyRequests(): Promise<void> {
  const answer = await newest('requests', ({ backend }) => backend.accessRequests())
  if (answer?.ok) myRequests.value = answer.value.byMe
}

export function forgetSharing(): void {
  turn += 1
  mySharing.value = { sharing: undefined, problem: undefined }
  myRequests.value = []
}

export function openMySharing(): void {
  if (places.value.at(-1)?.kind === 'sharing') return
  places.value = [...places.value, { kind: 'sharing' }]
}

/** What colleagues see of all my mail. Never optimistic: what is shown is what holds. */
export function setMode(mode: SharingMode): Promise<boolean> {
  const was = mySharing.value.sharing?.mode
  const undo = was === undefined ? undefined : ({ act: 'mode', mode: was } as const)
  return change('mode', t('sharing.mine.saved'), ({ backend }) => backend.setSharingMode(mode), undo)
}

/** All my mail on a lead, contact or deal, shown or not (S-062). */
export function setSwitch(record: RecordName, on: boolean): Promise<boolean> {
  const said = t(on ? 'sharing.said.on' : 'sharing.said.off', { record: record.name })
  const call = ({ backend }: Link) => backend.setShareSwitch(record.id, on)
  return change(`switch:${record.id}`, said, call, { act: 'switch', record, on: !on })
}

/** Something of mine is changed; the answer is all of it as it stands then. True when it was done. */
export async function change(
  name: string,
  said: string,
  call: (link: Link) => Promise<MySharing>,
  undo?: StandingUndo,
): Promise<boolean> {
  const done = await once(name, async () => {
    const answer = await attempt(call)
    if (answer.ok) {
      turn += 1
      mySharing.value = { sharing: answer.value, problem: undefined }
      if (said !== '') say(said, undo === undefined ? undefined : { kind: 'standing', back: undo })
      return true
    }
    say(problemSentence(answer.problem))
    await readMySharing()
    return false
  })
  return done ?? false
}

export async function answerRequest(one: Asked, answer: 'grant' | 'decline'): Promise<void> {
  await once(`request:${one.id}`, async () => {
    const done = await attempt(({ backend }) => backend.answerAccessRequest(one.id, { answer }))
    const { name } = one.askedBy
    if (!done.ok) say(problemSentence(done.problem))
    else say(t(answer === 'grant' ? 'sharing.mine.allowed' : 'sharing.mine.declined', { name }))
    await readMySharing()
  })
}

/** Takes a mail back from the person it was given to. */
export async function takeBack(one: Asked): Promise<void> {
  await once(`request:${one.id}`, async () => {
    const done = await attempt(({ backend }) => backend.revokeAccess(one.messageId, one.askedBy.id))
    if (!done.ok) say(problemSentence(done.problem))
    else say(t('sharing.ledger.revoked', { name: one.askedBy.name }))
    await readMySharing()
  })
}
