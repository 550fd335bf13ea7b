import type { AccountSeed, GoogleStandIn } from '../google/types.ts'
import { seedDrive } from './world/drive.ts'
import { ENGLISH } from './world/letters-english.ts'
import { OTHER_LANGUAGES } from './world/letters-other.ts'
import { RETROFIT } from './world/letters-retrofit.ts'
import { COLLEAGUES, ROUTINE } from './world/letters-routine.ts'
import { COMPANY, ELENA, JONAS, KEN, MIA } from './world/people.ts'
import { type Letter, type NamedThread, type PostedLetter, post } from './world/post.ts'

/** A thread that was put into the mailboxes. */
export interface SeededThread {
  subject: string
  letters: readonly PostedLetter[]
  /** Gmail's thread id in one mailbox; throws when the thread never reached it. */
  threadIdIn(email: string): string
  /** Gmail's message id of the nth letter, from 0 (negative: from the end), in one mailbox. */
  messageIdIn(email: string, nth: number): string
}

export interface World {
  /** Addresses: `mia` the rep, `ken` and `ana` colleagues, `tom` the admin, `elena` a customer with a mailbox. */
  mia: string
  ken: string
  tom: string
  ana: string
  elena: string
  /** By name; `retrofit` is the one of the README's picture, `long` has 44 messages. */
  threads: ReadonlyMap<string, SeededThread>
  thread(name: string): SeededThread
}

/** Addresses of the world's accounts. */
const ADDRESSES = {
  mia: 'mia.sato@arbor.example',
  ken: 'ken.mori@arbor.example',
  tom: 'tom.weber@arbor.example',
  ana: 'ana.ruiz@arbor.example',
  elena: ELENA.email,
} as const

/** Further addresses accounts send as. */
export type Aliases = Readonly<Record<string, NonNullable<AccountSeed['aliases']>>>

/**
 * Fills a stand-in Google with Arbor Instruments of Tokyo: four colleagues, their customers in Hamburg, Lyon, Osaka
 * and elsewhere, and about 25 conversations. All times count back from the stand-in's clock.
 */
export function seedWorld(google: GoogleStandIn, aliases: Aliases = {}): World {
  for (const { name, email, signature = [] } of COMPANY)
    google.addAccount({
      ...{ name, email, signature: signature.join('<br>') },
      ...(aliases[email] && { aliases: aliases[email] }),
    })
  google.addAccount({ name: ELENA.name, email: ELENA.email })
  const special: NamedThread[] = [
    ['long', longThread(44)],
    ['retrofit', RETROFIT],
  ]
  const named = [...ENGLISH, ...ROUTINE, ...OTHER_LANGUAGES, ...COLLEAGUES, ...special]
  const threads = seedThreads(google, new Map(named))
  seedDrafts(google)
  seedDrive(google, ADDRESSES.mia)
  return {
    ...ADDRESSES,
    threads,
    thread(name) {
      const thread = threads.get(name)
      if (!thread) throw new Error(`The world has no thread ${name}`)
      return thread
    },
  }
}

/** Posts threads in the order their letters were written; each letter answers the one before it in its thread. */
export function seedThreads(
  google: GoogleStandIn,
  named: ReadonlyMap<string, readonly Letter[]>,
): ReadonlyMap<string, SeededThread> {
  const mailboxes = new Set<string>(
    [...COMPANY.map((c) => c.email), ELENA.email].filter((email) => hasMailbox(google, email)),
  )
  const all = [...named].flatMap(([name, letters]) => letters.map((letter) => ({ name, letter })))
  all.sort((a, b) => b.letter.minutesAgo - a.letter.minutesAgo)
  const posted = new Map<string, PostedLetter[]>([...named.keys()].map((name) => [name, []]))
  for (const { name, letter } of all) {
    const before = posted.get(name) ?? []
    const answers = before.at(-1)
    before.push(post(google, mailboxes, answers ? { ...letter, answers } : letter))
  }
  return new Map(
    [...posted].map(([name, letters]) => [name, seeded(named.get(name)?.[0]?.subject ?? '', letters)]),
  )
}

function hasMailbox(google: GoogleStandIn, email: string): boolean {
  try {
    return google.mailbox(email).email !== ''
  } catch {
    return false
  }
}

function seeded(subject: string, letters: readonly PostedLetter[]): SeededThread {
  const copy = (email: string, nth: number) => {
    const found = letters.flatMap((letter) => letter.copies[email] ?? []).at(nth)
    if (!found) throw new Error(`“${subject}” has no letter ${nth} in the mailbox of ${email}`)
    return found
  }
  return {
    subject,
    letters,
    threadIdIn: (email) => copy(email, 0).threadId,
    messageIdIn: (email, nth) => copy(email, nth).id,
  }
}

/** A conversation of `length` letters among Jonas, Ken and Mia over three weeks. */
export function longThread(length: number, subject = 'Line 2 commissioning log'): Letter[] {
  const writers = [JONAS, KEN, MIA]
  return Array.from({ length }, (_, i) => {
    const from = writers[i % 3] ?? JONAS
    const others = writers.filter((writer) => writer !== from)
    return {
      from,
      to: others.slice(0, 1),
      cc: others.slice(1),
      minutesAgo: 60 * 30 + (length - i) * 600,
      subject: `${i === 0 ? '' : 'Re: '}${subject}`,
      paragraphs: [
        `Day ${Math.floor(i / 3) + 1}, entry ${i + 1}: pump ${(i % 4) + 1} at ${60 + ((i * 7) % 38)} % for ${20 + ((i * 11) % 70)} minutes, bearing ${40 + ((i * 3) % 17)} °C, no alarms.`,
      ],
    }
  })
}

function seedDrafts(google: GoogleStandIn): void {
  const headers = (to: string, subject: string) =>
    `From: ${MIA.name} <${MIA.email}>\r\nTo: ${to}\r\nSubject: ${subject}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n`
  const mailbox = google.mailbox(ADDRESSES.mia)
  mailbox.createDraft(
    `${headers('Priya Greene <priya.greene@northwindfoods.example>', 'Prices for Leeds')}Hi Priya,\r\n\r\nhere are the prices for the eleven meters:\r\n`,
  )
  mailbox.createDraft(`${headers('p.rossi@lumenoptics.example', 'Catalogue 2026')}Dear Paolo,\r\n`)
}
