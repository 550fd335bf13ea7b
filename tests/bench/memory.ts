import { readFile } from 'node:fs/promises'
import { startTown } from '../stand-ins/town.ts'
import type { BenchReport } from './report.ts'

/** Resident memory of the backend process on its embedded database: after the start, and after 2,000 look-ups at 8 at a time. */
export async function benchMemory(): Promise<BenchReport> {
  const town = await startTown({ env: { INLAY_LOG: 'info' } })
  try {
    const idle = await resident(town.backend.pid)
    const mia = await town.door.signIn('mia.sato@arbor.example')
    await town.door.consent(mia, ['send', 'read'])
    await mia.call('POST', '/records', {
      module: 'contacts',
      fields: { lastName: 'Brandt' },
      primaryAddress: 'elena.brandt@haldenmarine.example',
    })
    const people = ['elena.brandt@haldenmarine.example', 'nobody@else.example'].map((address) => ({
      address,
      name: '',
    }))
    const lane = async () => {
      for (let n = 0; n < 250; n++) await mia.call('POST', '/lookup', { account: mia.email, people })
    }
    await Promise.all(Array.from({ length: 8 }, lane))
    const busy = await resident(town.backend.pid)
    return {
      title: 'Memory of the backend (resident, Linux)',
      lines: [`idle ${mb(idle)}`, `after 2,000 look-ups and a first synchronisation ${mb(busy)}`],
    }
  } finally {
    await town.stop()
  }
}

async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
}

function mb(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`
}
