import { type DBSchema, deleteDB, type IDBPDatabase, openDB } from 'idb'
import type { Me } from '../contract/identity.ts'
import type { ModulesAnswer } from '../contract/modules.ts'
import type { LookedUpPerson, RecordCard } from '../contract/records.ts'
import type { ThreadFacts } from '../contract/threads.ts'
import { type Draft, upgradeDraft } from './mail-draft.ts'

/** What one address was when it was last looked up; its cards stand in their own store. */
export interface CachedPerson {
  address: string
  name: string
  kind: LookedUpPerson['kind']
  cardIds: string[]
  pickedId: string | null
  near: LookedUpPerson['near']
  hidden: number
  /** Epoch ms of the server's answer. */
  at: number
}

/** Facts of a thread, good as long as its number of messages stays the same. */
interface CachedThread {
  id: string
  version: number
  facts: ThreadFacts
  at: number
}

interface Schema extends DBSchema {
  people: { key: string; value: CachedPerson; indexes: { at: number } }
  cards: { key: string; value: { id: string; card: RecordCard; at: number }; indexes: { at: number } }
  threads: { key: string; value: CachedThread; indexes: { at: number } }
  drafts: { key: string; value: Draft }
  meta: { key: string; value: unknown }
}

/** Keys of `meta`, each with what stands there. */
interface Meta {
  me: Me
  modules: ModulesAnswer
  /** Which lists stand open on the cards of a module. */
  unfolded: string[]
  /** The place of the workspace the person was in last, and the columns they chose, by module. */
  lastPlace: string
  columns: Readonly<Record<string, readonly string[]>>
  /** How far this browser's clock is behind the server's, ms. */
  skew: number
  /** The first question about permissions was answered or put off. */
  askedForMore: boolean
  /** What files were when they were chosen, by their upload, so that the same one goes on where it stopped. */
  uploads: Readonly<Record<string, string>>
  /** The fields of what is stored; another build may know others. */
  shape: string
}

const prefix = 'inlay-'
/** Copies of what the server knows. */
const replicas = ['people', 'cards', 'threads'] as const
const keepMs = 60 * 86_400_000
const nameOf = (account: string) => `${prefix}${account.trim().toLowerCase()}`

/** The local replica of one Gmail account. Its people, cards and threads may vanish at any time; drafts are kept. */
export interface Cache {
  /** People of a thread and the cards they lead to, in one transaction. Unknown addresses are left out. */
  readPeople(
    addresses: readonly string[],
  ): Promise<{ people: CachedPerson[]; cards: Map<string, RecordCard> }>
  /** The people looked up last, at most `count`, with their cards. */
  readRecent(count: number): Promise<{ people: CachedPerson[]; cards: Map<string, RecordCard> }>
  /** Takes over an answer of the server; `at` is epoch ms. */
  writePeople(people: readonly LookedUpPerson[], at: number): Promise<void>
  readCard(id: string): Promise<{ card: RecordCard; at: number } | undefined>
  writeCard(card: RecordCard, at: number): Promise<void>
  forgetCard(id: string): Promise<void>
  readThread(id: string): Promise<CachedThread | undefined>
  writeThread(thread: CachedThread): Promise<void>
  readDraft(id: string): Promise<Draft | undefined>
  readDrafts(): Promise<Draft[]>
  writeDraft(draft: Draft): Promise<void>
  removeDraft(id: string): Promise<void>
  readMeta<Key extends keyof Meta>(key: Key): Promise<Meta[Key] | undefined>
  writeMeta<Key extends keyof Meta>(key: Key, value: Meta[Key]): Promise<void>
  /** Drops what nobody has looked at for 60 days; `now` is epoch ms. */
  prune(now: number): Promise<void>
  close(): void
}

/**
 * Opens the replica of one account. What was stored in another `shape` (see `shape.ts`) is dropped, drafts excepted.
 * Throws where the browser keeps nothing, e.g. with storage switched off.
 */
