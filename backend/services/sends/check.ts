import { Refusal } from '../../../lib/domain/errors.ts'
import { type GuardFound, type GuardMail, type GuardRecord, guardsOf } from '../../../lib/domain/guards.ts'
import { editableStatuses } from '../../../lib/domain/statuses.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { filedWhere, kinshipOf } from '../../storage/recipients.ts'
import { findRecordsByAddress } from '../../storage/records.ts'
import { listSendFiles } from '../../storage/send-files.ts'
import type { SendRow } from '../../storage/sends.ts'
import { suppressedAmong } from '../../storage/suppressions.ts'
import { viewerOf } from '../access.ts'
import { isUnwritten, plainText } from '../compose/plain-text.ts'
import type { Context } from '../context.ts'
import { requireWritten } from './draft.ts'

/** What stands against sending a draft, or a mail that waits and was edited; worst first. Looking changes nothing. */
export async function checkDraft(ctx: Context, id: string): Promise<{ guards: GuardFound[] }> {
  const row = await requireWritten(ctx, id)
  if (editableStatuses.includes(row.status)) return { guards: await guardsOfSend(ctx, row) }
  throw new Refusal('conflict', 'draft_missing', { status: row.status, version: row.version })
}

/** The same of a mail at hand, as far as its author may see the records it is about. */
export async function guardsOfSend(ctx: Context, row: SendRow): Promise<GuardFound[]> {
  return guardsOf(await factsOf(ctx, row))
}

async function factsOf(ctx: Context, row: SendRow): Promise<GuardMail> {
  const viewer = viewerOf(ctx)
  const parties = [...row.to_parties, ...row.cc_parties, ...row.bcc_parties]
  const addresses = [...new Set(parties.map((party) => party.address))]
  const own = await ownAddresses(ctx.db, ctx.actor.orgId)
  const strangers = addresses.filter((address) => !own.has(address))
  const suppressed = await suppressedAmong(ctx.db, ctx.actor.orgId, addresses)
  const known = await findRecordsByAddress(ctx.db, viewer, strangers)
  const files = await listSendFiles(ctx.db, [row.id])
  // The library is for everybody's customers: what lies there is nobody's secret.
  const told = files.filter((file) => file.source !== 'library' && file.source !== 'inline')
  const contents = [...new Set(told.flatMap((file) => file.sha256 ?? []))]
  const filed = await filedWhere(ctx.db, viewer, contents)
  const ids = [...known.map((one) => one.id), ...filed.map((one) => one.recordId)]
  const kin = await kinshipOf(ctx.db, viewer, [
    ...new Set(row.record_id === null ? ids : [...ids, row.record_id]),
  ])
  const kinOf = (some: readonly string[]): GuardRecord[] => some.flatMap((id) => kin.get(id) ?? [])
  return {
    subject: row.subject,
    // Of a mail in plain text nobody can tell what is quoted but by its signs.
    text: row.html === '' && row.quote === '' ? row.body : plainText(row.html),
    unwritten: row.html === '' && row.quote === '' ? row.body.trim() === '' : isUnwritten(row.html),
    mergedLater: row.mass_id !== null,
    record: row.record_id === null ? undefined : kin.get(row.record_id),
    recipients: addresses.map((address) => {
      const not = suppressed.get(address)
      return {
        address,
        name: parties.find((party) => party.address === address && party.name !== '')?.name ?? '',
        suppressed: not === undefined ? undefined : { reason: not.reason, since: not.since.toISOString() },
        records: kinOf(known.filter((one) => one.matched === address).map((one) => one.id)),
      }
    }),
    files: files.map((file) => ({
      id: file.id,
      name: file.name,
      inline: file.cid !== null,
      filedOn: told.includes(file)
        ? kinOf(filed.filter((one) => one.sha256 === file.sha256).map((one) => one.recordId))
        : [],
    })),
  }
}
