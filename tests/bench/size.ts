import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildExtension } from '../browser/harness/build.ts'
import { type BenchReport, verdict } from './report.ts'

/** gzip of InboxSDK 2.2.26's content part, measured when the adapter was chosen (facts, gmail-page). */
const inboxSdkBytes = 361_000

/** Bytes that every Gmail tab loads, and those of the panel. */
export async function benchSize(): Promise<BenchReport> {
  const folder = await buildExtension('chromium')
  const content = await gzipped(folder, (name) => name.startsWith('content-scripts/'))
  const later = await gzipped(folder, (name) => name === 'gmail-compose.js')
  const all = await gzipped(folder, (name) => /\.(?:js|css|html)$/.test(name))
  return {
    title: 'Size of the extension (gzip)',
    lines: [
      `content script ${kb(content)} (${verdict(content / 1000, 15, 'kB')}; ${verdict(content / 1000, 10, 'kB')})`,
      `with a compose window, once: ${kb(later)} more`,
      `InboxSDK's, for comparison: ${kb(inboxSdkBytes)}; ours is ${(inboxSdkBytes / content).toFixed(0)} times smaller`,
      `everything, panel and options included: ${kb(all)}`,
    ],
  }
}

async function gzipped(folder: string, wanted: (name: string) => boolean): Promise<number> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  let sum = 0
  for (const name of names.filter(wanted))
    sum += gzipSync(await readFile(join(folder, name)), { level: 9 }).length
  return sum
}

function kb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`
}
