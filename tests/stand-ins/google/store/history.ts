import { randomInt } from 'node:crypto'
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'

/** The kinds `historyTypes` names. */
export const HISTORY_TYPES = ['messageAdded', 'messageDeleted', 'labelAdded', 'labelRemoved'] as const
export type HistoryType = (typeof HISTORY_TYPES)[number]

/** The message as it was right after the change. */
export interface HistoryMessage {
  id: string
  threadId: string
  labelIds: readonly string[]
}

interface Entry {
  id: number
  type: HistoryType
  message: HistoryMessage
  /** Labels added or removed; empty for whole messages. */
  changed: readonly string[]
}

/** First ids stand just below a digit rollover, so that comparing them as strings goes wrong at once. */
const FIRST_ID = 999_950

/** One mailbox's history: increasing ids with gaps, and a floor below which Gmail has forgotten. */
export class History {
  #entries: Entry[] = []
  #latest = FIRST_ID + randomInt(5)
  #floor = this.#latest
  readonly #gap: () => number

  constructor(gap: () => number) {
    this.#gap = gap
  }

  get latest(): number {
    return this.#latest
  }

  record(type: HistoryType, message: HistoryMessage, changed: readonly string[] = []): number {
    this.#latest += 1 + randomInt(Math.max(1, this.#gap()))
    this.#entries.push({
      id: this.#latest,
      type,
      message: { ...message, labelIds: [...message.labelIds] },
      changed,
    })
    return this.#latest
  }

  /** Forgets everything: only a cursor at the newest id is still good. */
  expire(): void {
    this.#floor = this.#latest
    this.#entries = []
  }

  knows(startId: number): boolean {
    return startId >= this.#floor
  }

  /** Records after `startId`, oldest first, at most `max`; `more` is the id to go on after. */
  list(query: {
    startId: number
    types: ReadonlySet<HistoryType>
    labelId?: string
    max: number
  }): HistoryPage {
    const matching = this.#entries
      .slice(this.#firstAfter(query.startId))
      .filter(
        (one) =>
          query.types.has(one.type) &&
          (query.labelId === undefined || [...one.message.labelIds, ...one.changed].includes(query.labelId)),
      )
    const page = matching.slice(0, query.max)
    const last = page.at(-1)
    const records = page.map(toRecord)
    return matching.length > page.length && last !== undefined ? { records, more: last.id } : { records }
  }

  /** Messages changed after an id, with the labels they had and those that changed. */
  entriesAfter(id: number, types: ReadonlySet<HistoryType>): { labelIds: readonly string[] }[] {
    return this.#entries
      .slice(this.#firstAfter(id))
      .filter((one) => types.has(one.type))
      .map((one) => ({ labelIds: [...one.message.labelIds, ...one.changed] }))
  }

  /** Entries stand in the order of their ids: halves until it finds the place. */
  #firstAfter(id: number): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#entries[middle]?.id ?? 0) > id) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** One page of history. */
export interface HistoryPage {
  records: gmail_v1.Schema$History[]
  more?: number
}

function toRecord(entry: Entry): gmail_v1.Schema$History {
  const { id, threadId, labelIds } = entry.message
  const message: gmail_v1.Schema$Message = { id, threadId }
  if (labelIds.length > 0) message.labelIds = [...labelIds]
  const record: gmail_v1.Schema$History = { id: String(entry.id), messages: [{ id, threadId }] }
  const changed = [...entry.changed]
  if (entry.type === 'messageAdded') record.messagesAdded = [{ message }]
  if (entry.type === 'messageDeleted') record.messagesDeleted = [{ message }]
  if (entry.type === 'labelAdded') record.labelsAdded = [{ message, labelIds: changed }]
  if (entry.type === 'labelRemoved') record.labelsRemoved = [{ message, labelIds: changed }]
  return record
}
