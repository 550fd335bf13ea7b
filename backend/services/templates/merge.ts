import type { Database } from '../../storage/database.ts'
import { organisationName } from '../../storage/templates.ts'
import { viewerOf } from '../access.ts'
import { actorNow } from '../actor-now.ts'
import { modulesOf } from '../modules.ts'
import { type Broken, renderText, unknownField } from './render.ts'
import { knownPaths, languageOf, scopeFor } from './scope.ts'

/** A text as one recipient gets it; `broken` says why it cannot be merged at all. */
export interface Merged {
  subject: string
  html: string
  unresolved: string[]
  broken: Broken | null
  /** Open deals of the recipient between which nobody has chosen, where the text names the deal. */
  deals: { id: string; name: string }[]
}

/** Lines that came out empty above the first one with words. */
const blankTop = /^(?:\s*<p\b[^>]*>(?:\s|&nbsp;|<br\s*\/?>)*<\/p>)+\s*/

/** Merges a text for one record or address with what its author may open, as things stand at `now` (epoch ms). */
export async function mergeFor(
  db: Database,
  who: { orgId: string; userId: string },
  text: {
    subject: string
    html: string
    recordId: string | null
    address: string
    dealId?: string | null
    threadId?: string | null
    /** Marks stand where fields are empty. */
    gaps?: boolean
  },
  now: number,
): Promise<Merged> {
  const { subject, html } = text
  const actor = /\{\{|\{%/.test(subject + html) ? await actorNow({ db }, who) : undefined
  if (actor === undefined) return { subject, html, unresolved: [], broken: null, deals: [] }
  const modules = await modulesOf({ db, actor })
  const known = knownPaths(modules)
  const unknown = unknownField(subject, 'plain', known) ?? unknownField(html, 'html', known)
  const namesDeal = /\{[{%][^}]*\bdeal\b/.test(subject + html)
  const { scope, deals } = await scopeFor(db, {
    viewer: viewerOf({ actor }),
    modules,
    recordId: text.recordId,
    address: text.address,
    language: languageOf(subject + html),
    me: { name: actor.name, email: actor.email },
    organisation: await organisationName(db, who.orgId),
    today: new Date(now).toISOString().slice(0, 10),
    deal: namesDeal
      ? { chosen: text.dealId ?? null, threadId: text.threadId ?? null, userId: who.userId }
      : undefined,
  })
  const head = renderText(subject, scope, 'plain', text)
  const body = renderText(html, scope, 'html', text)
  if ('broken' in head) return { subject, html, unresolved: [], broken: head.broken, deals: [] }
  if ('broken' in body) return { subject, html, unresolved: [], broken: body.broken, deals: [] }
  // After what cannot be read at all, which is graver.
  if (unknown !== undefined) return { subject, html, unresolved: [], broken: unknown, deals: [] }
  return {
    // A field's value starts no second header line.
    subject: head.text.replace(/\s+/g, ' ').trim().slice(0, 998),
    html: body.text.replace(blankTop, ''),
    unresolved: [...new Set([...head.unresolved, ...body.unresolved])],
    broken: null,
    deals,
  }
}
