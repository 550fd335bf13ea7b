import type * as z from 'zod'
import type {
  ChangeTemplate,
  MergedText,
  MergeFields,
  MergeText,
  SaveTemplate,
  Template,
} from '../../../lib/contract/templates.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { isModuleKey, type ModuleKey } from '../../../lib/domain/modules.ts'
import type { Trx } from '../../storage/database.ts'
import { appendEvent } from '../../storage/events.ts'
import {
  changeTemplate,
  findTemplate,
  insertTemplate,
  listTemplates,
  restoreTemplate,
  type TemplateRow,
} from '../../storage/templates.ts'
import { requirePermission, requireRecord } from '../access.ts'
import { cleanMailText } from '../compose/text.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'
import { mergeFor } from './merge.ts'
import { type Broken, renderText, unknownField } from './render.ts'
import { fieldsOf, groups, knownPaths } from './scope.ts'

/** My templates and those shared with everybody, by name. */
export async function templatesOf(ctx: Context): Promise<Template[]> {
  const { orgId, userId } = ctx.actor
  return (await listTemplates(ctx.db, orgId, userId)).map((row) => toTemplate(ctx, row))
}

/** @throws Refusal not_found `template_missing`, also for somebody else's private one */
export async function getTemplate(ctx: Context, id: string): Promise<Template> {
  const row = await findTemplate(ctx.db, ctx.actor, id)
  if (row === undefined) throw new Refusal('not_found', 'template_missing')
  return toTemplate(ctx, row)
}

/** Its id is the first id asked for. @throws Refusal invalid `template_broken` with the line and why */
export async function createTemplate(ctx: Context, input: z.output<typeof SaveTemplate>): Promise<Template> {
  const id = ctx.newId()
  requirePermission(ctx, 'mail.send')
  const text = await checked(ctx, input)
  const { orgId, userId } = ctx.actor
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    const { name, module, shared } = input
    const row = { id, org_id: orgId, owner_id: userId, shared, name, module, ...text }
    await insertTemplate(trx, { ...row, created_at: now, updated_at: now })
    await tell(ctx, trx, now)
  })
  return getTemplate(ctx, id)
}

/** @throws Refusal forbidden `not_yours`, conflict `version_stale` */
export async function updateTemplate(
  ctx: Context,
  id: string,
  { version, ...input }: z.output<typeof ChangeTemplate>,
): Promise<Template> {
  const before = await requireMine(ctx, id)
  const text = await checked(ctx, {
    subject: input.subject ?? before.subject,
    html: input.html ?? before.html,
  })
  await write(ctx, id, version, { ...input, ...text })
  return getTemplate(ctx, id)
}

export async function deleteTemplate(ctx: Context, id: string, version: number): Promise<void> {
  await requireMine(ctx, id)
  await write(ctx, id, version, { deleted_at: new Date(ctx.clock.now()) })
}

/** Undo of a deletion, for its owner. */
export async function bringBackTemplate(ctx: Context, id: string): Promise<Template> {
  const { orgId, userId } = ctx.actor
  const now = new Date(ctx.clock.now())
  await ctx.db.transaction().execute(async (trx) => {
    if (!(await restoreTemplate(trx, { orgId, userId, id, now })))
      throw new Refusal('not_found', 'template_missing')
    await tell(ctx, trx, now)
  })
  return getTemplate(ctx, id)
}

/** A text as one recipient would get it, from a record the actor may open or for an address alone. */
export async function mergeText(
  ctx: Context,
  input: z.output<typeof MergeText>,
): Promise<z.infer<typeof MergedText>> {
  if (input.recordId !== null) await requireRecord(ctx, input.recordId)
  const merged = await mergeFor(ctx.db, ctx.actor, input, ctx.clock.now())
  if (merged.broken !== null) return merged
  return { ...merged, html: (await cleanMailText({ html: merged.html, quote: '' })).html }
}

