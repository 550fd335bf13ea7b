import { type RawBuilder, sql } from 'kysely'
import type { Queryable } from '../database.ts'

/** The form of an export's folder: `manifest.json`, `tables/<name>.jsonl`, `files/<organisation>/<sha256>`. */
export interface Manifest {
  format: 'inlay-export'
  /** Name of the last migration of the schema the rows are of. */
  schema: string
  /** Rows of each table. */
  tables: Record<string, number>
  /** Where each identity column goes on, by `table.column`. */
  sequences: Record<string, { last: string; called: boolean }>
  files: number
}

export interface TableFacts {
  name: string
  /** Without generated ones. */
  columns: string[]
  /** Rows may hold a whole mail’s text. */
  heavy: boolean
  identities: string[]
  /** Tables its foreign keys name, itself left out. */
  needs: string[]
  /** Names of foreign keys to itself. */
  ownKeys: string[]
}

/** Our tables, each after those its foreign keys name. */
export async function readCatalog(q: Queryable): Promise<TableFacts[]> {
  const { rows } = await sql<TableFacts>`
    select c.relname as name,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0
        and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
      exists(select 1 from pg_attribute a where a.attrelid = c.oid and not a.attisdropped
        and a.atttypid = 'text'::regtype and a.attname in ('body', 'html', 'quote')) as heavy,
      array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attidentity <> '') as identities,
      array(select distinct k.confrelid::regclass::text from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs,
      array(select k.conname::text from pg_constraint k
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = c.oid) as "ownKeys"
    from pg_class c
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname not like 'kysely%'
    order by c.relname`.execute(q)
  return inOrder(rows)
}

function inOrder(tables: TableFacts[]): TableFacts[] {
  const placed = new Map<string, TableFacts>()
  while (placed.size < tables.length) {
    const ready = tables.find(
      (table) => !placed.has(table.name) && table.needs.every((name) => placed.has(name)),
    )
    if (!ready) throw new Error('The foreign keys of the tables form a circle.')
    placed.set(ready.name, ready)
  }
  return [...placed.values()]
}

/** The sequence behind an identity column, as SQL. */
export function sequenceOf(table: string, column: string): RawBuilder<string> {
  return sql`pg_get_serial_sequence(${table}, ${column})`
}
