import type { ExportList } from '../../lib/contract/imports.ts'
import type { RecordSummary } from '../../lib/contract/records.ts'
import { choiceWords, fieldWords, type Language } from '../../lib/domain/choice-words.ts'
import { csvLine, defuseCell, readReference } from '../../lib/domain/csv.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { readValue, showValue } from '../../lib/domain/field-values.ts'
import type { FieldDescription } from '../../lib/domain/fields.ts'
import type { ModuleDescription } from '../../lib/domain/modules.ts'
import { exportPage, sharedNames, surroundingPage, surroundings } from '../storage/exports.ts'
import { listOwners } from '../storage/imports.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { importFields } from './imports/plan.ts'
import { listPage } from './lists.ts'
import { modulesOf } from './modules.ts'
import { toSummaries } from './records/read.ts'

/** A file written while it is read: nothing but one page of rows is in memory. */
export interface ExportedFile {
  name: string
  type: string
  text: AsyncGenerator<string>
}

const pageRows = 500
const bom = '\uFEFF'
const csv = 'text/csv; charset=utf-8'
const json = 'application/json'

/** `<module>.csv`, `<module>.json` or `everything.json`: all that this person may see. @throws Refusal module_unknown */
export async function exportFile(ctx: Context, file: string, language: Language): Promise<ExportedFile> {
  if (file === 'everything.json') return { name: file, type: json, text: everything(ctx) }
  const [key = '', kind] = file.split('.')
  const module = await requireModule(ctx, key)
  const pages = wholeModule(ctx, module)
  if (kind === 'csv') return { name: file, type: csv, text: csvText(ctx, module, pages, language) }
  return { name: file, type: json, text: moduleJson(module, pages) }
}

/** The rows of a list, in its order, as it is filtered now. */
export async function exportList(ctx: Context, { list, language }: ExportList): Promise<ExportedFile> {
  const module = await requireModule(ctx, list.module)
  async function* pages() {
    let cursor: string | undefined
    do {
      const query = { ...list, columns: [], bin: false, limit: 200, ...(cursor !== undefined && { cursor }) }
      const page = await listPage(ctx, query)
      yield page.rows
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  return { name: `${module.key}.csv`, type: csv, text: csvText(ctx, module, pages(), language) }
}

async function requireModule(ctx: Context, key: string): Promise<ModuleDescription> {
  const module = [...(await modulesOf(ctx)).values()].find((one) => one.key === key)
  if (module === undefined) throw new Refusal('not_found', 'module_unknown')
  return module
}

async function* wholeModule(ctx: Context, module: ModuleDescription): AsyncGenerator<RecordSummary[]> {
  let after: { at: Date; id: string } | undefined
  for (;;) {
    const rows = await exportPage(ctx.db, viewerOf(ctx), { module: module.key, after, limit: pageRows })
    const last = rows.at(-1)
    if (last === undefined) return
    yield await toSummaries(ctx, rows)
    after = { at: last.created_at, id: last.id }
  }
}

/** RFC 4180 in UTF-8 with its mark; formulas are defused, and an import of the file changes nothing. */
async function* csvText(
  ctx: Context,
  module: ModuleDescription,
  pages: AsyncIterable<readonly RecordSummary[]>,
  language: Language,
): AsyncGenerator<string> {
  const fields = importFields(module)
  const people = new Map((await listOwners(ctx.db, ctx.actor.orgId)).map((one) => [one.id, one]))
  yield bom + csvLine(headersOf(fields, language).map(defuseCell))
  const words = choiceWords(module.key, language)
  for await (const page of pages) {
    const named = new Set(page.flatMap((row) => row.refs.map((ref) => ref.id)))
    const shared = await sharedNames(ctx.db, ctx.actor.orgId, [...named])
    for (const row of page) {
      const refs = new Map(row.refs.map((ref) => [ref.id, ref.name]))
      const show = (field: FieldDescription, value: string): string => {
        if (value === '') return ''
        if (field.type === 'lookup')
          return value
            .split(';')
            .map((id) => reference(refs.get(id) ?? '', id, shared))
            .join('; ')
        const person = field.type === 'owner' ? people.get(value) : undefined
        return person === undefined ? plainText(field, value, words) : `${person.name} <${person.email}>`
      }
      yield csvLine(fields.map((field) => defuseCell(show(field, fieldOf(row, field.key)))))
    }
  }
}

/** Names that stand twice say which field they are, so that the file can be read back. */
function headersOf(fields: readonly FieldDescription[], language: Language): string[] {
  const words = fields.map((field) => fieldWords(field, language))
  return fields.map((field, n) => {
    const [word = field.key] = [words[n]]
    return words.filter((one) => one === word).length === 1 ? word : `${word} [${field.key}]`
  })
}

/** By name; where that does not say which one, with its id. What the viewer may not open stays unnamed. */
function reference(name: string, id: string, shared: ReadonlySet<string>): string {
  if (name === '') return ''
  const alone = !shared.has(id) && !name.includes(';') && readReference(name).name === name
  return alone ? name : `${name.replaceAll(';', ',')} [${id}]`
}

/** Words of choices where they can be read back, canonical values else. */
function plainText(field: FieldDescription, value: string, words: ReturnType<typeof choiceWords>): string {
  const shown = showValue(field, value, { words })
  const read = readValue(field, shown, { words })
  return 'value' in read && read.value === value ? shown : value
}

function fieldOf(row: RecordSummary, key: string): string {
  switch (key) {
    case 'id':
      return row.id
    case 'primaryAddress':
    case 'secondaryAddress':
    case 'accountId':
    case 'mainContactId':
    case 'dealId':
      return row[key] ?? ''
    case 'ownerId':
      return row.owner.id
    case 'contactIds':
      return row.contactIds.join(';')
    default:
      return row.fields[key] ?? ''
  }
}

async function* moduleJson(
  module: ModuleDescription,
  pages: AsyncIterable<readonly RecordSummary[]>,
): AsyncGenerator<string> {
  yield `{"module":${JSON.stringify(module)},"records":[`
  let first = true
  for await (const page of pages)
    for (const { access: _, ...row } of page) {
      yield `${first ? '' : ','}\n${JSON.stringify(row)}`
      first = false
    }
  yield ']}'
}

async function* everything(ctx: Context): AsyncGenerator<string> {
  const { orgId, userId, role } = ctx.actor
  const people = (await listOwners(ctx.db, orgId)).map(({ id, name, email }) => ({ id, name, email }))
  const at = new Date(ctx.clock.now()).toISOString()
  yield `{"format":"inlay-records","version":1,"exportedAt":"${at}","by":"${userId}","people":${JSON.stringify(people)},\n"modules":[`
  let first = true
  for (const module of (await modulesOf(ctx)).values()) {
    yield first ? '\n' : ',\n'
    first = false
    yield* moduleJson(module, wholeModule(ctx, module))
  }
  yield ']'
  const viewer = { ...viewerOf(ctx), all: role === 'admin' }
  for (const kind of surroundings) {
    yield `,\n"${kind}":[`
    let after = ''
    for (;;) {
      const page = await surroundingPage(ctx.db, viewer, kind, { after, limit: pageRows })
      for (const { row } of page) {
        yield `${after === '' && row === page[0]?.row ? '' : ','}\n${JSON.stringify(row)}`
      }
      const last = page.at(-1)
      if (last === undefined) break
      after = last.key
    }
    yield ']'
  }
  yield '}\n'
}
