import type { ShareLevel, SharingMode } from '../../../lib/domain/sharing.ts'
import { choicePath, type FactPath, handPath, type MailFact, type MailFacts } from './facts.ts'

/** Something that is not so yet: to show beforehand who would see it. */
export interface Supposition {
  /** Put on this record by hand. */
  recordId?: string | undefined
  /** The deal the thread is about; that puts it there too. */
  dealId?: string | undefined
  level?: 'default' | ShareLevel | undefined
  switched?: { recordId: string; on: boolean } | undefined
  /** The owner's mode. */
  mode?: SharingMode | undefined
  /** Their yes to mail from before this address stood on its record. */
  older?: { recordId: string; address: string } | undefined
  /** Epoch ms. */
  now: number
}

/** The facts as they would be. Taking a word back, or hiding, ends what was granted (see `shareMail`). */
export function suppose(facts: MailFacts, what: Supposition): MailFacts {
  const { switched } = what
  return {
    ...facts,
    mails: facts.mails.map((mail) => supposeMail(facts, mail, what)),
    isOn: (ownerId, recordId) =>
      switched?.recordId === recordId ? switched.on : facts.isOn(ownerId, recordId),
  }
}

function supposeMail(facts: MailFacts, mail: MailFact, what: Supposition): MailFact {
  const { level, dealId, mode, older, now } = what
  const linked = supposedPaths(facts, what)
  const ids = new Set(linked.map((one) => one.recordId))
  // Another answer moves it.
  const stays = ({ by, recordId }: FactPath) => dealId === undefined || by !== 'choice' || recordId === dealId
  const kept = mail.paths
    .filter(stays)
    .map((path) => (ids.has(path.recordId) ? { ...path, takenOff: false } : path))
    .map((path) =>
      older?.recordId === path.heldId && older.address === path.address
        ? { ...path, olderAgreed: true }
        : path,
    )
  const ends = level === 'none' || level === 'default'
  return {
    ...mail,
    paths: [...kept, ...linked],
    shared: {
      ...mail.shared,
      ...(mode !== undefined && { mode }),
      ...(dealId !== undefined && { chosenDealId: dealId }),
      ...(level !== undefined && { share: level === 'default' ? undefined : { level, at: now } }),
      ...(ends && { grantedTo: new Set<string>() }),
    },
  }
}

function supposedPaths({ records }: MailFacts, { recordId, dealId, now }: Supposition): FactPath[] {
  const [record, deal] = [records.get(recordId ?? ''), records.get(dealId ?? '')]
  return [...(record ? [handPath(record)] : []), ...(deal ? [choicePath(deal, now)] : [])]
}
