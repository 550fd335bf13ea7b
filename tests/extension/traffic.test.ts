import { beforeEach, describe, expect, it } from 'vitest'
import { FakeBrowser } from './fake-browser.ts'

const browser = new FakeBrowser().install()
const { addRequests, requestsOfDay } = await import('../../lib/extension/traffic.ts')

const server = 'https://crm.arbor.example'
const hour = 3_600_000
const noon = Date.parse('2026-11-23T12:00:00Z')

beforeEach(() => browser.storage.local.clear())

describe('where this browser talked to', () => {
  it('counts what several panels write in one moment', async () => {
    await Promise.all([1, 2, 3].map((more) => addRequests(server, more, noon)))
    expect(await requestsOfDay(server, noon)).toBe(6)
  })

  it('speaks of the last 24 hours, forgets what is older, and keeps servers apart', async () => {
    await addRequests(server, 5, noon)
    await addRequests(server, 2, noon + 23 * hour)
    await addRequests('https://other.example', 9, noon)
    expect(await requestsOfDay(server, noon + 23 * hour)).toBe(7)
    expect(await requestsOfDay(server, noon + 24 * hour)).toBe(2)
    await addRequests(server, 1, noon + 48 * hour)
    expect(await requestsOfDay(server, noon + 24 * hour)).toBe(1)
    expect(JSON.stringify([...browser.kept])).not.toContain('/api')
  })
})
