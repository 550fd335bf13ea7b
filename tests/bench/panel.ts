import { cpus, loadavg } from 'node:os'
import { buildExtension } from '../browser/harness/build.ts'
import { launchBrowser, type TestBrowser } from '../browser/harness/launch.ts'
import { allow, arrive, enterServer, signIn, type Traveller } from '../road/road.ts'
import { tokenOf } from '../stand-ins/gmail-page/ids.ts'
import * as writers from '../stand-ins/gmail-page/world/people.ts'
import { startTown, type Town } from '../stand-ins/town.ts'
import { recordCpu } from './panel-cpu.ts'
import { type Opening, open, type Watched, watch } from './panel-openings.ts'
import { type BenchReport, percentile, spread, verdict } from './report.ts'

const loads = 2
const openingsEach = 25
const openingsStopped = 15

/** A mail is opened, the card stands: in Chromium, from Gmail's heading to the painted panel, each part of the road. */
export async function benchPanel(): Promise<BenchReport> {
  const town = await startTown({ env: { INLAY_LOG: 'info' } })
  const browser = await launchBrowser('chromium', {
    proxyPort: town.web.proxyPort,
    extensionDir: await buildExtension('chromium'),
  })
  try {
    const threads = await prepare(town, browser)
    const first = await visit(town, browser, threads, threads.length)
    const visits: Opening[][] = []
    const { ms: cpu } = await recordCpu(await browser.newPage(), async () => {
      for (let n = 0; n < loads; n++) visits.push(await visit(town, browser, threads, openingsEach))
    })
    const warm = visits.flat()
    const stopped = await visit(town, browser, threads, openingsStopped, () => browser.stopBackground())
    return {
      title: `Thread opened → card painted (Chromium, ${threads.length} threads, ${machine()})`,
      lines: [
        ...linesOf(warm),
        `the panel's thread had a core for: ${spread(cpu)}; the rest is other processes' work and the screen's rhythm`,
        `of these the first after loading Gmail: ${visits.map(([one]) => one && `${whole(one).toFixed(1)} ms`).join(', ')}`,
        ...linesOfStopped(stopped),
        ...freshLines(warm),
        `the first opening of each thread, nobody known yet, mailbox still synchronising: ${spread(first.map(fresh))}`,
        threadsGet(town, threads, first.length + warm.length + stopped.length),
      ],
    }
  } finally {
    await browser.close()
    await town.stop()
  }
}

/** Signed in with every permission, a record for each customer; gives the threads of the inbox in which they are. */
async function prepare(town: Town, browser: TestBrowser): Promise<string[]> {
  const mia = await arrive(town, browser)
  await enterServer(mia)
  await signIn(mia)
  for (const stage of ['send', 'read'] as const) await allow(mia, stage)
  await mia.page.close()
  const customers = Object.values(writers).flatMap((one) => ('email' in one ? one : []))
  const outside = customers.filter(({ email }) => !/@arbor\.|no-reply/.test(email))
  const person = await town.door.signIn(town.world.mia)
  for (const { name, email } of outside) {
    const { status } = await person.call('POST', '/records', {
      module: 'contacts',
      fields: { lastName: name, company: email.split('@')[1] },
      primaryAddress: email,
    })
    if (status !== 201) throw new Error(`The record of ${email} was answered with ${status}.`)
  }
  const known = new Set(outside.map(({ email }) => email))
  return town.google
    .mailbox(town.world.mia)
    .listThreads({ labelId: 'INBOX' })
    .filter((thread) =>
      JSON.stringify(thread.messages ?? [])
        .match(/[\w.-]+@[\w.-]+/g)
        ?.some((address) => known.has(address)),
    )
    .flatMap(({ id }) => id ?? [])
}

/** One load of Gmail with so many openings, one thread after the other and again from the first. */
async function visit(
  town: Town,
  browser: TestBrowser,
  threads: readonly string[],
  count: number,
  before: () => Promise<void> = async () => undefined,
): Promise<Opening[]> {
  const traveller: Traveller = await arrive(town, browser)
  await traveller.page.bringToFront()
  const tab: Watched = await watch(traveller.page)
  const made: Opening[] = []
  while (made.length < count) {
    const id = threads[made.length % threads.length] ?? ''
    await before()
    made.push(await open(tab, id, `#inbox/${tokenOf(traveller.account, id)}`))
  }
  await traveller.page.close()
  return made
}

const observed = (one: Opening) => one.announced - one.heading
const relayed = (one: Opening) => one.received - one.announced
const read = (one: Opening) => one.cacheRead - one.received
const painted = (one: Opening) => (one.paintedCache ?? Number.NaN) - one.cacheRead
const fresh = (one: Opening) => one.paintedFresh - one.asked
const whole = (one: Opening) => (one.paintedCache ?? Number.NaN) - one.heading

function linesOf(all: readonly Opening[]): string[] {
  const shown = all.filter((one) => one.paintedCache !== undefined)
  const local = shown.map((one) => read(one) + painted(one))
  const total = shown.map(whole)
  return [
    `${all.length} openings, background awake; the card stood in ${shown.filter((one) => one.cardName !== '').length} at the first paint`,
    `observe (heading inserted → announced): ${spread(all.map(observed))}`,
    `relay (announced → panel has it): ${spread(all.map(relayed))}`,
    `cache read: ${spread(shown.map(read))}`,
    `paint: ${spread(shown.map(painted))}`,
    `cache read + paint: ${spread(local)} (p95 ${verdict(percentile(local, 0.95), 16, 'ms')})`,
    `whole: ${spread(total)} (p95 ${verdict(percentile(total, 0.95), 50, 'ms')})`,
  ]
}

function linesOfStopped(all: readonly Opening[]): string[] {
  const shown = all.filter((one) => one.paintedCache !== undefined)
  return [
    `${all.length} openings, background stopped before each: relay ${spread(all.map(relayed))}; whole ${spread(shown.map(whole))}`,
  ]
}

function freshLines(all: readonly Opening[]): string[] {
  const ms = all.map(fresh)
  return [
    `backend, request → painted: ${spread(ms)} (p95 ${verdict(percentile(ms, 0.95), 60, 'ms')})`,
    `of that until the answer's last byte: ${spread(all.map((one) => one.answered))}`,
  ]
}

/** The first answer needs no Google: its thread is read once for each of its versions, here one. */
function threadsGet(town: Town, threads: readonly string[], count: number): string {
  const asked = threads.map(
    (id) =>
      town.google.requests.filter(({ method, path }) => method === 'GET' && path.endsWith(`/threads/${id}`))
        .length,
  )
  const sum = asked.reduce((a, b) => a + b, 0)
  return `threads.get: ${sum} for ${threads.length} threads in ${count} openings, at most ${Math.max(...asked)} per version (${verdict(Math.max(...asked), 1, 'per version')})`
}

function machine(): string {
  return `${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`
}
