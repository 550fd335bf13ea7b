import type { Found } from '../../lib/contract/records.ts'
import type { ModuleKey } from '../../lib/domain/modules.ts'
import { type Match, matchRecord, readQuery, type SearchQuery } from '../../lib/domain/search-rank.ts'
import { plannedOnce } from '../storage/prepared.ts'
import {
  type Candidate,
  findAnyRecordsById,
  findCandidates,
  findNearCandidates,
  findRecent,
} from '../storage/search-candidates.ts'
import { viewerOf } from './access.ts'
import type { Context } from './context.ts'
import { toSummaries } from './records/read.ts'

const mostFound = 20
/** Fewer than these, and what is merely similar is looked for as well. */
const fewFound = 5

/**
 * As you type: records of any module by name, company, address, phone or number, in Latin and Japanese, the start of a word
 * or its middle; when little is found also with a slip. Best first, at most 20; without a text the last touched.
 */
export async function searchRecords(
  ctx: Context,
  input: { q: string; module?: ModuleKey | undefined },
): Promise<Found['records']> {
  const viewer = viewerOf(ctx)
  const { module } = input
  if (input.q.trim() === '') {
    const recent = await toSummaries(ctx, await findRecent(ctx.db, viewer, { module, limit: mostFound }))
    return recent.map((record) => ({ ...record, matched: 'recent' }))
  }
  const query = readQuery(input.q)
  if (query.words.length === 0) return []
  const found = rank(query, await findCandidates(ctx.db, viewer, { query, module }))
  if (found.length < fewFound && query.words.some((word) => word.near.length > 0)) {
    const known = new Set(found.map((one) => one.id))
    const near = rank(query, await findNearCandidates(ctx.db, viewer, { query, module }))
    found.push(...near.filter((one) => !known.has(one.id)))
  }
  const best = found.slice(0, mostFound)
  const ids = best.map((one) => one.id)
  const rows = await plannedOnce(() => findAnyRecordsById(ctx.db, viewer, ids))
  const summaries = new Map((await toSummaries(ctx, rows)).map((record) => [record.id, record]))
  return best.flatMap(({ id, matched }) => {
    const record = summaries.get(id)
    return record === undefined ? [] : [{ ...record, matched }]
  })
}

function rank(query: SearchQuery, candidates: readonly Candidate[]): (Candidate & Match)[] {
  return candidates
    .flatMap((candidate) => {
      const match = matchRecord(query, candidate)
      return match === undefined ? [] : [{ ...candidate, ...match }]
    })
    .sort((a, b) => b.score - a.score || b.updatedAt.getTime() - a.updatedAt.getTime())
}
