import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from './backend/harness/postgres.ts'
import { ensureBrowsers } from './browsers.ts'

/**
 * `npm test`: all suites, on the embedded database and on a server, then in both browsers; a table and a count at the
 * end. `npm test -- <part of a path>…` runs only those files, in the same phases.
 */
const only = process.argv.slice(2)
const root = fileURLToPath(new URL('..', import.meta.url))
const inCi = process.env['CI'] === 'true'

interface Phase {
  name: string
  seconds: number
  budgetSeconds: number
  passed: number
  failed: number
  skipped: number
  note: string
}

/** What `npm test` uses of vitest's JSON report. */
interface Report {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[]
}

const phases: Phase[] = []
/** By itself vitest leaves one core to others, which on two is one file at a time; browsers and databases mostly wait. */
const twoFiles = '--maxWorkers=2'
/** A browser under test waits for its pages, its backend and its Google in turn. */
const threeFiles = '--maxWorkers=3'

async function phase(name: string, budgetSeconds: number, run: (own: Phase) => Promise<void>): Promise<void> {
  const own: Phase = { name, seconds: 0, budgetSeconds, passed: 0, failed: 0, skipped: 0, note: '' }
  console.log(`\n── ${name}`)
  const start = performance.now()
  try {
    await run(own)
  } catch (error) {
    own.failed++
    own.note = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'failed'
    console.error(error instanceof Error ? error.message : error)
  }
  own.seconds += (performance.now() - start) / 1000
  phases.push(own)
}

/** Runs vitest in a process of its own and adds its counts. */
async function vitest(own: Phase, args: string[], env: Record<string, string>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'inlay-tests-'))
  const file = join(dir, 'report.json')
  const command = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'tests/vitest.config.ts',
    ...args,
    ...only,
  ]
  if (only.length > 0) command.push('--passWithNoTests')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const child = spawn(process.execPath, [...command, ...reporters], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: '', ...env },
  })
  const [code] = await once(child, 'exit')
  try {
    const report: Report = JSON.parse(readFileSync(file, 'utf8'))
    own.passed += report.numPassedTests
    own.failed += report.numFailedTests
    own.skipped += report.numPendingTests + report.numTodoTests
    // A file that cannot even be read has no failed test in it; neither has an error outside of all tests.
    const broken = report.testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
    )
    own.failed += broken.length
    if (broken.length > 0) own.note = `${broken.length} files failed as a whole`
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
  if (code !== 0 && own.failed === 0) {
    own.failed++
    own.note = 'an error outside of the tests'
  }
  if (own.passed + own.failed === 0 && only.length === 0) throw new Error('No test was found.')
}

/** The server of INLAY_TEST_POSTGRES or DATABASE_URL, else an installed PostgreSQL started for this run. */
async function onServer(own: Phase): Promise<void> {
  const given = process.env['INLAY_TEST_POSTGRES'] || process.env['DATABASE_URL']
  const started = given ? undefined : await startPostgres()
  const url = given ?? started?.url
  if (!url) {
    own.note = 'NOT RUN: no PostgreSQL 15 or newer found'
    console.log('Not run on a PostgreSQL server. Install one (Debian: apt-get install postgresql)')
    console.log('or name one whose role may create databases: INLAY_TEST_POSTGRES=postgres://…')
    if (inCi) own.failed++
    return
  }
  own.name = started ? `backend on ${started.name}` : 'backend on the PostgreSQL given'
  // What asks nothing of the database that another test does not ask: once is enough.
  const enoughOnce = [
    ...['storage/crash', 'sync-crash', 'sync-year', 'bodies', 'google', 'config', 'token-box', 'process'],
    ...['sends-storm', 'sends-mime', 'outgoing-html', 'drive', 'take-over'],
  ]
  const excluded = enoughOnce.flatMap((name) => ['--exclude', `tests/backend/${name}.test.ts`])
  const args = ['--project', 'backend', twoFiles, ...excluded]
  await vitest(own, args, { DATABASE_URL: url }).finally(() => started?.stop())
}

function table(): string {
  const clock = (seconds: number): string =>
    `${Math.floor(seconds / 60)}:${`${Math.floor(seconds % 60)}`.padStart(2, '0')}`
  const rows = phases.map((one) => [
    one.name,
    clock(one.seconds),
    one.budgetSeconds > 0 ? clock(one.budgetSeconds) : '',
    `${one.passed}`,
    `${one.failed}`,
    `${one.skipped}`,
    one.budgetSeconds > 0 && one.seconds > one.budgetSeconds ? `${one.note} over budget`.trim() : one.note,
  ])
  const all = [['', 'time', 'budget', 'passed', 'failed', 'skipped', ''], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const installed = Number(process.env['INLAY_INSTALL_SECONDS'] ?? Number.NaN)
if (installed >= 0)
  await phase('install', 120, async (own) => {
    own.seconds = installed
  })
await phase('browsers there', 0, async () => {
  const found = ensureBrowsers({ install: true })
  for (const [kind, path] of Object.entries(found)) console.log(`${kind}: ${path}`)
})
await phase('rules and backend on the embedded database', 300, (own) =>
  vitest(own, ['--project', 'unit', '--project', 'backend', twoFiles], {}),
)
await phase('backend on a server', 240, onServer)
await phase('browsers', 660, async (own) => {
  await vitest(own, ['--project', 'browser', threeFiles], {})
  if (!inCi || own.skipped === 0) return
  own.note = `${own.skipped} skipped count as failed`
  own.failed += own.skipped
  own.skipped = 0
})

const sum = (key: 'passed' | 'failed' | 'skipped'): number =>
  phases.reduce((total, one) => total + one[key], 0)
console.log(`\n${table()}\n`)
process.exitCode = sum('failed') > 0 ? 1 : 0
console.log(`tests: ${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
