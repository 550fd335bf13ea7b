import type { ThreadStanding } from '../../../lib/contract/messages.ts'
import { isOpenStage, isOpenStatus } from '../../../lib/domain/modules.ts'
import { standsAlone, standsIn } from '../../../lib/domain/named-in.ts'
import { listByIds } from '../../storage/duplicates.ts'
import { documentsOfDeals, lastPutOn } from '../../storage/mail/links.ts'
import type { RecordRow } from '../../storage/records.ts'
import { viewerOf } from '../access.ts'
import type { Context } from '../context.ts'
import { type FactPerson, type MailFacts, sightOf } from '../sharing/facts.ts'
import { suppose } from '../sharing/suppose.ts'

type Deal = ThreadStanding['deals'][number]

interface Asked {
  facts: MailFacts
  me: FactPerson
  mailboxId: string
  subject: string
}

/**
 * Open deals of the thread's people, the best guess first: the one its subject names, else the one a document named there
 * belongs to, else the one I last put mail on.
 */
export async function dealsAsked(ctx: Context, asked: Asked): Promise<Deal[]> {
  const { facts, subject } = asked
  const reached = facts.mails.flatMap((mail) =>
    mail.paths.filter((path) => path.by === 'address' && !path.takenOff).map((path) => path.recordId),
  )
  const ids = [...new Set(reached)].filter((id) => facts.records.get(id)?.module === 'deals')
  const rows = await listByIds(ctx.db, viewerOf(ctx), ids)
  const open = rows.filter((row) => isOpenStage(row.fields['stage']))
  if (open.length === 0) return []
  const dealIds = open.map((row) => row.id)
  const lastAt = await lastPutOn(ctx.db, asked.mailboxId, dealIds)
  const documents = await documentsOfDeals(ctx.db, viewerOf(ctx), dealIds)
  const numbered = new Set(
    documents
      .filter((one) => isOpenStatus(one.fields['status']) && standsAlone(one.name, subject))
      .map((one) => one.deal_id),
  )
  const newest = Math.max(...[...lastAt.values()].map((at) => at.getTime()))
  const whyOf = (row: RecordRow): Deal['why'] => {
    if (standsIn(row.name, subject)) return 'named'
    if (numbered.has(row.id)) return 'number'
    if (lastAt.get(row.id)?.getTime() === newest) return 'last_mail'
    return open.length === 1 ? 'only' : null
  }
  const rank = (why: Deal['why']) =>
    why === null ? 4 : ['named', 'number', 'last_mail', 'only'].indexOf(why)
  return open
    .map((row) => toDeal(ctx, asked, row, { why: whyOf(row), lastAt: lastAt.get(row.id) }))
    .toSorted((a, b) => rank(a.why) - rank(b.why))
}

function toDeal(
  ctx: Context,
  { facts, me }: Asked,
  row: RecordRow,
  { why, lastAt }: { why: Deal['why']; lastAt: Date | undefined },
): Deal {
  const { id, module, name, fields } = row
  return {
    record: { id, module, name },
    stage: fields['stage'] ?? '',
    amount: fields['amount'] ?? '',
    currency: fields['currency'] ?? '',
    closesOn: fields['closingOn'] ?? '',
    lastMailAt: lastAt?.toISOString() ?? null,
    why,
    alsoSeenBy: wouldSee(ctx, facts, me, id),
  }
}

/** Who besides me would see the thread through this deal, were it the one. */
function wouldSee(ctx: Context, facts: MailFacts, me: FactPerson, dealId: string): Deal['alsoSeenBy'] {
  const after = suppose(facts, { dealId, now: ctx.clock.now() })
  const through = after.mails.map((mail) => ({
    ...mail,
    paths: mail.paths.filter((path) => path.recordId === dealId),
  }))
  return after.people
    .filter((one) => one.id !== me.id && through.some((mail) => sightOf(after, one, mail).level !== 'none'))
    .map(({ id, name }) => ({ id, name }))
}
