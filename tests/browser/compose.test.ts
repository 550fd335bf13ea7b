import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DraftList } from '../../lib/contract/compose.ts'
import type { Send, SendList } from '../../lib/contract/sends.ts'
import { lookAt, seat } from '../road/arrange.ts'
import { arrive, discardOpen, openThread, writtenText } from '../road/road.ts'
import { headerOf } from '../stand-ins/google/testing.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { buildExtension } from './harness/build.ts'
import { launchBrowser } from './harness/launch.ts'
import { until } from './harness/until.ts'
import { type Rep, settle } from './sidebar-kit.ts'

const SECOND = 'brandt.elena@mailhaus.example'
const KEN = 'ken.mori@arbor.example'
const GONE = 'gone@far.example'
const DESK = 'sales@arbor.example'
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const TIM = 'tim.reyes@reyes-marine.example'

describe.each(['chromium', 'firefox'] as const)('the composer, in %s', (kind) => {
  let rep: Rep

  beforeAll(async () => {
    rep = await settle(kind, {
      town: {
        google: { startAt: Date.parse('2026-11-23T15:00:00+09:00') },
        aliases: {
          'mia.sato@arbor.example': [{ email: DESK, verified: true, signature: 'The sales desk of Arbor' }],
        },
      },
    })
    const make = async (module: string, fields: object, more: object = {}) => {
      const { status, body } = await rep.person.call<{ record: { id: string } }>('POST', '/records', {
        module,
        fields,
        ...more,
      })
      if (status !== 201) throw new Error(JSON.stringify(body))
      return body.record.id
    }
    const { record } = (
      await rep.person.call<{ record: { version: number } }>('GET', `/records/${rep.elenaId}`)
    ).body
    await rep.person.call('PATCH', `/records/${rep.elenaId}`, {
      version: record.version,
      secondaryAddress: SECOND,
    })
    await make('contacts', { firstName: 'Talbot', lastName: 'Reyes' }, { primaryAddress: TIM })
    await make('contacts', { firstName: 'Ilya', lastName: 'Tarkov' })
    await make('deals', { dealName: 'Tank farm upgrade' }, { mainContactId: rep.elenaId })
  })

  afterAll(async () => {
    await rep?.stop()
  })

  const side = () => rep.mia.side
  const keyboard = () => rep.mia.page.keyboard
  const sends = async () => (await rep.person.call<SendList>('GET', '/sends')).body.sends
  const sendOf = async (subject: string) => (await sends()).find((send) => send.subject === subject)
  const drafts = async () => (await rep.person.call<DraftList>('GET', '/sends/drafts')).body.drafts
  const textOf = async () => {
    await side().waitFor('input-body')
    return (await side().frame()).$eval('[data-testid=input-body]', (node) => (node as HTMLElement).innerText)
  }
  const subjectOf = async () => {
    await side().waitFor('input-subject')
    return (await side().frame()).$eval(
      '[data-testid=input-subject]',
      (node) => (node as HTMLInputElement).value,
    )
  }
  const arrived = (address: string, subject: string) =>
    rep.town.google
      .mailbox(address)
      .listThreads()
      .flatMap((thread) => thread.messages ?? [])
      .filter((message) => headerOf(message, 'subject') === subject)
  /** Pasted as the browser does: a picture into the text, or text into a line. */
  const paste = async (id: string, given: { text: string } | { png: string }) =>
    (await side().frame()).evaluate(
      (testId, one) => {
        const data = new DataTransfer()
        if ('text' in one) data.setData('text/plain', one.text)
        else {
          const bytes = Uint8Array.from(atob(one.png), (sign) => sign.charCodeAt(0))
          data.items.add(new File([bytes], 'dot.png', { type: 'image/png' }))
        }
        const event = new Event('paste', { bubbles: true, cancelable: true })
        Object.defineProperty(event, 'clipboardData', { value: data })
        document.querySelector(`[data-testid="${testId}"]`)?.dispatchEvent(event)
      },
      id,
      given,
    )
  /** The network is cut when the server has taken the mail, before anything of its answer is here. */
  const cutAtSubmit = async () =>
    (await side().frame()).evaluate(() => {
      const real = globalThis.fetch
      let cuts = 0
      globalThis.fetch = async (...args) => {
        const answer = await real(...args)
        const [asked] = args
        const url = asked instanceof Request ? asked.url : String(asked)
        const isIts = cuts === 0 ? url.endsWith('/submit') : cuts === 1 && /\/sends\/[0-9a-f-]{36}$/.test(url)
        if (!isIts) return answer
        cuts += 1
        throw new TypeError('Failed to fetch')
      }
    })
  const sendNow = async () => {
    await side().click('send')
    await side().waitFor('toast-send-now')
    await side().click('toast-send-now')
  }

  it('S-007, S-009: writes from a record with formatting; sent mail can be taken back and opens as it was', async () => {
    await side().click('compose-email')
    await side().waitFor('compose')
    await side().waitFor('recipient', { text: 'Elena Brandt' })
    // The caret is in the text from the first mail on.
    await keyboard().type('Dear Elena,')
    await keyboard().press('Enter')
    const chord = async (key: 'k' | 'End') => {
      await keyboard().down('Control')
      await keyboard().press(key)
      await keyboard().up('Control')
    }
    const signed = async (by: string, not: string) => {
      await until(async () => (await textOf()).includes(by), `the signature ${by}`)
      expect(await textOf()).not.toContain(not)
    }
    await side().click('from')
    await side().click(`menu-from-${DESK}`)
    await signed('The sales desk of Arbor', 'Mia Sato')
    await side().click('from')
    await side().click('menu-from-mia.sato@arbor.example')
    await signed('Mia Sato', 'The sales desk')
    await side().fill('input-subject', 'Line 4: dates')
    await (await side().frame()).click('.compose-rest')
    await side().click('show-formats')
    await keyboard().type('See ')
    await chord('k')
    await side().waitFor('link-form')
    await keyboard().type('our plan')
    await keyboard().press('Tab')
    await keyboard().type('arbor.example/plan')
    await keyboard().press('Enter')
    await side().waitForNo('link-form')
    await keyboard().type(': ')
    await side().click('format-bold')
    await keyboard().type('14 December')
    await side().click('format-bold')
    await keyboard().type(' is possible.')
    // Written in, the signature is text of the mail, whoever it is from.
    await chord('End')
    await keyboard().type(', away on Friday')
    await side().click('from')
    await side().click(`menu-from-${DESK}`)
    await side().waitFor('from', { text: DESK })
    await signed(', away on Friday', 'The sales desk')
    await side().click('from')
    await side().click('menu-from-mia.sato@arbor.example')
    await side().waitFor('draft-state', { text: 'Draft saved' })
    expect(await accessibilityProblems(await side().frame())).toEqual([])
    await lookAt(rep.mia, 'compose-text')
    await side().click('send')
    expect(await side().waitFor('toast', { text: 'Undo' })).toContain('Send now')
    await lookAt(rep.mia, 'compose-sending')
    await side().waitForNo('compose')
    await side().click('toast-undo')
    await side().waitFor('compose')
    expect(await textOf()).toContain('14 December is possible.')
    expect((await drafts()).map((draft) => draft.subject)).toEqual(['Line 4: dates'])
    expect(await sendOf('Line 4: dates')).toBeUndefined()
    await paste('input-body', { png: DOT })
    await until(
      async () => (await (await side().frame()).$('.inline-image:not(.inline-image-waits) img')) !== null,
      'the picture in the text',
    )
    await cutAtSubmit()
    await sendNow()
    const atElena = () => arrived(rep.town.world.elena, 'Line 4: dates')
    await until(() => atElena().length > 0, 'the mail at Elena’s')
    const sent = await sendOf('Line 4: dates')
    expect(sent?.html).toContain(
      '<a href="https://arbor.example/plan">our plan</a>: <strong>14 December</strong>',
    )
    expect(sent?.html).not.toContain('gmail_signature')
    const [, cid = '?'] = /src="cid:([^"]+)"/.exec(sent?.html ?? '') ?? []
    const raw = rep.town.google.mailbox(rep.town.world.elena).rawMessage(atElena()[0]?.id ?? '')
    const image = /Content-Type: image\/png[\s\S]*?\r\n\r\n/i.exec(raw?.toString('latin1') ?? '')?.[0]
    expect(image).toContain(`<${cid}>`)
    expect(image).toMatch(/Content-Disposition: inline/i)
    // The answer to its hand-over was lost, and it was asked for again.
    expect(atElena()).toHaveLength(1)
    expect(sent?.body).toContain('14 December is possible.')
    expect(sent?.body).toContain(', away on Friday')
  })

  it('S-010, S-015, S-016, S-008: @ finds records of any module, the other address, free addresses, and Bcc is seen by nobody', async () => {
    await side().click('email')
    await side().waitFor('compose')
    await side().click('address-chooser')
    await lookAt(rep.mia, 'compose-address')
    await side().click('menu-address-secondary')
    await side().waitFor('address-chooser', { text: 'secondary' })
    const input = await (await side().frame()).waitForSelector('[data-testid=input-to]')
    await input?.click()
    await keyboard().type('@ta')
    await side().waitFor('suggestion', { text: 'Tank farm upgrade' })
    const offered = (await side().texts('suggestion')).join('\n')
    expect(offered).toContain('Talbot Reyes')
    expect(offered).toContain('through Elena Brandt')
    expect(offered).toContain('Ilya Tarkov no email address')
    await lookAt(rep.mia, 'compose-suggestions')
    // Who has no address is shown and can't be inserted.
    await side().click('suggestion', { text: 'Ilya Tarkov' })
    expect(await side().texts('recipient')).toHaveLength(1)
    await side().click('suggestion', { text: 'Talbot Reyes' })
    await side().waitFor('recipient', { text: 'Talbot Reyes' })
    // While an input method composes, Enter chooses a word and makes no recipient.
    await input?.evaluate((field) => {
      const element = field as HTMLInputElement
      element.value = 'たなか'
      element.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: true }))
      for (const ctrlKey of [false, true])
        element.dispatchEvent(
          new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, isComposing: true, ctrlKey }),
        )
      element.value = ''
      element.dispatchEvent(new InputEvent('input', { bubbles: true }))
    })
    expect(await side().texts('recipient')).toHaveLength(2)
    expect(await side().texts('guards')).toEqual([])
    await side().click('show-copies')
    await paste('input-bcc', { text: `Team: ${KEN}, Gone <${GONE}>;` })
    await side().waitFor('chips-bcc', { text: KEN })
    await side().waitFor('chips-bcc', { text: 'Gone' })
    await side().fill('input-subject', 'To several')
    await side().fill('input-body', 'Dear all, here are the dates.')
    await sendNow()
    await until(() => arrived(KEN, 'To several').length === 1, 'the mail at Ken’s')
    const [seen] = arrived(KEN, 'To several')
    expect(seen && headerOf(seen, 'to')).toContain(SECOND)
    expect(seen && headerOf(seen, 'bcc')).toBeUndefined()
    expect((await sendOf('To several'))?.bcc.map((party) => party.address)).toEqual([KEN, GONE])
  })

  it('Reply all: everybody of the mail, its text folded, and merged into the answer on request', async () => {
    await side().click('reply-all')
    await side().waitFor('compose')
    await side().waitFor('show-quote')
    await until(async () => (await side().texts('recipient')).length >= 3, 'everybody of the mail')
    await side().fill('input-body', 'Thank you all.')
    await lookAt(rep.mia, 'compose-reply')
    await side().click('show-quote')
    expect(await textOf()).toContain('many thanks for the fast turnaround')
    await sendNow()
    const subject = 'Re: Line 4 retrofit: revised quote'
    await until(async () => (await sendOf(subject))?.status === 'sent', 'the answer sent')
    const sent = await sendOf(subject)
    expect(sent?.threadId).toBe(rep.town.world.thread('retrofit').threadIdIn(rep.mia.account))
  })

  it('guards: a warning is passed by one key and written down; a mail without a subject says so', async () => {
    await side().click('email')
    await side().fill('input-body', 'Dear Elena, please find the drawings attached.')
    await side().click('send')
    await side().waitFor('guard-attachment_missing')
    await side().waitFor('guard-empty_subject')
    await lookAt(rep.mia, 'compose-guards')
    // Esc takes the warnings back, not the mail.
    await keyboard().press('Escape')
    await side().waitForNo('guards')
    expect(await textOf()).toContain('drawings attached')
    await side().click('send')
    await side().waitFor('guard-empty_subject')
    expect(await side().texts('toast-send-now')).toEqual([])
    await side().click('guard-go')
    await side().waitForNo('guards')
    await side().fill('input-subject', 'Drawings')
    await side().click('send')
    await side().waitFor('guard-attachment_missing')
    await keyboard().press('a')
    await side().waitFor('toast-send-now')
    await side().click('toast-send-now')
    await until(async () => (await sendOf('Drawings'))?.status === 'sent', 'the mail sent')
    const { body } = await rep.person.call<Send>('GET', `/sends/${(await sendOf('Drawings'))?.id}`)
    expect(body.steps).toContainEqual(
      expect.objectContaining({ step: 'overruled', detail: 'attachment_missing' }),
    )
  })

  it('two tabs on one draft: the one that is stale is told, and either text can be kept', async () => {
    await side().click('email')
    await side().fill('input-subject', 'Two tabs')
    await side().waitFor('draft-state', { text: 'Draft saved' })
    const [draft] = await drafts()
    const whole = (await rep.person.call<Send>('GET', `/sends/${draft?.id}`)).body
    const elsewhere = (subject: string, version: number) =>
      rep.person.call<{ version: number }>('PUT', `/sends/${draft?.id}/draft`, {
        ...{ recordId: rep.elenaId, to: whole.to, subject, version },
      })
    const newer = await elsewhere('From the other tab', whole.version)
    await until(async () => (await subjectOf()) === 'From the other tab', 'what the other tab wrote')
    // Both write at once: until the other one is first.
    let version = newer.body.version
    await until(async () => {
      await side().fill('input-subject', 'Mine')
      const { status } = await elsewhere('Theirs', version)
      version = (await drafts()).find((one) => one.id === draft?.id)?.version ?? version
      return status === 200
    }, 'the other tab to save first')
    await side().waitFor('draft-clash')
    await lookAt(rep.mia, 'compose-clash')
    await side().click('keep-copy')
    await side().waitFor('draft-state', { text: 'Draft saved' })
    expect((await drafts()).map((one) => one.subject).sort()).toEqual(['Mine', 'Theirs'])
    await side().click('compose-more')
    await side().click('menu-drafts')
    await side().waitFor('draft-row', { text: 'Theirs' })
    await lookAt(rep.mia, 'compose-drafts')
    await side().click('close')
  })

  it('S-040: an edit that was not saved is kept and offered again; what was discarded stays discarded', async () => {
    const reload = async () => {
      await rep.mia.page.reload()
      await openThread(rep.mia, 'retrofit')
    }
    const edit = async () => {
      await side().hover('email-row', { text: 'Scheduled' })
      await side().click('send-edit')
      return writtenText(side())
    }
    // What two tabs wrote on waits; a new mail is new, and says so.
    await side().click('email')
    await side().waitFor('draft-waits', { text: '2 drafts to Elena Brandt wait.' })
    expect(await writtenText(side())).toBe('')
    await side().click('draft-waits-open')
    await side().click('draft-row', { text: 'Theirs' })
    await side().waitFor('compose')
    await discardOpen(side())
    await side().waitForNo('compose')
    await side().click('email')
    await side().waitFor('draft-waits', { text: 'A draft to Elena Brandt from 15:' })
    await lookAt(rep.mia, 'compose-waits')
    await side().click('draft-waits-open')
    await side().waitFor('draft-state', { text: 'Draft saved' })
    expect(await subjectOf()).toBe('Mine')
    await discardOpen(side())
    await side().waitForNo('compose')
    await side().click('email')
    await side().fill('input-subject', 'Site visit')
    await side().fill('input-body', 'As first written.')
    await side().click('schedule')
    await side().click('time-tomorrow_8')
    expect(await edit()).toBe('As first written.')
    await side().fill('input-body', 'As written over it.')
    await side().waitFor('edit-unsaved', { text: 'Not saved yet: the mail goes out as it was.' })
    await side().click('close')
    await side().waitFor('toast', { text: 'not saved' })
    await reload()
    expect(await edit()).toBe('As written over it.')
    await lookAt(rep.mia, 'compose-edit-unsaved')
    await side().click('close')
    const { id, version } = (await sendOf('Site visit')) ?? {}
    const moved = await rep.person.call('PATCH', `/sends/${id}`, {
      version,
      subject: 'Site visit, elsewhere',
    })
    expect(moved.status).toBe(200)
    expect(await edit()).toBe('As written over it.')
    await side().waitFor('draft-clash', { text: 'changed since you wrote this' })
    await side().click('keep-copy', { text: 'Keep mine' })
    await side().waitForNo('draft-clash')
    await side().click('send')
    await side().waitForNo('compose')
    expect((await sendOf('Site visit'))?.body).toContain('As written over it.')

    await side().click('email')
    await side().fill('input-subject', 'Thrown away')
    await side().waitFor('draft-state', { text: 'Draft saved' })
    await discardOpen(side())
    await side().click('toast-undo')
    await side().waitFor('compose')
    const isThere = async () => (await drafts()).some((one) => one.subject === 'Thrown away')
    expect(await isThere()).toBe(true)
    await side().waitFor('draft-state', { text: 'Draft saved' })
    // The panel is gone before the server is told; by its clock the undo time is over when it comes back.
    await side().setNow(Date.now() - 60_000)
    await discardOpen(side())
    await side().waitForNo('compose')
    expect(await isThere()).toBe(true)
    await reload()
    await side().click('open-menu')
    await side().click('menu-drafts')
    await side().waitFor('drafts')
    expect((await side().texts('draft-row')).join()).not.toContain('Thrown away')
    await side().click('close')
    await until(async () => !(await isThere()), 'the draft deleted at the server')
    // The first mail since the panel was loaded has the caret, and what is typed is kept while it goes on.
    await side().click('email')
    const words = 'Written from the first key on, without a pause.'
    const typing = keyboard().type(words, { delay: 40 })
    const kept = await until(
      async () => (await side().frame()).evaluate(keptText, words.slice(0, 5)),
      'it kept',
    )
    await typing
    expect(kept.length).toBeLessThan(words.length)
    expect(await writtenText(side())).toBe(words)
    await discardOpen(side())
  })

  it('hundreds of recipients fold, and too many for one mail is said before it is sent', async () => {
    await side().click('email')
    await side().waitFor('recipient', { text: 'Elena Brandt' })
    const many = Array.from({ length: 508 }, (_, n) => `p${n}@far.example`).join('; ')
    await paste('input-to', { text: many })
    expect(await side().waitFor('recipients-more')).toBe('503 more')
    expect(await side().texts('recipient')).toHaveLength(6)
    await lookAt(rep.mia, 'compose-folded')
    await side().click('recipients-more')
    expect(await side().texts('recipient')).toHaveLength(509)
    await lookAt(rep.mia, 'compose-unfolded')
    await side().hover('send')
    await until(
      async () =>
        (await (await side().frame()).$eval('.tip', (tip) => tip.textContent)).startsWith('509 rec'),
      'why it can’t go',
    )
    await discardOpen(side())
    await side().waitForNo('compose')
  })

  it('a draft is there again after the browser was killed, also in a browser that has never seen it', async () => {
    await side().click('reply')
    await side().fill('input-subject', 'Written before the crash')
    await side().fill('input-body', 'Dear Elena, half a sent')
    // What is no address yet keeps nothing from being saved.
    await side().fill('input-to', 'no address,')
    await side().waitFor('chips-to', { text: 'no address' })
    const saved = async () => {
      const row = (await drafts()).find((one) => one.subject === 'Written before the crash')
      return row && (await rep.person.call<Send>('GET', `/sends/${row.id}`)).body
    }
    await until(async () => (await saved())?.pending.to === 'no address', 'the draft saved')
    // It comes along into the workspace, and back.
    await side().click('compose-widen')
    await side().waitFor('record-place')
    expect(await subjectOf()).toBe('Written before the crash')
    await side().click('compose-narrow')
    await side().waitForNo('record-place')
    expect(await textOf()).toContain('half a sent')
    rep.browser.browser.process()?.kill('SIGKILL')
    await rep.browser.close().catch(() => undefined)
    const { town, person } = rep
    const browser = await launchBrowser(kind, {
      proxyPort: town.web.proxyPort,
      extensionDir: await buildExtension(kind),
    })
    await seat(browser, town, [person])
    const mia = await arrive(town, browser)
    rep = {
      ...rep,
      ...{ browser, mia },
      stop: async () => {
        await browser.close()
        await town.stop()
      },
    }
    await openThread(mia, 'retrofit')
    await side().waitFor('card-draft', { text: 'A draft to' })
    await lookAt(mia, 'compose-card-draft')
    await side().click('reply')
    expect(await writtenText(side())).toBe('Dear Elena, half a sent')
    await keyboard().press('Escape')
    await side().waitForNo('compose')
  })
})

/** Runs in the sidebar: a line that begins so, of the drafts this browser keeps. */
async function keptText(begin: string): Promise<string | undefined> {
  const { name = '' } = (await indexedDB.databases()).find((one) => one.name?.startsWith('inlay-')) ?? {}
  const answer = <T>(asked: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      asked.onsuccess = () => resolve(asked.result)
      asked.onerror = () => reject(asked.error)
    })
  const db = await answer(indexedDB.open(name))
  const drafts: { html: string }[] = await answer(db.transaction('drafts').objectStore('drafts').getAll())
  db.close()
  return drafts.flatMap(({ html }) => html.split(/<[^>]+>/)).find((line) => line.startsWith(begin))
}
