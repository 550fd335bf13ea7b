import { describe, expect, test } from 'vitest'
import { findsHidden, readMailSearch } from '../../lib/domain/mail-search.ts'

describe('what is typed into the search of a list of mail (S-068)', () => {
  test.each([
    ['delivery slots', '"delivery" "slots"'],
    ['"delivery slots"', '"delivery slots"'],
    ['from:elena subject:"line 4" filename:pdf', 'from:"elena" subject:"line 4" filename:"pdf"'],
    ['label:private is:starred in:trash has:drive', '"label private" "is starred" "in trash" "has drive"'],
    ['bcc:ida@secret.example to:ida', '"bcc ida@secret.example" "to ida"'],
    ['-label:x', '"label x"'],
    ['a" label:private "b', '"a" "label:private" "b"'],
    ['{label:a label:b}', '"{label:a" "label b}"'],
    ['"a” label:private “b"', '"a label:private b"'],
    ['"x＂ is:starred 〝y〞"', '"x is:starred y"'],
    ['( ) " {', ''],
    ['田中 納品', '"田中" "納品"'],
    ['from:a@日本語.example', '{from:"a@日本語.example" from:"a@xn--wgv71a119e.example"}'],
  ])('%s reaches a colleague’s mailbox as words', (typed, quoted) => {
    const asked = readMailSearch(typed).quoted
    // Outside of quotes stands nothing but what everybody sees who may open the mail.
    expect(asked.replace(/(?:(?:from|subject|filename|after|before):)?"[^"]*"|[{}]/g, '').trim()).toBe('')
    expect(asked.replace(/\s+/g, ' ')).toBe(quoted)
  })

  test.each([
    ['Elena', [{ kind: 'party', of: 'anybody', text: 'Elena' }]],
    [
      'from:elena 2026-3',
      [
        { kind: 'party', of: 'from', text: 'elena' },
        { kind: 'on', day: '2026-03' },
      ],
    ],
    [
      'after:2026/1/2 before:2026/02/01',
      [
        { kind: 'since', day: '2026-01-02' },
        { kind: 'before', day: '2026-02-01' },
      ],
    ],
    ['Elena subject:x', undefined],
    ['has:attachment', undefined],
    ['-Elena', undefined],
    ['Elena OR Tom', undefined],
    ['(Elena)', undefined],
    ['label:x', undefined],
    ['after:yesterday', undefined],
    ['', undefined],
  ])('%s asks who and when', (typed, who) => {
    expect(readMailSearch(typed).who).toEqual(who)
  })
})

test.each([
  ['valves', false],
  ['elena valves', false],
  ['Ida', true],
  ['ida-silent-hidden-example', true],
  ['"ida silent, hidden"', true],
  ['valves ｉｄａ', true],
  ['secret', true],
  ['SÉCRET', true],
  ['from:ida', true],
])('%s finds a mail by its Bcc: %s', (typed, hidden) => {
  const mail = {
    hidden: JSON.stringify([{ address: 'ida@silent.hidden.example', name: 'Ida Sécret' }]),
    shown: `Copied ${JSON.stringify({ address: 'elena@customer.example', name: 'Elena' })}`,
  }
  expect(findsHidden(readMailSearch(typed).quoted, mail)).toBe(hidden)
})
