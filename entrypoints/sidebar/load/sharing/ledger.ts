import { t } from '@/lib/extension/i18n.ts'
import { places } from '../../state.ts'
import { ledger, type WhoSeesAbout } from '../../state-sharing.ts'
import { attempt, once, say } from '../core.ts'
import { newest } from '../newest.ts'
import { problemSentence } from '../words.ts'

/** Opens who could and did see a mail of mine. */
export function openLedger(messageId: string, subject: string, of: WhoSeesAbout | undefined): void {
  places.value = [
    ...places.value,
    { kind: 'ledger', messageId, subject, ...(of === undefined ? {} : { of }) },
  ]
}

/** Reads it; the page it stands on forgets it when it closes. */
export function readLedger(messageId: string): () => void {
  ledger.value = { messageId, ledger: undefined, problem: undefined }
  void refreshLedger()
  return () => {
    ledger.value = undefined
  }
}

/** Also when somebody has just opened or been shown it. */
export async function refreshLedger(): Promise<void> {
  const asked = ledger.value?.messageId
  if (asked === undefined) return
  const answer = await newest(`ledger:${asked}`, ({ backend }) => backend.ledger(asked))
  const open = ledger.value
  if (answer === undefined || open?.messageId !== asked) return
  ledger.value = answer.ok
    ? { messageId: asked, ledger: answer.value, problem: undefined }
    : { ...open, problem: answer.problem }
}

/** Nobody but me sees it from now on; what was given on request ends with it. */
export async function stopSharing(): Promise<void> {
  const open = ledger.value
  if (open === undefined) return
  await once('share', async () => {
    const answer = await attempt(async ({ backend }) => {
      const { gmail } = await backend.message(open.messageId)
      if (gmail === null) return
      const { account, threadId, messageId } = gmail
      await backend.shareMail({ account, threadId, gmailId: messageId, level: 'none' })
    })
    if (!answer.ok) say(problemSentence(answer.problem))
    else say(t('sharing.said.none'))
    await refreshLedger()
  })
}

export async function revokeFrom(personId: string, name: string): Promise<void> {
  const open = ledger.value
  if (open === undefined) return
  await once(`revoke:${personId}`, async () => {
    const answer = await attempt(({ backend }) => backend.revokeAccess(open.messageId, personId))
    if (!answer.ok) say(problemSentence(answer.problem))
    else say(t('sharing.ledger.revoked', { name }))
    await refreshLedger()
  })
}