/** What a text for records of this module may name. */
export async function mergeFields(
  ctx: Context,
  input: { module?: ModuleKey | undefined; language: 'en' | 'ja' },
): Promise<MergeFields> {
  const modules = await modulesOf(ctx)
  const { module, language } = input
  const plain = (group: string, keys: string[]) =>
    keys.map((key) => ({ path: `${group}.${key}`, label: '', example: '' }))
  const of: Record<(typeof groups)[number], MergeFields['groups'][number]['fields']> = {
    recipient: plain('recipient', ['name', 'firstName', 'lastName', 'company', 'address']),
    record: module === undefined ? [] : fieldsOf(modules.get(module), 'record', language),
    contact: fieldsOf(modules.get('contacts'), 'contact', language),
    account: fieldsOf(modules.get('accounts'), 'account', language),
    deal: fieldsOf(modules.get('deals'), 'deal', language),
    me: plain('me', ['name', 'firstName', 'email']),
    organisation: plain('organisation', ['name']),
  }
  return { groups: groups.map((key) => ({ key, fields: of[key] })).filter(({ fields }) => fields.length > 0) }
}

function toTemplate(ctx: Context, row: TemplateRow): Template {
  const { id, version, name, subject, html, shared } = row
  const module = row.module !== null && isModuleKey(row.module) ? row.module : null
  return {
    ...{ id, version, name, subject, html, shared, module },
    owner: { id: row.ownerId, name: row.ownerName },
    canChange: mayChange(ctx, row),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** A shared one belongs to its writer and to admins; everybody else makes a copy. */
function mayChange({ actor }: Context, row: TemplateRow): boolean {
  return row.ownerId === actor.userId || (row.shared && actor.role === 'admin')
}

async function requireMine(ctx: Context, id: string): Promise<TemplateRow> {
  requirePermission(ctx, 'mail.send')
  const row = await findTemplate(ctx.db, ctx.actor, id)
  if (row === undefined) throw new Refusal('not_found', 'template_missing')
  if (!mayChange(ctx, row)) throw new Refusal('forbidden', 'not_yours', { owner: row.ownerName })
  return row
}

async function write(
  ctx: Context,
  id: string,
  version: number,
  set: Parameters<typeof changeTemplate>[2],
): Promise<void> {
  const { orgId } = ctx.actor
  const now = new Date(ctx.clock.now())
  const done = await ctx.db.transaction().execute(async (trx) => {
    const changed = await changeTemplate(trx, { orgId, id, version, now }, set)
    if (changed) await tell(ctx, trx, now)
    return changed
  })
  if (!done) throw await stale(ctx, id)
}

async function stale(ctx: Context, id: string): Promise<Refusal> {
  const row = await findTemplate(ctx.db, ctx.actor, id)
  if (row === undefined) return new Refusal('not_found', 'template_missing')
  return new Refusal('conflict', 'version_stale', { version: row.version })
}

async function tell(ctx: Context, trx: Trx, at: Date): Promise<void> {
  await appendEvent(trx, { orgId: ctx.actor.orgId, payload: { type: 'templates' }, at })
}

/** Cleaned and readable, and naming only fields there are, or refused with the line. What a loop may cost is known only with a recipient. */
async function checked(
  ctx: Context,
  text: { subject: string; html: string },
): Promise<{ subject: string; html: string }> {
  const known = knownPaths(await modulesOf(ctx))
  const { html } = await cleanMailText({ html: text.html, quote: '' })
  for (const [source, form] of [
    [text.subject, 'plain'],
    [html, 'html'],
  ] as const) {
    const rendered = renderText(source, {}, form)
    if ('broken' in rendered) throw broken(rendered.broken)
    const unknown = unknownField(source, form, known)
    if (unknown !== undefined) throw broken(unknown)
  }
  return { subject: text.subject, html }
}

function broken({ why, line, field }: Broken): Refusal {
  return new Refusal('invalid', 'template_broken', { why, line, ...(field !== undefined && { field }) }, [
    { field: 'html', reason: 'template_broken' },
  ])
}
