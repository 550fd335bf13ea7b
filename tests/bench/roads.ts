import type { BenchDatabase } from './bench-database.ts'
import { percentile, spread, verdict } from './report.ts'

const rounds = Number(process.env['INLAY_BENCH_ROUNDS'] ?? 100)

/** Something a person waits for; `n` counts the rounds. */
export interface Road<T> {
  name: string
  ask: (n: number) => Promise<{ status: number; body: T }>
}

/** Through every room, then the same statements straight to the driver; ready to print. */
export async function measure<T>(
  bench: BenchDatabase,
  { name, ask }: Road<T>,
  { goal, shown }: { goal: number; shown: (body: T) => string },
): Promise<string[]> {
  for (let n = 0; n < 10; n++) await checked(ask(n + rounds))
  const [whole, busy, bare]: [number[], number[], number[]] = [[], [], []]
  let what = ''
  for (let n = 0; n < rounds; n++) {
    const start = performance.now()
    const before = process.cpuUsage()
    const statements = await bench.recording(async () => {
      what = shown(await checked(ask(n)))
    })
    const { user, system } = process.cpuUsage(before)
    whole.push(performance.now() - start)
    busy.push((user + system) / 1000)
    const again = performance.now()
    for (const one of statements) await bench.send(one)
    bare.push(performance.now() - again)
  }
  const mean = (ms: number[]) => ms.reduce((sum, one) => sum + one, 0) / ms.length
  return [
    `${name}${what}: ${spread(whole)}, ${verdict(percentile(whole, 0.95), goal, 'ms p95')}`,
    ...(bench.kind === 'embedded' ? [`    processor time of it, database included: ${spread(busy)}`] : []),
    `    its statements alone: ${spread(bare)}; ratio of the rates ${(mean(bare) / mean(whole)).toFixed(2)}`,
  ]
}

async function checked<T>(asked: Promise<{ status: number; body: T }>): Promise<T> {
  const { status, body } = await asked
  if (status !== 200) throw new Error(`The backend answered ${status}.`)
  return body
}
