import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BrowserKind } from '../../browsers.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const SOURCES = ['entrypoints/**', 'lib/**', 'wxt.config.ts', 'tsconfig.json', 'package-lock.json']

/**
 * The extension's test build for one browser (loopback backends allowed), as an unpacked folder below `.output`.
 * Built once per state of its sources and shared by all test files and processes; an unchanged one costs ~20 ms.
 */
export async function buildExtension(kind: BrowserKind): Promise<string> {
  const target = kind === 'chromium' ? 'chrome' : 'firefox'
  const outDir = join(root, '.output', `test-${target}-${sourceHash()}`)
  if (existsSync(join(outDir, 'manifest.json'))) return outDir
  const working = `${outDir}.${process.pid}`
  await run(process.execPath, ['--input-type=module', '-e', buildScript(target, working)])
  publish(join(working, 'out'), outDir)
  rmSync(working, { recursive: true, force: true })
  return outDir
}

/** WXT logs and changes process.env while it builds, so it runs in a process of its own. */
function buildScript(browser: string, outDir: string): string {
  const config = { root, browser, mode: 'test', outDir, outDirTemplate: 'out', logger: undefined }
  return `import { build } from 'wxt'; await build(${JSON.stringify(config)})`
}

async function run(command: string, args: string[]): Promise<void> {
  try {
    await promisify(execFile)(command, args, { cwd: root, timeout: 120_000 })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`The extension does not build:\n${stdout}\n${stderr}`.slice(0, 4000))
  }
}

/** Two processes may build the same state at once; the first to finish wins, the other throws its copy away. */
function publish(from: string, to: string): void {
  mkdirSync(join(root, '.output'), { recursive: true })
  try {
    renameSync(from, to)
  } catch (error) {
    if (!existsSync(join(to, 'manifest.json'))) throw error
  }
}

function sourceHash(): string {
  const hash = createHash('sha256')
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  for (const path of [...paths].sort()) hash.update(path).update('\0').update(readFileSync(path)).update('\0')
  return hash.digest('hex').slice(0, 12)
}
