import { fileURLToPath } from 'node:url'
import type { Log } from './services/context.ts'

export type LogLevel = 'info' | 'warn' | 'error' | 'silent'
type Facts = Record<string, string | number | boolean | null>

const order: Record<LogLevel, number> = { info: 0, warn: 1, error: 2, silent: 3 }
const root = fileURLToPath(new URL('..', import.meta.url))

/** One JSON object a line. Times in it are the machine's, whatever clock the process follows. */
export function createLog(
  level: LogLevel = 'info',
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Log {
  const line =
    (of: LogLevel) =>
    (event: string, facts: Facts = {}): void => {
      if (order[of] < order[level]) return
      write(`${JSON.stringify({ at: new Date().toISOString(), level: of, event, ...facts })}\n`)
    }
  return { info: line('info'), warn: line('warn'), error: line('error') }
}

/** Errors whose text is ours or Node's own; all others may quote what somebody wrote (a row, a mail, a token). */
const quotable = new Set(['Refusal', 'GoogleError', 'TypeError', 'RangeError', 'ReferenceError'])

/** What may be logged of an error: its kind and where it arose. A database's text quotes rows, so only its code stays. */
export function errorFacts(error: unknown): Facts {
  if (!(error instanceof Error)) return { error: typeof error }
  const facts: Facts = { error: error.name }
  for (const key of ['code', 'constraint', 'table', 'syscall'] as const) {
    const value: unknown = Reflect.get(error, key)
    if (typeof value === 'string' && value.length < 100) facts[key] = value
  }
  if (quotable.has(error.name) || typeof facts['syscall'] === 'string')
    facts['message'] = error.message.slice(0, 300)
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
  const at = frames.map((line) => line.trim().slice(3).replaceAll('file://', '').replaceAll(root, ''))
  facts['at'] = at
    .filter((line) => line.length < 200 && !line.includes('node_modules'))
    .slice(0, 4)
    .join(' < ')
  return facts
}

/** The last line of a process that cannot go on. Node itself would print the minified source line the error came from. */
export function logLastWords(log: Log): void {
  const end = (error: unknown): void => {
    log.error('process.failed', errorFacts(error))
    process.exit(1)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}
