import type { PreviewRule, RuleSeen } from '../../../lib/contract/sharing.ts'
import { type ShareLevel, shareLevels } from '../../../lib/domain/sharing.ts'
import { ownAddresses } from '../../storage/mail/addresses.ts'
import { myNewestMail } from '../../storage/mail/my-sharing.ts'
import { partiesOf } from '../../storage/mail/shares.ts'
import { requireRecord } from '../access.ts'
import type { Context } from '../context.ts'
import { alikeKey } from './alike.ts'
import { type FactPerson, loadFacts, type MailFacts, type Seen, sightOf } from './facts.ts'
import { type Supposition, suppose } from './suppose.ts'
import { type Havers, haversOf, nameFor } from './who-sees.ts'

/** So many of the newest mails are decided one by one; the answer says when there are more. */
const mostCounted = 3_000

/** Who would see how much of my mail if I shared by another rule; told before it is so (issue 4, 6). */
export async function previewRule(ctx: Context, rule: PreviewRule): Promise<RuleSeen> {
  const recordId = 'switchedOn' in rule ? rule.switchedOn : 'older' in rule ? rule.older.recordId : undefined
  if (recordId !== undefined) await requireRecord(ctx, recordId)
  const { orgId, userId } = ctx.actor
  const ids = await myNewestMail(ctx.db, { orgId, userId, recordId, limit: mostCounted + 1 })
  const counted = ids.slice(0, mostCounted)
  const facts = await loadFacts(ctx, ctx.db, counted, recordId === undefined ? [] : [recordId])
  const own = await ownAddresses(ctx.db, orgId)
  const havers = haversOf(await partiesOf(ctx.db, counted), own)
  return {
    ...whoWould(ctx, facts, suppose(facts, supposed(rule, ctx.clock.now())), havers),
    more: ids.length > mostCounted,
  }
}

function supposed(rule: PreviewRule, now: number): Supposition {
  if ('mode' in rule) return { mode: rule.mode, now }
  if ('older' in rule) return { older: rule.older, now }
  return { switched: { recordId: rule.switchedOn, on: true }, now }
}

/** What one of a kind of mails would show a person, and whether that is more than now. */
interface Sights {
  seen: Seen
  gains: boolean
}

function whoWould(ctx: Context, before: MailFacts, after: MailFacts, havers: Havers): Omit<RuleSeen, 'more'> {
  const others = before.people.filter((one) => one.id !== ctx.actor.userId)
  const kinds = new Map<string, { mails: number; sights: Map<string, Sights> }>()
  for (const [index, mail] of before.mails.entries()) {
    const key = JSON.stringify([alikeKey(mail), others.map((one) => havers(mail, one.id) !== undefined)])
    const kind = kinds.get(key) ?? { mails: 0, sights: sightsOf(others, before, after, index, havers) }
    kinds.set(key, { ...kind, mails: kind.mails + 1 })
  }
  const all = [...kinds.values()]
  const rows = others.flatMap((person) => rowOf(ctx, after, person, all))
  const { userId: id, name, role } = ctx.actor
  const me = {
    id,
    name,
    role,
    level: 'full',
    reason: 'own',
    through: null,
    has: null,
    isNew: false,
    isMe: true,
  } as const
  return {
    people: [
      { ...me, gains: 0 },
      ...rows.toSorted((a, b) => b.gains - a.gains || a.name.localeCompare(b.name)),
    ],
    nobodyElse: others.length - rows.length,
    mails: all.reduce(
      (sum, kind) => sum + ([...kind.sights.values()].some((one) => one.gains) ? kind.mails : 0),
      0,
    ),
  }
}

function sightsOf(
  people: readonly FactPerson[],
  before: MailFacts,
  after: MailFacts,
  index: number,
  havers: Havers,
): Map<string, Sights> {
  const [was, then] = [before.mails[index], after.mails[index]]
  return new Map(
    people.flatMap((person): [string, Sights][] => {
      if (was === undefined || then === undefined || havers(was, person.id) !== undefined) return []
      const seen = sightOf(after, person, then)
      return [[person.id, { seen, gains: rank(seen.level) > rank(sightOf(before, person, was).level) }]]
    }),
  )
}

/** Whoever would see any of it, by the rule that decides about most of what is new to them. */
function rowOf(
  ctx: Context,
  after: MailFacts,
  person: FactPerson,
  kinds: readonly { mails: number; sights: Map<string, Sights> }[],
): RuleSeen['people'] {
  const theirs = kinds.flatMap(({ mails, sights }) => {
    const one = sights.get(person.id)
    return one === undefined || one.seen.level === 'none' ? [] : [{ ...one, mails }]
  })
  const [best] = theirs.toSorted(
    (a, b) =>
      Number(b.gains) - Number(a.gains) || rank(b.seen.level) - rank(a.seen.level) || b.mails - a.mails,
  )
  if (best === undefined) return []
  const { level, reason, through } = best.seen
  const gains = theirs.reduce((sum, one) => sum + (one.gains ? one.mails : 0), 0)
  const { id, name, role } = person
  // More records than one: none of them may stand for all.
  const records = new Set(theirs.map((one) => one.seen.through))
  return [
    {
      ...{ id, name, role, level, reason, gains, has: null, isNew: gains > 0, isMe: false },
      through: records.size === 1 ? nameFor(ctx, after, through) : null,
    },
  ]
}

function rank(level: ShareLevel): number {
  return shareLevels.indexOf(level)
}
