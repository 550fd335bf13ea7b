import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { en } from '../../lib/extension/i18n/en.ts'
import { ja } from '../../lib/extension/i18n/ja.ts'
import { type Message, say } from '../../lib/extension/i18n.ts'

const keys = Object.keys(en) as (keyof typeof en)[]
const source = globSync([
  'entrypoints/sidebar/**/*.{ts,tsx}',
  'lib/extension/*.{ts,tsx}',
  'lib/extension/ui/*.tsx',
])
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')

/** Names in braces, in any order. */
const names = (message: Message) =>
  [
    ...new Set(
      Object.values(typeof message === 'string' ? [message] : message)
        .join(' ')
        .match(/\{\w+\}/g),
    ),
  ].sort()

describe('catalogues', () => {
  test('every message is drawn somewhere', () => {
    const whole = new Set(source.match(/(?<=['"`])[a-zA-Z_]+(?:\.[a-zA-Z0-9_]+)+(?=['"`])/g))
    // `t(`status.${…}`)` draws every message of that family.
    const families = [
      ...source.matchAll(/`([a-z_]+\.(?:[a-z_.]|\$\{[^}]+\})*\$\{[^}]+\}(?:\.[a-z_]+)?)`/g),
    ].map(
      ([, family = '']) =>
        new RegExp(
          `^${family
            .split(/\$\{[^}]+\}/)
            .map((part) => RegExp.escape(part))
            .join('[^.]+')}$`,
        ),
    )
    const unused = keys.filter((key) => !whole.has(key) && !families.some((family) => family.test(key)))
    expect(unused).toEqual([])
  })

  test.each(keys)('%s asks for the same facts in both languages', (key) => {
    expect(names(ja[key]).filter((name) => name !== '{n}')).toEqual(
      names(en[key]).filter((name) => name !== '{n}'),
    )
  })

  test.each(keys)('%s is written as the house writes', (key) => {
    const english = Object.values([en[key]])
      .flatMap((one: Message) => (typeof one === 'string' ? one : Object.values(one)))
      .join(' ')
    expect(english).not.toMatch(/['"!]|\b(?:please|oops|successfully)\b/i)
    const japanese = Object.values([ja[key]])
      .flatMap((one: Message) => (typeof one === 'string' ? one : Object.values(one)))
      .join(' ')
    expect(japanese).not.toMatch(/[０-９]|[ぁ-んァ-ヶ一-龠][,.!?]|\(|\)/)
    expect(japanese.trim()).not.toBe('')
  })

  test('Japanese really is Japanese', () => {
    const same = keys.filter(
      (key) =>
        /[a-z]{3}/i.test(JSON.stringify(en[key]).replace(/\{\w+\}/g, '')) &&
        JSON.stringify(en[key]) === JSON.stringify(ja[key]),
    )
    expect(same).toEqual(['compose.cc', 'compose.bcc'].filter((key) => same.includes(key as never)))
  })
})

describe('filling a sentence', () => {
  test('plural forms and numbers by Intl', () => {
    expect(say(en['emails.shown'], { n: 1 }, 'en')).toBe('1 mail shown')
    expect(say(en['emails.shown'], { n: 1200 }, 'en')).toBe('1,200 mails shown')
    expect(say(ja['emails.shown'], { n: 1 }, 'ja')).toContain('1')
  })

  test('a hostile name cannot turn the sentence or bring its own facts', () => {
    expect(say('Filed on {record}', { record: 'عقد {n}' }, 'en')).toBe('Filed on \u2068عقد {n}\u2069')
    expect(say('On {record}', { record: '\u202egpj.exe' }, 'en')).toBe('On \u2068gpj.exe\u2069')
    expect(say('On {record}', { record: '<b>' }, 'en')).toBe('On <b>')
  })
})
