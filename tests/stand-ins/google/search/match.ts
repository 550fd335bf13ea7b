import type { Account } from '../mail/account.ts'
import { walk } from '../mime/parse.ts'
import type { MailStore, StoredMessage } from '../store/mail-store.ts'
import type { World } from '../world.ts'
import { searchAge, searchDate, searchSize } from './dates.ts'
import { parseQuery, type Query } from './parse.ts'
import { hasAddress, hasPhrase, words } from './words.ts'

/** What a search or a plain list asks for. */
export interface Search {
  q?: string
  labelIds?: readonly string[]
  includeSpamTrash?: boolean
}

interface Context {
  store: MailStore
  me: string[]
  now: number
}

const HIDDEN_PLACES = new Set(['spam', 'trash', 'anywhere', 'bin'])

/** Matching messages, newest first. Spam and trash only when asked for; with `q`, nothing younger than the search lag. */
export function findMessages(world: World, account: Account, search: Search): StoredMessage[] {
  const query = search.q === undefined || search.q.trim() === '' ? undefined : parseQuery(search.q)
  const context: Context = {
    store: account.store,
    me: [account.email, ...account.aliases.map((alias) => alias.email)],
    now: world.clock.now(),
  }
  const labels = search.labelIds ?? []
  const hidden =
    search.includeSpamTrash === true || labels.some(isHiddenLabel) || (query && namesHidden(query)) === true
  const newest = context.now - world.settings.searchLagMs
  return account.store.newestFirst().filter((message) => {
    if (!hidden && [...message.labels].some(isHiddenLabel)) return false
    if (!labels.every((label) => message.labels.has(label))) return false
    if (query === undefined) return true
    return message.storedAt <= newest && matches(query, message, context)
  })
}

function isHiddenLabel(label: string): boolean {
  return label === 'SPAM' || label === 'TRASH'
}

function namesHidden(query: Query): boolean {
  if (query.kind === 'all' || query.kind === 'any') return query.of.some(namesHidden)
  return (
    query.kind === 'field' &&
    /^(in|label|is)$/.test(query.name) &&
    HIDDEN_PLACES.has(query.value.toLowerCase())
  )
}

function matches(query: Query, message: StoredMessage, context: Context): boolean {
  if (query.kind === 'all') return query.of.every((one) => matches(one, message, context))
  if (query.kind === 'any') return query.of.some((one) => matches(one, message, context))
  if (query.kind === 'not') return !matches(query.of, message, context)
  if (query.kind === 'words') return hasPhrase(searchText(message), query.text)
  const test = FIELDS[query.name]
  if (test === undefined) return hasPhrase(searchText(message), `${query.name} ${query.value}`)
  return test(message, query.value, context)
}

type FieldTest = (message: StoredMessage, value: string, context: Context) => boolean

const FIELDS: Record<string, FieldTest> = {
  from: addressTest('From'),
  to: addressTest('To'),
  cc: addressTest('Cc'),
  bcc: addressTest('Bcc'),
  deliveredto: addressTest('Delivered-To'),
  subject: (message, value) => hasPhrase(message.facts.subject, value),
  rfc822msgid: (message, value) => message.facts.messageId === value.replace(/^<|>$/g, ''),
  label: (message, value, { store }) => labelIds(store, value).some((id) => message.labels.has(id)),
  in: (message, value, { store }) => isIn(message, value.toLowerCase(), store),
  is: (message, value) => isState(message, value.toLowerCase()),
  has: (message, value) => hasThing(message, value.toLowerCase()),
  filename: (message, value) => message.facts.filenames.some((name) => isFilename(name, value)),
  larger: (message, value) => message.raw.length > (searchSize(value) ?? Number.POSITIVE_INFINITY),
  larger_than: (message, value) => message.raw.length > (searchSize(value) ?? Number.POSITIVE_INFINITY),
  size: (message, value) => message.raw.length > (searchSize(value) ?? Number.POSITIVE_INFINITY),
  smaller: (message, value) => message.raw.length < (searchSize(value) ?? 0),
  smaller_than: (message, value) => message.raw.length < (searchSize(value) ?? 0),
  after: (message, value) => message.internalDate >= (searchDate(value) ?? Number.POSITIVE_INFINITY),
  newer: (message, value) => message.internalDate >= (searchDate(value) ?? Number.POSITIVE_INFINITY),
  before: (message, value) => message.internalDate < (searchDate(value) ?? Number.NEGATIVE_INFINITY),
  older: (message, value) => message.internalDate < (searchDate(value) ?? Number.NEGATIVE_INFINITY),
  newer_than: (message, value, { now }) =>
    message.internalDate >= now - (searchAge(value) ?? Number.NEGATIVE_INFINITY),
  older_than: (message, value, { now }) =>
    message.internalDate < now - (searchAge(value) ?? Number.POSITIVE_INFINITY),
}

function addressTest(header: string): FieldTest {
  return (message, value, { me }) => hasAddress(message.facts.addresses(header), value, me)
}

function searchText(message: StoredMessage): string {
  const people = ['From', 'To', 'Cc'].flatMap((name) => message.facts.addresses(name))
  const addresses = people.map((one) => `${one.name} ${one.address}`)
  return [message.facts.subject, ...addresses, message.facts.text, ...message.facts.filenames].join('\n')
}

function labelIds(store: MailStore, value: string): string[] {
  const wanted = value.toLowerCase().replace(/[\s/]/g, '-')
  const user = [...store.userLabels].filter(
    ([, name]) => name.toLowerCase().replace(/[\s/]/g, '-') === wanted,
  )
  return [value.toUpperCase(), value, ...user.map(([id]) => id)]
}

function isIn(message: StoredMessage, place: string, store: MailStore): boolean {
  if (place === 'anywhere') return true
  const known: Record<string, string> = { bin: 'TRASH', drafts: 'DRAFT', draft: 'DRAFT', chats: 'CHAT' }
  return labelIds(store, known[place] ?? place).some((id) => message.labels.has(id))
}

function isState(message: StoredMessage, state: string): boolean {
  if (state === 'read') return !message.labels.has('UNREAD')
  return message.labels.has(state.toUpperCase())
}

function hasThing(message: StoredMessage, thing: string): boolean {
  if (thing === 'userlabels') return [...message.labels].some((label) => label.startsWith('Label_'))
  if (thing === 'nouserlabels') return ![...message.labels].some((label) => label.startsWith('Label_'))
  if (thing !== 'attachment') return false
  return [...walk(message.facts.root)].some(({ part }) => part.filename !== '' && part.children === undefined)
}

function isFilename(name: string, wanted: string): boolean {
  return (
    name.toLowerCase().endsWith(`.${wanted.toLowerCase().replace(/^\./, '')}`) ||
    hasPhrase(name, wanted) ||
    words(name).some((word) => word.startsWith(wanted.toLowerCase()))
  )
}
