import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createHealth } from '../../entrypoints/gmail.content/health.ts'
import { isMailView, placeIn, readRoute, withPlace } from '../../entrypoints/gmail.content/route.ts'
import { selectors } from '../../entrypoints/gmail.content/selectors.ts'
import { tokens } from '../../entrypoints/gmail.content/styles.ts'

describe('Gmail’s address', () => {
  it.each([
    ['/mail/u/0/', '#inbox', 0, false],
    ['/mail/u/12/', '#inbox/FMfcgzQXKWbkdNfpNbCjQlkFDQmkLbhG', 12, true],
    ['/mail/u/1/', '#search/from%3Aelena/FMfcgzQXKWbkdNfpNbCjQlkFDQmkLbhG?compose=new', 1, true],
    ['/mail/u/0/', '#label/Big+customers/p2', 0, false],
    ['/mail/u/0/', '#label/ABCDEFGHIJKLMNOP/p2', 0, false],
    ['/mail/u/0/', '#inbox?compose=FMfcgzQXKWbkdNfpNbCjQlkFDQmkLbhG', 0, false],
    ['/mail/', '', 0, false],
    ['/mail/u/0/', '#all/17f2a3b4c5d6e7f8', 0, true],
  ])('%s%s', (pathname, hash, accountIndex, hasThread) => {
    expect(readRoute({ pathname, hash })).toEqual({ accountIndex, hasThread })
  })

  it('knows windows that show no mail view', () => {
    expect(isMailView('?ui=2&view=pt&search=all')).toBe(false)
    expect(isMailView('?authuser=mia.sato%40arbor.example')).toBe(true)
  })
})

describe('a place of the workspace in Gmail’s address', () => {
  it.each([
    ['#inbox', undefined],
    ['', undefined],
    ['#inbox?inlay=contacts', 'contacts'],
    ['#inbox/FMfcgzQXKWbkdNfpNbCjQlkFDQmkLbhG?inlay=contacts/view/mine', 'contacts/view/mine'],
    [
      '#search/from%3Aelena?compose=new&inlay=record/0b7f3a52-0000-4000-8000-000000000001',
      'record/0b7f3a52-0000-4000-8000-000000000001',
    ],
    ['#inbox?inlay=', undefined],
    ['#inbox?inlay=../../etc', undefined],
    ['#inbox?inlay=contacts%22onload', undefined],
    ['#inbox?inlay=javascript:alert(1)', undefined],
    ['#inbox/inlay=contacts', undefined],
  ])('%s', (hash, place) => {
    expect(placeIn(hash)).toBe(place)
  })

  it.each([
    ['#inbox', 'contacts', '#inbox?inlay=contacts'],
    ['', 'tasks', '#inbox?inlay=tasks'],
    ['#inbox?inlay=tasks', 'contacts', '#inbox?inlay=contacts'],
    ['#inbox?inlay=tasks', undefined, '#inbox'],
    ['#sent?compose=a%2Cb', 'tasks', '#sent?compose=a%2Cb&inlay=tasks'],
    ['#sent?inlay=tasks&compose=a%2Cb', undefined, '#sent?compose=a%2Cb'],
    ['#search/a+b', 'deals/view/mine', '#search/a+b?inlay=deals/view/mine'],
  ])('%s with %s', (hash, place, wanted) => {
    expect(withPlace(hash, place)).toBe(wanted)
  })
})

describe('health', () => {
  it('speaks up after six misses a second apart, and forgets them at the first hit', () => {
    let now = 0
    const health = createHealth(() => now)
    for (let i = 0; i < 5; i++, now += 1000) health.note('main', false)
    expect(health.report()).toEqual({ ok: true, missing: [] })
    health.note('main', false)
    health.note('account', false)
    expect(health.report()).toEqual({ ok: false, missing: ['main'] })
    health.note('main', true)
    expect(health.report()).toEqual({ ok: true, missing: [] })
  })

  it('counts a page that is still being built once a second, not once a frame', () => {
    let now = 0
    const health = createHealth(() => now)
    for (let frame = 0; frame < 240; frame++, now += 16) health.note('threadHeading', false)
    expect(health.report().ok).toBe(true)
  })
})

describe('selectors', () => {
  it('are never joined by a comma, and never name words of a language', () => {
    for (const candidate of Object.values(selectors).flat()) {
      expect(candidate).not.toContain(',')
      expect(candidate).not.toMatch(/aria-label="|data-tooltip="|title="/)
    }
  })
})

describe('colours in Gmail’s page', () => {
  const sheet = readFileSync(new URL('../../lib/extension/ui/tokens.css', import.meta.url), 'utf8')
  const [light = '', dark = ''] = sheet.split('[data-theme="dark"] {')
  const value = (part: string, name: string) => new RegExp(`--${name}:\\s*([^;]+);`).exec(part)?.[1]

  it.each(Object.entries(tokens))('%s is the token of that name', (name, pair) => {
    expect([value(light, name), value(dark, name)]).toEqual([...pair])
  })
})
