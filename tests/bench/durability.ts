import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CrashRound, crashOnce } from '../backend/harness/crash.ts'

const rounds = 20

/** 20 times kill -9 while the embedded database writes. Prints what was lost (must be 0) and the time to open again. */
export async function benchDurability(): Promise<{ title: string; lines: string[] }> {
  const dir = await mkdtemp(join(tmpdir(), 'inlay-durability-'))
  try {
    const all: CrashRound[] = []
    for (let i = 0; i < rounds; i++) all.push(await crashOnce(dir, 20 + ((i * 37) % 200)))
    const lost = all.reduce((sum, round) => sum + Math.max(0, round.acknowledged - round.found), 0)
    const torn = all.filter((round) => !round.whole).length
    const unsynced = all.reduce((sum, round) => sum + round.withoutFsync, 0)
    const reopen = all.map((round) => round.reopenMs).sort((a, b) => a - b)
    const median = reopen[Math.floor(rounds / 2)] ?? Number.NaN
    return {
      title: 'Embedded database, kill -9 while writing',
      lines: [
        `rounds                        ${rounds}`,
        `acknowledged transactions     ${all.at(-1)?.acknowledged ?? 0}`,
        `lost                          ${lost}`,
        `torn transactions             ${torn} rounds`,
        `commits without an fsync      ${unsynced}`,
        `open again, median / slowest  ${median.toFixed(0)} / ${(reopen.at(-1) ?? Number.NaN).toFixed(0)} ms`,
      ],
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
