import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createLog, errorFacts } from '../../backend/log.ts'
import { Refusal } from '../../lib/domain/errors.ts'
import { testDatabase } from './harness/database.ts'

const { db } = await testDatabase()

test('one JSON object a line, from the chosen level on', () => {
  const lines: string[] = []
  const log = createLog('warn', (line) => lines.push(line))
  log.info('send.claimed', { count: 1 })
  log.warn('sync.slow', { seconds: 3, note: 'a\nb' })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^\{.*\}\n$/)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'warn', event: 'sync.slow', note: 'a\nb' })
})

test('a database error is logged by its code and place, never by its text, which quotes rows', async () => {
  const secret = 'Confidential offer to Yamada'
  const error = await sql`select ${secret}::int`.execute(db).catch((thrown: unknown) => thrown)
  const facts = JSON.stringify(errorFacts(error))
  expect(facts).toContain('22P02')
  expect(facts).not.toContain('Yamada')
  expect(facts.length).toBeLessThan(1000)
})

test('texts that may quote a mail are left out, our own and Node.js own stay', () => {
  const quoting = new SyntaxError('Unexpected token D in "Dear Mr Sato"')
  expect(JSON.stringify(errorFacts(quoting))).not.toContain('Sato')
  expect(errorFacts(new Refusal('conflict', 'version_stale'))).toMatchObject({
    message: 'conflict: version_stale',
  })
  expect(errorFacts('a text')).toEqual({ error: 'string' })
})

test('a process that fails says so in one line, without the source it failed in', () => {
  const script = `
    import { PGlite } from '@electric-sql/pglite'
    import { createLog, logLastWords } from './backend/log.ts'
    logLastWords(createLog())
    const pglite = await PGlite.create()
    pglite.query("select 'Dear Mr Sato'::int")
  `
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    encoding: 'utf8',
  })
  expect(run.status).toBe(1)
  expect(run.stderr).toBe('')
  expect(run.stdout.trim().split('\n')).toHaveLength(1)
  expect(JSON.parse(run.stdout)).toMatchObject({ level: 'error', event: 'process.failed', code: '22P02' })
  expect(run.stdout).not.toContain('Sato')
})
