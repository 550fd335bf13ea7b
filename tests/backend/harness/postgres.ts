import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

export interface TestPostgres {
  url: string
  /** e.g. `PostgreSQL 15`. */
  name: string
  /** Every connection breaks, as when the server crashes, and it comes up again with what was committed. */
  crash(): Promise<void>
  stop(): Promise<void>
}

const oldestVersion = 15

/**
 * Starts an installed PostgreSQL on a folder and a port of its own, gone with `stop()`. Undefined when none is
 * installed. `more`: settings that win. The oldest version we support wins over newer ones: the embedded database is the newest already.
 */
export async function startPostgres(more: readonly string[] = []): Promise<TestPostgres | undefined> {
  const found = findPostgres()
  if (!found) return undefined
  const dir = mkdtempSync(join(tmpdir(), 'inlay-postgres-'))
  try {
    const who = owner(dir)
    const password = randomBytes(16).toString('hex')
    const secret = join(dir, 'password')
    writeFileSync(secret, password, { mode: 0o600 })
    if (who) chownSync(secret, who.uid, who.gid)
    const data = join(dir, 'data')
    const init = [
      '-D',
      data,
      '-U',
      'inlay',
      '-A',
      'scram-sha-256',
      '--pwfile',
      secret,
      '-E',
      'UTF8',
      '--no-locale',
      '-N',
    ]
    execFileSync(join(found.bin, 'initdb'), init, { ...who, cwd: dir, stdio: 'pipe' })
    const port = await freePort()
    // Nothing here has to survive a crash.
    const settings = [
      'fsync=off',
      'full_page_writes=off',
      'synchronous_commit=off',
      'listen_addresses=127.0.0.1',
      ...more,
    ]
    const params = ['-D', data, '-k', dir, '-p', `${port}`, ...settings.flatMap((setting) => ['-c', setting])]
    const launch = async (): Promise<ChildProcess> => {
      const launched = spawn(join(found.bin, 'postgres'), params, {
        ...who,
        cwd: dir,
        env: { ...process.env, LC_ALL: 'C' },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      await untilReady(launched)
      return launched
    }
    let server = await launch()
    const forget = (): void => void server.kill('SIGQUIT')
    process.once('exit', forget)
    return {
      url: `postgres://inlay:${password}@127.0.0.1:${port}/postgres`,
      name: `PostgreSQL ${found.version}`,
      async crash() {
        const gone = once(server, 'exit')
        // Immediate: nobody says goodbye, and the next start recovers from the log.
        server.kill('SIGQUIT')
        await gone
        server = await launch()
      },
      async stop() {
        process.off('exit', forget)
        if (server.exitCode === null) {
          const gone = once(server, 'exit')
          server.kill('SIGINT')
          await gone
        }
        rmSync(dir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(dir, { recursive: true, force: true })
    throw error
  }
}

function findPostgres(): { bin: string; version: number } | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  const folders = [
    ...globSync('/usr/lib/postgresql/*/bin'),
    ...globSync('/usr/pgsql-*/bin'),
    ...globSync('{/opt/homebrew,/usr/local}/opt/postgresql@*/bin'),
    ...path,
  ]
  const found = folders
    .filter((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')))
    .map((bin) => ({ bin, version: versionOf(bin) }))
    .filter(({ version }) => version >= oldestVersion)
  return found.sort((a, b) => a.version - b.version)[0]
}

function versionOf(bin: string): number {
  const text = execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8', cwd: dirname(bin) })
  return Number(/\) (\d+)/.exec(text)?.[1] ?? 0)
}

/** PostgreSQL refuses to run as root; Debian's package brings the user `postgres`. */
function owner(dir: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (which: string): number => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))
  const who = { uid: id('-u'), gid: id('-g') }
  chownSync(dir, who.uid, who.gid)
  return who
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

async function untilReady(server: ChildProcess): Promise<void> {
  if (!server.stderr) throw new Error('PostgreSQL has no log.')
  const said: string[] = []
  const ready = Promise.withResolvers<void>()
  createInterface({ input: server.stderr }).on('line', (line) => {
    if (said.length < 50) said.push(line)
    if (line.includes('ready to accept connections')) ready.resolve()
  })
  server.once('exit', () => ready.reject(new Error(`PostgreSQL did not start:\n${said.join('\n')}`)))
  await ready.promise
}
