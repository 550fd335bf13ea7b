import type { ImportProblems } from '../../../lib/contract/imports.ts'
import { fieldWords, type Language } from '../../../lib/domain/choice-words.ts'
import { csvLine, defuseCell, restoreCell } from '../../../lib/domain/csv.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { problemWords } from '../../../lib/domain/problem-words.ts'
import type { Queryable } from '../../storage/database.ts'
import { countProblems, type ImportProblem, listProblems } from '../../storage/imports.ts'
import type { Context } from '../context.ts'
import { modulesOf } from '../modules.ts'
import { readRows } from './file.ts'
import { requireImport } from './imports.ts'
import { importFields, storedFormat } from './plan.ts'

const bom = '\uFEFF'
const pageRows = 500

/** What was wrong with the rows, in the order of the file. */
export async function listImportProblems(
  ctx: Context,
  id: string,
  page: { cursor?: string | undefined; limit: number },
): Promise<ImportProblems> {
  await requireImport(ctx, id)
  const found = await listProblems(ctx.db, id, { after: readCursor(page.cursor), limit: page.limit + 1 })
  const rows = found.slice(0, page.limit)
  const last = rows.at(-1)
  return {
    rows: rows.map(({ row, field, reason, value }) => ({ row, field, reason, value })),
    total: await countProblems(ctx.db, id),
    nextCursor: found.length > page.limit && last !== undefined ? `${last.row}.${last.seq}` : null,
  }
}

function readCursor(text: string | undefined): { row: number; seq: number } {
  if (text === undefined) return { row: 0, seq: -1 }
  const [, row, seq] = /^(\d{1,9})\.(\d{1,9})$/.exec(text) ?? []
  if (row === undefined || seq === undefined)
    throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'cursor', reason: 'field_invalid' }])
  return { row: Number(row), seq: Number(seq) }
}

/**
 * The rows that failed as they stood in the file, with why in one more column at the end: to be corrected and imported
 * again. Nothing is held in memory but one row and a page of problems.
 */
export async function problemsCsv(
  ctx: Context,
  id: string,
  language: Language,
  signal: AbortSignal,
): Promise<{ name: string; lines: AsyncGenerator<string> }> {
  const row = await requireImport(ctx, id)
  if (row.sha256 === '') throw new Refusal('conflict', 'import_state', { status: row.status })
  const module = [...(await modulesOf(ctx)).values()].find((one) => one.key === row.module)
  const fields = new Map(module && importFields(module).map((field) => [field.key, field]))
  const say = ({ field, reason }: ImportProblem) => {
    const known = fields.get(field)
    const sentence = problemWords(reason, language)
    return known === undefined ? sentence : `${fieldWords(known, language)}: ${sentence}`
  }
  const why = fieldWords({ key: 'importProblem' }, language)
  const { format, headers } = storedFormat(row)
  const file = { files: ctx.files, orgId: row.org_id, sha256: row.sha256 }
  async function* lines(): AsyncGenerator<string> {
    yield bom + csvLine([...headers.map(defuseCell), why])
    const problems = problemsByRow(ctx.db, id)
    let next = await problems.next()
    for await (const { row: number, cells } of readRows(file, format, signal)) {
      while (!next.done && next.value.row < number) next = await problems.next()
      if (next.done) return
      if (next.value.row !== number) continue
      yield csvLine([...padded(cells, headers.length), next.value.all.map(say).join(' ')])
    }
  }
  return {
    name: `${row.file_name.replace(/\.[a-z]{1,5}$/i, '')} (${module?.key ?? 'rows'}).csv`,
    lines: lines(),
  }
}

/**
 * The reason stands in a column of its own, whatever the row lacks; what it has too much is left out. The file may be a
 * stranger's, so its formulas are defused; imported again it says the same.
 */
function padded(cells: readonly string[], width: number): string[] {
  return Array.from({ length: width }, (_, n) => defuseCell(restoreCell(cells[n] ?? '')))
}

async function* problemsByRow(
  q: Queryable,
  id: string,
): AsyncGenerator<{ row: number; all: ImportProblem[] }> {
  let after = { row: 0, seq: -1 }
  let open: { row: number; all: ImportProblem[] } | undefined
  for (;;) {
    const page = await listProblems(q, id, { after, limit: pageRows })
    for (const one of page) {
      if (open?.row === one.row) open.all.push(one)
      else {
        if (open !== undefined) yield open
        open = { row: one.row, all: [one] }
      }
    }
    const last = page.at(-1)
    if (last === undefined) break
    after = last
  }
  if (open !== undefined) yield open
}