export async function openCache(account: string, shape: string): Promise<Cache> {
  const db = await openDB<Schema>(nameOf(account), 1, {
    upgrade(fresh) {
      for (const store of replicas) {
        const keyPath = store === 'people' ? 'address' : 'id'
        fresh.createObjectStore(store, { keyPath }).createIndex('at', 'at')
      }
      fresh.createObjectStore('drafts', { keyPath: 'id' })
      fresh.createObjectStore('meta')
    },
    // Another tab signs out: let go, or its deletion waits for us.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  })
  if ((await db.get('meta', 'shape')) !== shape) await reshape(db, shape)
  return createCache(db)
}

async function reshape(db: IDBPDatabase<Schema>, shape: string): Promise<void> {
  // The mark last: if this is cut short, it is done again.
  for (const store of replicas) await db.clear(store)
  await db.delete('meta', 'me')
  await db.delete('meta', 'modules')
  await db.put('meta', shape, 'shape')
}

function createCache(db: IDBPDatabase<Schema>): Cache {
  return {
    async readPeople(addresses) {
      const tx = db.transaction(['people', 'cards'])
      const found = await Promise.all(addresses.map((address) => tx.objectStore('people').get(address)))
      const people = found.filter((person) => person !== undefined)
      return { people, cards: await cardsOf(tx.objectStore('cards'), people) }
    },
    async readRecent(count) {
      const tx = db.transaction(['people', 'cards'])
      const people: CachedPerson[] = []
      let cursor = await tx.objectStore('people').index('at').openCursor(null, 'prev')
      while (cursor !== null && people.length < count) {
        people.push(cursor.value)
        cursor = await cursor.continue()
      }
      return { people, cards: await cardsOf(tx.objectStore('cards'), people) }
    },
    async writePeople(people, at) {
      const tx = db.transaction(['people', 'cards'], 'readwrite')
      for (const { cards, ...person } of people) {
        void tx.objectStore('people').put({ ...person, cardIds: cards.map((card) => card.record.id), at })
        for (const card of cards) void tx.objectStore('cards').put({ id: card.record.id, card, at })
      }
      await tx.done
    },
    readCard: (id) => db.get('cards', id),
    writeCard: async (card, at) => void (await db.put('cards', { id: card.record.id, card, at })),
    forgetCard: (id) => db.delete('cards', id),
    readThread: (id) => db.get('threads', id),
    writeThread: async (thread) => void (await db.put('threads', thread)),
    readDraft: async (id) => {
      const found = await db.get('drafts', id)
      return found && upgradeDraft(found)
    },
    readDrafts: async () => (await db.getAll('drafts')).map(upgradeDraft),
    writeDraft: async (draft) => void (await db.put('drafts', draft)),
    removeDraft: (id) => db.delete('drafts', id),
    // Only writeMeta writes here, and it takes the value its key stands for.
    readMeta: async <Key extends keyof Meta>(key: Key) =>
      (await db.get('meta', key)) as Meta[Key] | undefined,
    writeMeta: async (key, value) => void (await db.put('meta', value, key)),
    prune: (now) => prune(db, now - keepMs),
    close: () => db.close(),
  }
}

async function cardsOf(
  store: { get(id: string): Promise<Schema['cards']['value'] | undefined> },
  people: readonly CachedPerson[],
): Promise<Map<string, RecordCard>> {
  const ids = [...new Set(people.flatMap((person) => person.cardIds))]
  const rows = await Promise.all(ids.map((id) => store.get(id)))
  return new Map(rows.flatMap((row) => (row === undefined ? [] : [[row.id, row.card]])))
}

async function prune(db: IDBPDatabase<Schema>, before: number): Promise<void> {
  for (const store of replicas) {
    const tx = db.transaction(store, 'readwrite')
    let cursor = await tx.store.index('at').openCursor(IDBKeyRange.upperBound(before))
    while (cursor !== null) {
      await cursor.delete()
      cursor = await cursor.continue()
    }
    await tx.done
  }
}

/** Signing out leaves nothing behind. */
export async function clearCache(account: string): Promise<void> {
  await deleteDB(nameOf(account))
}

/** Deletes the replicas of every account except these; also of accounts that were signed out while no panel was open. */
export async function clearCachesExcept(accounts: readonly string[]): Promise<void> {
  const kept = accounts.map(nameOf)
  const names = (await indexedDB.databases()).map(({ name }) => name ?? '')
  await Promise.all(
    names.filter((name) => name.startsWith(prefix) && !kept.includes(name)).map((name) => deleteDB(name)),
  )
}
