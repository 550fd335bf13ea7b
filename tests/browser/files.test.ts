import { createHash } from 'node:crypto'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LibraryPage } from '../../lib/contract/files.ts'
import type { SendList } from '../../lib/contract/sends.ts'
import { lookAt } from '../road/arrange.ts'
import { filed } from '../road/road.ts'
import { bytesOf, filesOf } from './files-kit.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { until } from './harness/until.ts'
import { type Rep, retrofit, settle } from './sidebar-kit.ts'
import { goTo } from './workspace-kit.ts'

const MB = 1024 * 1024

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each(['chromium', 'firefox'] as const)('files of mails, in %s', (kind) => {
  let rep: Rep
  let dealId: string

  beforeAll(async () => {
    rep = await settle(kind)
    const deal = await rep.person.call<{ record: { id: string } }>('POST', '/records', {
      module: 'deals',
      fields: { dealName: 'Line 4 retrofit' },
      mainContactId: rep.elenaId,
    })
    dealId = deal.body.record.id
    await file(dealId, filed)
    await file(rep.elenaId, 'Spec_sheet_v2.xlsx')
    const { google, world } = rep.town
    google.addDriveFile(world.mia, {
      name: 'Warranty terms',
      mimeType: 'application/vnd.google-apps.document',
      exports: {
        'application/pdf': Buffer.from('%PDF-1.4 warranty'),
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document': Buffer.from('PK docx'),
      },
    })
  })

  afterAll(async () => {
    await rep?.stop()
  })

  const side = () => rep.mia.side
  const { give, holdReading, letGo, draftNow, fileNow, ready, file } = filesOf(() => rep)

  it('S-053: the library: folders, upload, versions, rename, move, delete with undo, search', async () => {
    await goTo(rep.mia, 'library')
    await side().waitFor('library-empty', { text: 'Nothing here yet.' })
    await lookAt(rep.mia, 'library-empty')
    await side().click('new-folder')
    await side().fill('folder-name', 'Prices 2026')
    await side().click('folder-dialog-do')
    await side().waitFor('library-folder', { text: 'Prices 2026' })
    const names = ['catalogue.pdf', 'terms.pdf', 'a.pdf', 'b.pdf', 'c.pdf', 'd.pdf', 'last.pdf']
    await give('drop', 'library', ...names.map((name, nth) => ({ name, size: 2000 + nth })))
    for (const name of names) await side().waitFor('library-file', { text: name })
    await give('choose', 'library-input', { name: 'tool.exe', size: 10 })
    expect(await side().waitFor('file-refused')).toContain(
      'tool.exe was not uploaded. Gmail doesn’t deliver .exe',
    )
    await side().click('dismiss-refusal')
    const menuOf = async (name: string, item: string) => {
      for (const row of await (await side().frame()).$$('.lib-row')) {
        if (!(await row.evaluate((node) => node.textContent ?? '')).includes(name)) continue
        await (await row.$('[data-testid=library-more]'))?.click()
        break
      }
      await side().click(`menu-${item}`)
    }
    await menuOf('catalogue.pdf', 'version')
    await give('choose', 'library-input', { name: 'new catalogue.pdf', size: 3000 })
    await side().waitFor('library-versions', { text: 'v2' })
    await menuOf('catalogue.pdf', 'rename')
    await side().fill('library-name', 'Pump catalogue.pdf')
    await side().click('rename-dialog-do')
    await side().waitFor('library-file', { text: 'Pump catalogue.pdf' })
    await menuOf('terms.pdf', 'move')
    await side().click('move-folder', { text: 'Prices 2026' })
    await side().waitFor('path-step', { text: 'Prices 2026' })
    await side().click('move-dialog-do')
    await side().waitForNo('library-file', { text: 'terms.pdf' })
    await menuOf('last.pdf', 'delete')
    await side().waitForNo('library-file', { text: 'last.pdf' })
    await side().click('toast-undo')
    await side().waitFor('library-file', { text: 'last.pdf' })
    await side().click('library-versions')
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'library')
    await side().fill('library-search', 'TERMS')
    await side().waitFor('library-file', { text: 'terms.pdf' })
    await side().waitForNo('library-file', { text: 'a.pdf' })
    for (let nth = 0; nth < 5; nth++) await side().press('library-search', 'Backspace')
    await side().waitFor('library-folder')
    await rep.mia.page.setViewport({ width: 760, height: 800 })
    await lookAt(rep.mia, 'library-narrow')
    await rep.mia.page.setViewport({ width: 1280, height: 900 })
    const top = (await rep.person.call<LibraryPage>('GET', '/library')).body
    expect(
      top.files.find((one) => one.name === 'Pump catalogue.pdf')?.versions.map(({ size }) => size),
    ).toEqual([3000, 2000])
    await side().click('back-to-mail')
  })

  it('S-048, S-018: 10 MB go and one byte more is refused before it travels; cancelled, gone on with, chosen again', async () => {
    await side().click('compose-email')
    await side().waitFor('clip')
    await side().fill('input-subject', 'Large files')
    await side().waitFor('draft-state', { text: 'Draft saved' })
    const asked = async () =>
      (await side().frame()).evaluate(
        () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/uploads')).length,
      )
    await (await side().frame()).evaluate(() => performance.clearResourceTimings())
    await give('choose', 'file-input', { name: 'deck.dwg', size: 10 * MB + 1 })
    const refused = await side().waitFor('file-refused')
    expect(refused).toContain('deck.dwg (10 MB) is 1 B too much. It was not attached.')
    await give('choose', 'file-input', { name: 'setup.exe', size: 5 })
    await side().waitFor('file-refused', {
      text: 'setup.exe was not attached. Gmail doesn’t deliver .exe files',
    })
    expect(await asked()).toBe(0)
    await lookAt(rep.mia, 'files-refused')
    await side().click('dismiss-refusal')
    await side().waitForNo('file-refused')
    await give('choose', 'file-input', { name: 'exact.bin', size: 10 * MB })
    await ready('exact.bin')
    await side().waitFor('size-meter', { text: '10 of 10 MB' })
    await side().click('remove-file')
    await side().waitForNo('mail-file')
    await until(async () => (await draftNow()).files.length === 0, 'no file')

    await holdReading(2)
    await give('choose', 'file-input', { name: 'stopped.bin', size: 3 * MB })
    await side().waitFor('mail-file', { text: ' of 3 MB' })
    expect(await side().waitFor('send')).toContain('Send')
    await lookAt(rep.mia, 'files-progress')
    await side().click('remove-file')
    await letGo()
    await side().waitForNo('mail-file')
    await until(async () => (await draftNow()).files.length === 0, 'a cancelled upload to be gone')

    await holdReading(1)
    await give('choose', 'file-input', { name: 'network.bin', size: 3 * MB })
    await side().waitFor('mail-file', { text: ' of 3 MB' })
    await rep.town.backend.kill()
    await letGo()
    await side().waitFor('mail-file', { text: 'It goes on by itself' })
    await rep.town.backend.restart()
    await until(async () => (await fileNow('network.bin'))?.state === 'ready', 'the rest', {
      timeout: 30_000,
    })

    await holdReading(1)
    await give('choose', 'file-input', { name: 'closed.bin', size: 2 * MB })
    await until(async () => ((await fileNow('closed.bin'))?.received ?? 0) > 0, 'some of it')
    const begun = await fileNow('closed.bin')
    await rep.mia.page.reload()
    await side().waitFor('card-name', { text: 'Elena Brandt' })
    await side().click('compose-email')
    await side().click('draft-waits-open')
    await side().waitFor('mail-file', { text: 'Choose the file again and it goes on' })
    await lookAt(rep.mia, 'files-lost')
    await side().click('choose-again')
    await give('choose', 'file-input', { name: 'closed.bin', size: 2 * MB })
    await ready('closed.bin')
    // The same upload went on: its bytes are one file's, and nothing was begun anew.
    expect((await fileNow('closed.bin'))?.id).toBe(begun?.id)
    expect((await draftNow()).files.map(({ name }) => name).sort()).toEqual(['closed.bin', 'network.bin'])
    for (let nth = 0; nth < 2; nth++) await side().click('remove-file')
    await side().waitForNo('mail-file')
  })

  it('S-045, S-046, S-048, S-049, S-053: one mail with files of all four sources, as it arrives', async () => {
    await side().fill('input-subject', 'Everything')
    await side().fill('input-body', 'Dear Elena, as we said.')
    const hostile = `見積\u202Efdp ${'x'.repeat(280)}.pdf`
    await give('drop', 'compose', { name: 'dropped one.txt', size: 1200 }, { name: 'empty.txt', size: 0 })
    await give('paste', 'input-subject', { name: hostile, size: 900 })
    await until(async () => (await draftNow()).files.length === 3, 'three files')

    await side().press('clip', 'Enter')
    const menu = await side().waitFor('menu-drive')
    expect(menu).toContain('Needs a permission you have not given. Allow')
    expect(await side().text('menu-library')).toContain('0 of 5 used in this mail')
    expect(await side().text('menu-record')).toContain('Attachments of Elena Brandt')
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'clip-menu')
    await rep.mia.page.keyboard.press('l')
    for (const name of ['a.pdf', 'b.pdf', 'c.pdf', 'd.pdf']) await side().click('pick-row', { text: name })
    await side().click('pick-versions')
    await side().click('pick-row', { text: 'v1' })
    await until(async () => (await draftNow()).files.length === 8, 'five of the library')
    await side().click('pick-row', { text: 'last.pdf' })
    await side().waitFor('pick-problem', { text: '5 files from the library is the most for one mail.' })
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'pick-library')
    await side().click('pick-done')

    await side().click('clip')
    expect(await side().waitFor('menu-library')).toContain('5 of 5 used in this mail')
    await rep.mia.page.keyboard.press('r')
    await side().click('pick-row', { text: 'Spec_sheet_v2.xlsx' })
    await side().fill('pick-record', dealId)
    await side().click('pick-row', { text: filed })
    await until(async () => (await draftNow()).files.length === 10, 'two of records')
    await lookAt(rep.mia, 'pick-record')
    await side().click('pick-done')

    await side().click('clip')
    await side().click('menu-drive')
    await rep.mia.page.bringToFront()
    await side().waitFor('pick-search', { timeout: 30_000 })
    await side().fill('pick-search', 'warranty')
    await side().waitFor('pick-row', { text: 'Warranty terms' })
    await side().waitForNo('pick-row', { text: 'Pump' })
    await lookAt(rep.mia, 'pick-drive')
    await side().click('pick-as', { text: 'PDF' })
    await ready('Warranty terms.pdf')
    await side().click('pick-done')
    await side().waitFor('mail-file', { text: 'Warranty terms.pdf' })
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'files-all')
    await give('choose', 'file-input', { name: 'setup.exe', size: 5 })
    await side().waitFor('file-refused')

    await side().click('send')
    await side().click('toast-send-now')
    const raw = await until(() => {
      const elena = rep.town.google.mailbox(rep.town.world.elena)
      const [thread] = elena.listThreads({ q: 'subject:Everything' })
      return elena.rawMessage(thread?.messages?.[0]?.id ?? '')
    }, 'the mail at Elena’s')
    const { attachments } = await PostalMime.parse(raw)
    const got = new Map(
      attachments.map(({ filename, content }) => [filename, sha(Buffer.from(content as ArrayBuffer))]),
    )
    const { world, google } = rep.town
    const retro = google.mailbox(world.mia).getThread(world.thread(retrofit).threadIdIn(world.mia))
    const original = (name: string) => {
      for (const message of retro?.messages ?? []) {
        const part = message.payload?.parts?.find((one) => one.filename === name)
        if (part) return google.mailbox(world.mia).partBytes(message.id ?? '', part.partId ?? '')
      }
      return undefined
    }
    expect(got.get('dropped one.txt')).toBe(sha(bytesOf({ name: 'dropped one.txt', size: 1200 })))
    expect(got.get('empty.txt')).toBe(sha(Buffer.alloc(0)))
    expect(got.get('b.pdf')).toBe(sha(bytesOf({ name: 'b.pdf', size: 2003 })))
    // The older version, under the name the file has now.
    expect(got.get('Pump catalogue.pdf')).toBe(sha(bytesOf({ name: 'catalogue.pdf', size: 2000 })))
    for (const name of [filed, 'Spec_sheet_v2.xlsx'])
      expect(got.get(name)).toBe(sha(original(name) ?? Buffer.of(1)))
    expect(got.get('Warranty terms.pdf')).toBe(sha(Buffer.from('%PDF-1.4 warranty')))
    const long = [...got.keys()].find((name) => name?.startsWith('見積'))
    expect(long).toMatch(/\.pdf$/)
    expect(long).not.toContain('\u202e')
    expect(got.size).toBe(11)
  })

  it('shows its author what happened to a mail, with numbers, files and what was gone past', async () => {
    await side().click('compose-email')
    await side().waitFor('clip')
    // What the mail before was refused is not said beside this one.
    expect(await side().texts('file-refused')).toEqual([])
    await side().fill('input-subject', 'Receipt')
    await side().fill('input-body', 'The quote is attached.')
    await side().waitFor('draft-state', { text: 'Draft saved' })
    await side().click('send')
    await side().click('send-anyway')
    await side().click('toast-send-now')
    const sent = await until(async () => {
      const { sends } = (await rep.person.call<SendList>('GET', '/sends')).body
      return sends.find((one) => one.subject === 'Receipt' && one.messageId !== null)
    }, 'the sent mail')
    await side().click('email-row', { text: 'Receipt' })
    const receipt = await side().waitFor('receipt', { text: sent.messageId ?? '?' })
    expect(receipt).toContain(sent.id)
    expect(receipt).toContain(sent.threadId ?? '?')
    expect(await side().text('step-overruled')).toContain('Sent although nothing was attached')
    expect(await side().text('step-built')).toMatch(/Built, [\d.]+ (?:B|KB), ready for Gmail/)
    const gmailId = sent.steps.find(({ step }) => step === 'accepted')?.detail ?? ''
    expect(gmailId).toMatch(/^[0-9a-f]{16}$/)
    expect(await side().text('step-accepted')).toContain(gmailId)
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'receipt')
  })
})
