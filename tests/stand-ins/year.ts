import type { Person } from './door.ts'
import type { GoogleStandIn, StandInMailbox } from './google/types.ts'

/** A simulated year: who lives it and how it is worked off. */
export interface YearTown {
  google: GoogleStandIn
  /** Signs a person in anew. */
  signIn(email: string): Promise<Person>
  /** Reps with connected mailboxes. */
  reps: readonly { email: string; gmail: StandInMailbox }[]
  /** Does everything that is due. */
  work(): Promise<void>
  /** The same by a process that dies at its nth call. */
  dieAt(nth: number): Promise<void>
  /** Hears after each round how far the year is. */
  onRound?(round: number, copies: number): void
}

export interface YearPlan {
  seed: number
  /** Copies of mails over all mailboxes. */
  mails: number
  rounds: number
  customers: number
}

const dayMs = 24 * 60 * 60_000

/** The same numbers for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Life extends YearTown {
  plan: YearPlan
  random: () => number
  /** One of the addresses stands on each record at a time. */
  records: { id: string; addresses: [string, string]; now: 0 | 1 }[]
  copies: { gmail: StandInMailbox; id: string; state: 'there' | 'trash' | 'gone' }[]
  sent: string[]
}

/**
 * Lives a year: mail in and out of every mailbox, answers, strangers, trash and back, deletion, spam, addresses that change
 * and return, history that expires, pokes that come twice or never, and processes that die. Ends with all work done.
 */
export async function liveYear(town: YearTown, plan: YearPlan): Promise<void> {
  const life: Life = { ...town, plan, random: seeded(plan.seed), records: [], copies: [], sent: [] }
  for (let round = 0; round < plan.rounds; round += 1) {
    // A session lasts less than a year.
    const me = await town.signIn(town.reps[0]?.email ?? '')
    await meetCustomers(life, me, Math.ceil((plan.customers * (round + 1)) / plan.rounds))
    const until = Math.ceil((plan.mails * (round + 1)) / plan.rounds)
    while (life.copies.length < until) exchange(life)
    for (let n = 0; n < plan.mails / plan.rounds / 4; n += 1) tidyUp(life)
    await moveAddress(life, me)
    if (chance(life, 0.4)) town.google.expireHistory(pick(life, town.reps).email)
    await pokeSome(life, me)
    town.google.clock.advance(dayMs * Math.ceil((365 / plan.rounds) * (0.5 + life.random())))
    while (chance(life, 0.6)) {
      await town.dieAt(1 + Math.floor(life.random() * 300))
      town.google.clock.advance(130_000)
    }
    await town.work()
    town.onRound?.(round + 1, life.copies.length)
  }
  // The second passes of what was looked for last.
  for (let n = 0; n < 3; n += 1) {
    town.google.clock.advance(130_000)
    await town.work()
  }
}

function chance({ random }: Life, share: number): boolean {
  return random() < share
}

function pick<T>({ random }: Life, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new Error('Nothing to pick from.')
  return one
}

async function meetCustomers(life: Life, me: Person, until: number): Promise<void> {
  while (life.records.length < until) {
    const n = life.records.length
    const addresses: [string, string] = [`person${n}@customer.example`, `person${n}@elsewhere.example`]
    const body = { module: 'contacts', fields: { lastName: `Person ${n}` }, primaryAddress: addresses[0] }
    const made = await me.call<{ record: { id: string } }>('POST', '/records', body)
    if (made.status !== 201) throw new Error(`Making a contact answered ${made.status}.`)
    life.records.push({ id: made.body.record.id, addresses, now: 0 })
  }
}

/** One mail between a customer or a stranger and some of the reps; some answer an earlier one. */
function exchange(life: Life): void {
  const { random, plan, google } = life
  const known = chance(life, 0.8)
  // Some customers write before anybody knows them.
  const nth = Math.floor(random() * plan.customers)
  const customer = known
    ? `person${nth}@${chance(life, 0.7) ? 'customer' : 'elsewhere'}.example`
    : `stranger${Math.floor(random() * 1e9)}@far.example`
  const reps = [...new Set([pick(life, life.reps), ...(chance(life, 0.3) ? [pick(life, life.reps)] : [])])]
  const number = life.sent.length
  const answers = chance(life, 0.3) ? life.sent.at(-1 - Math.floor(random() * 50)) : undefined
  const head = (from: string, to: string) =>
    [
      `From: ${from}`,
      `To: ${to}`,
      `Subject: ${answers === undefined ? '' : 'Re: '}Matter ${nth}`,
      `Date: ${new Date(google.clock.now()).toUTCString()}`,
      `Message-ID: <year-${plan.seed}-${number}@customer.example>`,
      ...(answers === undefined ? [] : [`References: ${answers}`]),
      'Content-Type: text/plain',
      '',
      `Mail ${number}`,
    ].join('\r\n')
  life.sent.push(`<year-${plan.seed}-${number}@customer.example>`)
  const [first] = reps
  if (first !== undefined && chance(life, 0.2)) {
    const { id } = first.gmail.send(head(first.email, customer))
    life.copies.push({ gmail: first.gmail, id: id ?? '', state: 'there' })
    return
  }
  const raw = head(customer, reps.map((one) => one.email).join(', '))
  const labelIds = chance(life, 0.03) ? ['SPAM'] : ['INBOX', 'UNREAD']
  for (const { gmail } of reps) {
    const { id } = gmail.deliver(raw, { labelIds })
    life.copies.push({ gmail, id: id ?? '', state: labelIds.includes('SPAM') ? 'trash' : 'there' })
  }
}

/** Somebody archives, throws away, takes back, or deletes for good. */
function tidyUp(life: Life): void {
  const one = pick(life, life.copies)
  const dice = life.random()
  if (one.state === 'gone') return
  if (dice < 0.1) {
    one.gmail.deleteForever(one.id)
    one.state = 'gone'
  } else if (one.state === 'trash') {
    one.gmail.modify(one.id, { add: ['INBOX'], remove: ['TRASH', 'SPAM'] })
    one.state = 'there'
  } else if (dice < 0.5) {
    one.gmail.trash(one.id)
    one.state = 'trash'
  } else one.gmail.modify(one.id, { remove: ['INBOX', 'UNREAD'] })
}

async function moveAddress(life: Life, me: Person): Promise<void> {
  const record = pick(life, life.records)
  const card = await me.call<{ record: { version: number } }>('GET', `/records/${record.id}`)
  record.now = record.now === 0 ? 1 : 0
  const { version } = card.body.record
  const primaryAddress = record.addresses[record.now]
  const moved = await me.call('PATCH', `/records/${record.id}`, { version, primaryAddress })
  if (moved.status !== 200) throw new Error(`Changing an address answered ${moved.status}.`)
}

/** Dropped, or come several times. */
async function pokeSome(life: Life, me: Person): Promise<void> {
  while (chance(life, 0.5)) await me.call('POST', '/sync/poke', { account: me.email })
}
