import { benchChips } from './chips.ts'
import { benchDurability } from './durability.ts'
import { benchEmails } from './emails.ts'
import { benchImports } from './imports.ts'
import { benchLinking } from './linking.ts'
import { benchLookup } from './lookup.ts'
import { benchMemory } from './memory.ts'
import { benchMime } from './mime.ts'
import { benchPanel } from './panel.ts'
import { benchRecords } from './records.ts'
import type { BenchReport } from './report.ts'
import { benchSends } from './sends.ts'
import { benchSize } from './size.ts'
import { benchSyncYear } from './sync-year.ts'
import { benchThrottle } from './throttle.ts'

const benches: Record<string, () => Promise<BenchReport>> = {
  size: benchSize,
  panel: benchPanel,
  lookup: benchLookup,
  imports: benchImports,
  records: benchRecords,
  emails: benchEmails,
  chips: benchChips,
  throttle: benchThrottle,
  linking: benchLinking,
  'sync-year': benchSyncYear,
  mime: benchMime,
  sends: benchSends,
  memory: benchMemory,
  durability: benchDurability,
}

/** `npm run bench [-- name …]`: runs all or the named ones, one after the other on a quiet machine. */
const names = process.argv.slice(2)
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  const bench = benches[name]
  if (!bench) {
    console.error(`No bench is called ${name}; there are ${Object.keys(benches).join(', ')}.`)
    process.exit(2)
  }
  const { title, lines } = await bench()
  console.log(`\n${title}\n${lines.map((line) => `  ${line}`).join('\n')}`)
}
