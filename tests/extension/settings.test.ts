import { beforeEach, describe, expect, it } from 'vitest'
import { FakeBrowser } from './fake-browser.ts'

const browser = new FakeBrowser().install()
const settings = await import('../../lib/extension/settings.ts')

const server = 'https://crm.arbor.example'
const mia = { token: 'token-of-mia', email: 'Mia.Sato@arbor.example', name: 'Mia Sato', server }
const ken = { token: 'token-of-ken', email: 'ken.mori@arbor.example', name: 'Ken Mori', server }

beforeEach(async () => {
  await browser.storage.local.clear()
  await settings.saveServer(server)
})

describe('sessions', () => {
  it('are found by the account, however it is written, and never mixed', async () => {
    await settings.saveSession(mia)
    await settings.saveSession(ken)
    expect(await settings.readSession('mia.sato@arbor.example')).toEqual(mia)
    expect(await settings.readSession(' KEN.MORI@arbor.example')).toEqual(ken)
    expect(await settings.readSession('elena.brandt@haldenmarine.example')).toBeUndefined()
    expect((await settings.readSettings()).accounts).toEqual([
      'mia.sato@arbor.example',
      'ken.mori@arbor.example',
    ])
  })

  it('are listed without their tokens', async () => {
    await settings.saveSession(mia)
    expect(JSON.stringify(await settings.readSettings())).not.toContain('token-of')
  })

  it('end when another server is chosen, so that no token reaches it', async () => {
    await settings.saveSession(mia)
    await settings.saveServer('https://other.example')
    expect(await settings.readSession(mia.email)).toBeUndefined()
    expect([...browser.kept.keys()].sort()).toEqual([
      ...['chips', 'language', 'server', 'signed-out', 'theme', 'undoSeconds'],
    ])
  })

  it('stay when the same server is chosen again', async () => {
    await settings.saveSession(mia)
    await settings.saveServer(server)
    expect(await settings.readSession(mia.email)).toEqual(mia)
  })

  it('are told to who watches them, until it stops', async () => {
    const heard: (string | undefined)[] = []
    const changed = Promise.withResolvers<void>()
    const stop = settings.watchSession(mia.email, (session) => {
      heard.push(session?.token)
      changed.resolve()
    })
    await settings.saveSession(ken)
    await settings.saveSession(mia)
    await changed.promise
    stop()
    await settings.signOut(mia.email)
    expect(heard).toEqual(['token-of-mia'])
  })
})

describe('signing out', () => {
  it('of one account leaves the other, and says whose data must go', async () => {
    await settings.saveSession(mia)
    await settings.saveSession(ken)
    await settings.savePanel(mia.email, { open: true })
    const gone = Promise.withResolvers<string | undefined>()
    const stop = settings.watchSignedOut(gone.resolve)
    await settings.signOut(mia.email)
    expect(await gone.promise).toBe('mia.sato@arbor.example')
    stop()
    expect(await settings.readSession(mia.email)).toBeUndefined()
    expect(await settings.readSession(ken.email)).toEqual(ken)
    expect(await settings.readPanel(mia.email)).toEqual({ open: false, width: 360 })
  })

  it('of everybody keeps only where the server is and how things look', async () => {
    await settings.saveSettings({ language: 'ja', theme: 'dark' })
    await settings.saveSession(mia)
    await settings.noteAccount(mia.email)
    const gone = Promise.withResolvers<string | undefined>()
    const stop = settings.watchSignedOut(gone.resolve)
    await settings.signOutEverywhere()
    expect(await gone.promise).toBeUndefined()
    stop()
    expect(await settings.readSettings()).toEqual({
      server,
      language: 'ja',
      theme: 'dark',
      chips: 'on',
      undoSeconds: 10,
      accounts: [],
      seen: [],
      outcome: undefined,
    })
  })
})

describe('the panel', () => {
  it('stands closed at first, and as it was left afterwards, per account', async () => {
    expect(await settings.readPanel(mia.email)).toEqual({ open: false, width: 360 })
    await settings.savePanel(mia.email, { open: true })
    await settings.savePanel(mia.email, { width: 420 })
    expect(await settings.readPanel('MIA.SATO@arbor.example')).toEqual({ open: true, width: 420 })
    expect(await settings.readPanel(ken.email)).toEqual({ open: false, width: 360 })
  })
})
