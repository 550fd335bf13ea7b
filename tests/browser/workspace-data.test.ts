import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ListPage } from '../../lib/contract/lists.ts'
import type { RecordCard } from '../../lib/contract/records.ts'
import { lookAt } from '../road/arrange.ts'
import { accessibilityProblems } from './harness/axe.ts'
import { until } from './harness/until.ts'
import { type Office, openOffice } from './records-kit.ts'

const file = [
  'Vorname;Nachname;E-Mail;Telefon;Notizfeld',
  'Aya;Kanda;aya@kanda-koki.example;+81 3 5550 1234;one',
  'Jonas;Lind;jonas.lind@haldenmarine.example;;"two',
  'lines"',
  'Broken;Address;not-an-address;;three',
].join('\r\n')

describe.each(['chromium', 'firefox'] as const)('records in bulk, in %s', (kind) => {
  let office: Office

  beforeAll(async () => {
    office = await openOffice(kind)
    await office.mia.side.click('widen')
  })

  afterAll(async () => {
    await office?.stop()
  })

  const contacts = async () =>
    (await office.door.call<ListPage>('POST', '/records/list', { module: 'contacts' })).body.rows.map(
      (row) => row.name,
    )
  const noProblems = async (name: string) => {
    expect(await accessibilityProblems(await office.mia.side.frame())).toEqual([])
    await lookAt(office.mia, `data-${name}`)
  }

  it('imports a file after a dry run, names the row that is wrong, and takes it back', async () => {
    const { side } = office.mia
    await side.click('place-settings')
    await side.click('settings-tab-data')
    await side.waitFor('import-drop')
    await noProblems('start')
    await (await side.frame()).evaluate((text) => {
      const input = document.querySelector<HTMLInputElement>('[data-testid=import-file]')
      const carried = new DataTransfer()
      carried.items.add(new File([text], 'contacts.csv', { type: 'text/csv' }))
      if (input === null) return
      input.files = carried.files
      input.dispatchEvent(new Event('change', { bubbles: true }))
    }, file)
    await side.waitFor('import-columns')
    const frame = await side.frame()
    const chosen = () =>
      frame.$$eval('[data-testid^=column-][data-testid]:is(select)', (all) =>
        all.map((one) => (one as HTMLSelectElement).value),
      )
    await frame.select('[data-testid=column-0]', 'firstName')
    await frame.select('[data-testid=column-1]', 'lastName')
    await frame.select('[data-testid=column-2]', 'primaryAddress')
    await frame.select('[data-testid=column-3]', 'phone')
    await frame.select('[data-testid=column-4]', 'description')
    await until(
      async () => (await chosen()).join() === 'firstName,lastName,primaryAddress,phone,description',
      'the columns',
    )
    await noProblems('columns')
    await side.click('import-check')
    await side.waitFor('import-start', { text: '2' })
    expect(await side.waitFor('tally-failed')).toContain('1')
    expect(await side.waitFor('problem-row')).toContain('not-an-address')
    expect(await contacts()).toEqual([])
    await noProblems('checked')
    await side.click('import-start')
    await side.waitFor('import-done', { text: '2' })
    expect((await contacts()).sort()).toEqual(['Aya Kanda', 'Jonas Lind'])
    await side.click('import-undo')
    await side.waitFor('import-taken-back')
    expect(await contacts()).toEqual([])
  })

  it('merges two records field by field and makes two of one again', async () => {
    const { mia, make, door } = office
    const one = await make(door, {
      module: 'contacts',
      fields: { firstName: 'Elena', lastName: 'Brandt', title: 'Buyer' },
      primaryAddress: 'elena@haldenmarine.example',
    })
    await make(door, {
      module: 'contacts',
      fields: {
        firstName: 'Elena',
        lastName: 'Brandt',
        title: 'Head of Procurement',
        phone: '+49 40 5550 1287',
      },
      primaryAddress: 'e.brandt@haldenmarine.example',
    })
    await mia.page.evaluate((place) => {
      location.hash = `#inbox?inlay=${place}`
    }, `record/${one.record.id}`)
    await mia.side.waitFor('card-more')
    await mia.side.click('card-more')
    await mia.side.click('menu-merge')
    await mia.side.waitFor('alike-row', { text: 'e.brandt@haldenmarine.example' })
    await noProblems('alike')
    await mia.side.click('alike-row', { text: 'e.brandt@haldenmarine.example' })
    await mia.side.waitFor('merge-place')
    await mia.side.click('take-title-loser')
    await mia.side.click('take-primaryAddress-winner')
    await noProblems('merge')
    await mia.side.click('merge-start')
    await mia.side.waitFor('toast-undo')
    const { body: merged } = await door.call<RecordCard>('GET', `/records/${one.record.id}`)
    expect(merged.record).toMatchObject({
      fields: { title: 'Head of Procurement', phone: '+49 40 5550 1287' },
      primaryAddress: 'elena@haldenmarine.example',
      secondaryAddress: 'e.brandt@haldenmarine.example',
    })
    await mia.side.click('toast-undo')
    await until(
      async () => (await contacts()).filter((name) => name === 'Elena Brandt').length === 2,
      'two records again',
    )
  })

  it('restores a record from the bin', async () => {
    const { mia, make, door } = office
    const { record } = await make(door, { module: 'leads', fields: { lastName: 'Vanished' } })
    await door.call('DELETE', `/records/${record.id}`)
    await mia.side.click('place-settings')
    await mia.side.click('settings-tab-bin')
    await mia.side.waitFor('bin-row', { text: 'Vanished' })
    await noProblems('bin')
    await mia.side.click('bin-restore')
    await until(
      async () => (await door.call('GET', `/records/${record.id}`)).status === 200,
      'the record back in its place',
    )
  })
})
