import { resolve } from 'node:path'
import type { LogLevel } from './log.ts'
import { type NoticeConfig, readNotices } from './notice-config.ts'
import { isLoopback, publicProblem, redirectProblem } from './redirect-address.ts'
import { keepSecret, readSecret } from './secret.ts'

/** Everything the environment decides, checked. */
export interface Config {
  host: string
  /** 0: the system chooses a free one. */
  port: number
  /** Absolute path of the folder for the embedded database, files and the key. */
  dataDir: string
  /** A PostgreSQL server; undefined: the embedded database in `dataDir`. */
  databaseUrl: string | undefined
  /** Origin at which browsers reach this backend, also for Google's redirect. Undefined: the loopback address it listens on. */
  url: string | undefined
  /** Origin strangers can reach (https); undefined switches off what needs it. */
  publicUrl: string | undefined
  google: {
    clientId: string
    clientSecret: string
    /** A stand-in for Google on loopback; never in production. */
    base: string | undefined
  }
  /** Gmail's notifications; undefined: mailboxes are only asked. */
  notices: NoticeConfig | undefined
  /** Key of the token box, 32 bytes. */
  secret: Buffer
  /** The stand-in's clock to follow; never in production. */
  testClock: string | undefined
  logLevel: LogLevel
}

/** Where export and import find the data. */
export type PlaceConfig = Pick<Config, 'dataDir' | 'databaseUrl'>

/** The environment cannot be used; the message names every mistake, one a line. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig'

  constructor(problems: string[]) {
    super(['The configuration cannot be used:', ...problems.map((problem) => `- ${problem}`)].join('\n'))
  }
}

type Env = Readonly<Record<string, string | undefined>>

/**
 * Reads `INLAY_*` and DATABASE_URL. With the embedded database and no INLAY_SECRET a key is made once
 * in `<data>/secret.key`. @throws BadConfig naming every mistake at once
 */
export function readConfig(env: Env): Config {
  const problems: string[] = []
  const place = readPlace(env, problems)
  const checked = {
    host: text(env, 'INLAY_HOST') ?? '127.0.0.1',
    port: readPort(env, problems),
    url: readOrigin(env, 'INLAY_URL', redirectProblem, problems),
    publicUrl: readOrigin(env, 'INLAY_PUBLIC_URL', publicProblem, problems),
    google: readGoogle(env, problems),
    notices: readNotices((name) => text(env, name), problems),
    testClock: readTestAddress(env, 'INLAY_TEST_CLOCK', problems),
    logLevel: readLogLevel(env, problems),
  }
  const given = readSecret(text(env, 'INLAY_SECRET'), place.databaseUrl !== undefined, problems)
  if (problems.length > 0) throw new BadConfig(problems)
  const secret = given ?? keepSecret(place.dataDir, problems)
  if (!secret) throw new BadConfig(problems)
  // Reps' browsers may use the public address too, so naming that one is enough.
  return { ...place, ...checked, url: checked.url ?? checked.publicUrl, secret }
}

/** Only where the data is. @throws BadConfig */
export function readPlaceConfig(env: Env): PlaceConfig {
  const problems: string[] = []
  const place = readPlace(env, problems)
  if (problems.length > 0) throw new BadConfig(problems)
  return place
}

function text(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined
}

function readPlace(env: Env, problems: string[]): PlaceConfig {
  const databaseUrl = text(env, 'DATABASE_URL')
  // The value holds a password, so no message quotes it.
  if (databaseUrl && !/^postgres(ql)?:$/.test(parseUrl(databaseUrl)?.protocol ?? ''))
    problems.push('DATABASE_URL is not of the form postgres://user:password@host:5432/name.')
  return { dataDir: resolve(text(env, 'INLAY_DATA') ?? '.inlay'), databaseUrl }
}

function readPort(env: Env, problems: string[]): number {
  const given = text(env, 'INLAY_PORT') ?? '8787'
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN
  if (!(port <= 65_535)) problems.push(`INLAY_PORT is ${given}; a port is a number from 0 to 65535.`)
  return port
}

function readOrigin(
  env: Env,
  name: string,
  problemOf: (url: URL) => string | undefined,
  problems: string[],
): string | undefined {
  const given = text(env, name)
  if (given === undefined) return undefined
  const url = parseUrl(given)
  const problem = url
    ? (problemOf(url) ??
      (url.pathname === '/' && !url.search ? undefined : 'it must end after the host and port'))
    : 'it is not an address such as https://inlay.example.com'
  if (problem) problems.push(`${name} cannot be used: ${problem}.`)
  return url?.origin
}

function readGoogle(env: Env, problems: string[]): Config['google'] {
  const base = readTestAddress(env, 'INLAY_GOOGLE_BASE', problems)
  const clientId = text(env, 'INLAY_GOOGLE_CLIENT_ID') ?? ''
  const clientSecret = text(env, 'INLAY_GOOGLE_CLIENT_SECRET') ?? ''
  if (!clientId)
    problems.push(
      'INLAY_GOOGLE_CLIENT_ID is missing: the id of your OAuth client (type "Web application") in the Google Cloud console.',
    )
  else if (!base && !clientId.endsWith('.apps.googleusercontent.com'))
    problems.push(
      'INLAY_GOOGLE_CLIENT_ID is not an OAuth client id; those end in .apps.googleusercontent.com.',
    )
  if (!clientSecret) problems.push('INLAY_GOOGLE_CLIENT_SECRET is missing: the secret of that OAuth client.')
  return { clientId, clientSecret, base }
}

/** Addresses of stand-ins: loopback only, and refused where real mail is handled. */
function readTestAddress(env: Env, name: string, problems: string[]): string | undefined {
  const given = text(env, name)
  if (given === undefined) return undefined
  const url = parseUrl(given)
  if (env['NODE_ENV'] === 'production')
    problems.push(`${name} is for tests and the demo; it is refused in production (NODE_ENV).`)
  else if (!url || !isLoopback(url.hostname)) problems.push(`${name} must be an address on this machine.`)
  return given.replace(/\/+$/, '')
}

const logLevels: readonly LogLevel[] = ['info', 'warn', 'error', 'silent']

function readLogLevel(env: Env, problems: string[]): LogLevel {
  const given = text(env, 'INLAY_LOG') ?? 'info'
  const level = logLevels.find((known) => known === given)
  if (!level) problems.push(`INLAY_LOG is ${given}; it can be ${logLevels.join(', ')}.`)
  return level ?? 'info'
}

function parseUrl(given: string): URL | undefined {
  return URL.parse(given) ?? undefined
}
