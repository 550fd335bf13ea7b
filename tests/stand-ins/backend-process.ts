import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface BackendProcess {
  /** e.g. `http://127.0.0.1:49153`; the same after a restart. */
  readonly url: string
  readonly pid: number
  /** Once it has ended by itself; null while it runs or when it was killed. */
  readonly exitCode: number | null
  /** Every line it logged, newest last. */
  readonly log: readonly string[]
  /** SIGKILL: no farewell. Resolves when the process is gone. */
  kill(): Promise<void>
  /** Starts it again on the same port and folder. */
  restart(): Promise<void>
  /** SIGTERM, and waits. */
  stop(): Promise<void>
}

/** Runs `backend/main.ts` as users do, as a process of its own. */
export async function startBackendProcess(env: Record<string, string>): Promise<BackendProcess> {
  const log: string[] = []
  let child = await launch(env, log)
  const url = child.url
  const again = { ...env, INLAY_PORT: new URL(url).port }
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.process.exitCode !== null || child.process.signalCode !== null) return
    const gone = once(child.process, 'exit')
    child.process.kill(signal)
    await gone
  }
  return {
    url,
    log,
    get pid() {
      return child.process.pid ?? 0
    },
    get exitCode() {
      return child.process.exitCode
    },
    kill: () => end('SIGKILL'),
    async restart() {
      child = await launch(again, log)
    },
    stop: () => end('SIGTERM'),
  }
}

async function launch(
  env: Record<string, string>,
  log: string[],
): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['backend/main.ts'], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', INLAY_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const listening = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      log.push(line)
      const url = /"event":"backend\.listening".*"url":"([^"]+)"/.exec(line)?.[1]
      if (url !== undefined) listening.resolve(url)
    })
  child.once('exit', (code) =>
    listening.reject(new Error(`The backend ended with ${code}:\n${log.slice(-20).join('\n')}`)),
  )
  return { process: child, url: await listening.promise }
}
