import { signal } from '@preact/signals'
import type { Chips } from '@/lib/contract/messages.ts'
import type { Chip } from '@/lib/extension/messages.ts'
import { choiceName } from '@/lib/extension/record-words.ts'
import { mailbox, settings } from '../state.ts'
import { moduleOf } from '../state-cards.ts'
import { attempt } from './core.ts'
import { toPage } from './host.ts'
import { openRecord } from './records.ts'

type Known = Chips['chips'][number]

/** What the rows of Gmail's list say; by thread. */
const known = signal<ReadonlyMap<string, Known>>(new Map())
let rows: readonly string[] = []
/** Threads that were asked about, also those that stand on no record. */
let asked = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined
/** Ms in which several events make one question. */
const together = 1000
/** Rows of some pages of a list are remembered. */
const most = 1000

/** Another account: its rows are asked about anew. */
export function forgetChips(): void {
  clearTimeout(timer)
  timer = undefined
  asked = new Set()
  known.value = new Map()
}

/** The rows Gmail shows now; only those not asked about are, all in one call. */
export async function showRows(threadIds: readonly string[]): Promise<void> {
  rows = threadIds
  if (isOff()) return
  await ask(threadIds.filter((id) => !asked.has(id)))
}

/** After signing in, or when Inlay may read the mailbox at last: the rows that were told of before. */
export function showRowsAgain(): Promise<void> {
  return showRows(rows)
}

/** A record, its mail or its stage changed. */
export function hearChips(): void {
  asked = new Set()
  if (timer !== undefined || rows.length === 0 || isOff()) return
  timer = setTimeout(() => {
    timer = undefined
    void ask(rows)
  }, together)
}

async function ask(threadIds: readonly string[]): Promise<void> {
  if (threadIds.length === 0 || mailbox.value?.canRead !== true) return
  for (const id of threadIds) asked.add(id)
  const answer = await attempt(({ backend, account }) =>
    backend.chips({ account, threadIds: threadIds.slice(0, 100) }),
  )
  if (!answer.ok) {
    // Asked again with the next rows.
    for (const id of threadIds) asked.delete(id)
    return
  }
  const next = new Map(known.value)
  for (const id of threadIds) next.delete(id)
  for (const chip of answer.value.chips) next.set(chip.threadId, chip)
  for (const id of next.keys()) {
    if (next.size <= most) break
    next.delete(id)
    asked.delete(id)
  }
  known.value = next
}

/** What is drawn in Gmail's page: two words a row, nothing else. */
export function chipWords(): Chip[] {
  if (isOff()) return []
  return [...known.value.values()].map(({ threadId, record, stage }) => {
    const field = moduleOf(record.module).fields.find((one) => one.key === 'stage' || one.key === 'status')
    const words = field && stage !== '' ? choiceName(record.module, field, stage) : stage
    return { threadId, name: record.name, stage: words }
  })
}

/** A chip was pressed: its record, beside the list. */
export function openChip(threadId: string): void {
  const chip = known.value.get(threadId)
  if (chip === undefined) return
  toPage('panel.open', { open: true })
  openRecord(chip.record.id)
}

/** The person wants none, so nothing is asked either. */
function isOff(): boolean {
  return settings.value?.chips === 'off'
}
