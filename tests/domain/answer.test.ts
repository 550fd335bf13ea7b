import { describe, expect, test } from 'vitest'
import type { Party } from '../../lib/domain/addresses.ts'
import { type AnsweredMail, answerRecipients, answerSubject, attribution } from '../../lib/domain/answer.ts'

const who = (text: string): Party[] =>
  text
    .split(' ')
    .filter((one) => one !== '')
    .map((one) => ({ address: `${one}@x.example`, name: '' }))
const short = (parties: readonly Party[]) => parties.map((one) => one.address.split('@')[0]).join(' ')
const mine = new Set(['me@x.example', 'alias@x.example'])

describe('whom an answer goes to', () => {
  test.each([
    ['somebody wrote to me', { from: 'ann', to: 'me' }, 'ann', 'ann', ''],
    ['somebody wrote to several', { from: 'ann', to: 'me bob', cc: 'cec' }, 'ann', 'ann bob', 'cec'],
    ['Reply-To wins over From', { from: 'ann', replyTo: 'desk', to: 'me bob' }, 'desk', 'desk bob', ''],
    ['several in Reply-To', { from: 'ann', replyTo: 'desk ann', to: 'me' }, 'desk ann', 'desk ann', ''],
    ['Reply-To names only me', { from: 'ann', replyTo: 'me', to: 'alias' }, 'ann', 'ann', ''],
    ['my alias was written to', { from: 'ann', to: 'alias bob', cc: 'me' }, 'ann', 'ann bob', ''],
    ['my own mail', { from: 'me', to: 'ann bob', cc: 'cec' }, 'ann bob', 'ann bob', 'cec'],
    ['my own mail under an alias', { from: 'alias', to: 'ann', cc: 'me cec' }, 'ann', 'ann', 'cec'],
    ['my own mail with a Reply-To', { from: 'me', replyTo: 'desk', to: 'ann' }, 'ann', 'ann', ''],
    ['my own mail to nobody but copies', { from: 'me', to: '', cc: 'cec' }, 'cec', 'cec', ''],
    ['a note to myself', { from: 'me', to: 'me' }, 'me', 'me', ''],
    ['the sender in Cc as well', { from: 'ann', to: 'me', cc: 'ann bob' }, 'ann', 'ann', 'bob'],
    ['somebody twice', { from: 'ann', to: 'me bob bob', cc: 'bob cec cec' }, 'ann', 'ann bob', 'cec'],
    ['nobody known', { from: '', to: 'me' }, '', '', ''],
  ])('%s', (_, mail: { from: string; replyTo?: string; to: string; cc?: string }, reply, to, cc) => {
    const asked: AnsweredMail = {
      from: who(mail.from)[0],
      replyTo: who(mail.replyTo ?? ''),
      to: who(mail.to),
      cc: who(mail.cc ?? ''),
    }
    const found = answerRecipients(asked, mine)
    expect([short(found.reply.to), short(found.replyAll.to), short(found.replyAll.cc)]).toEqual([
      reply,
      to,
      cc,
    ])
  })

  test('a name is kept where one place has it', () => {
    const ann = { address: 'ann@x.example', name: 'Ann' }
    const found = answerRecipients({ from: { ...ann, name: '' }, replyTo: [], to: [ann], cc: [] }, mine)
    expect(found.replyAll.to).toEqual([ann])
  })
})

test.each([
  ['Offer', 'Re: Offer'],
  ['Re: Offer', 'Re: Offer'],
  ['RE: re: Offer', 'Re: Offer'],
  ['RE[2]: Offer', 'Re: Offer'],
  ['AW: Angebot', 'Re: Angebot'],
  ['SV: Tilbud', 'Re: Tilbud'],
  ['返信: 見積', 'Re: 見積'],
  ['Re：見積', 'Re: 見積'],
  ['Antw: Re: Offerte', 'Re: Offerte'],
  ['Fwd: Offer', 'Re: Fwd: Offer'],
  ['Re: Fwd: Re: Offer', 'Re: Fwd: Re: Offer'],
  ['Region: north', 'Re: Region: north'],
  ['Re-engineering: part 2', 'Re: Re-engineering: part 2'],
  ['', 'Re:'],
  ['a\r\nBcc: x@evil.example', 'Re: a Bcc: x@evil.example'],
  ['Offer\u202E\u0000', 'Re: Offer'],
])('subject %j is answered as %j', (subject, answer) => {
  expect(answerSubject(subject)).toBe(answer)
})

test('a subject stays within its limit and whole', () => {
  const long = answerSubject('😀'.repeat(700))
  expect(long.length).toBeLessThanOrEqual(998)
  expect(long.isWellFormed()).toBe(true)
})

const at = Date.parse('2026-11-23T23:30:00Z')
const ann = { address: 'ann@x.example', name: 'Ann Lee' }

test.each([
  ['en', 'Europe/Berlin', ann, 'On Tue, 24 Nov 2026, 00:30, Ann Lee <ann@x.example> wrote:'],
  ['ja', 'Asia/Tokyo', ann, '2026年11月24日(火) 08:30 Ann Lee <ann@x.example>:'],
  [undefined, undefined, ann, '2026-11-23 23:30 UTC, Ann Lee <ann@x.example>:'],
  ['en', undefined, { ...ann, name: '' }, 'On Mon, 23 Nov 2026, 23:30, <ann@x.example> wrote:'],
  ['ja', undefined, undefined, '2026年11月23日(月) 23:30:'],
] as const)('the line above a quote: %s in %s', (lang, zone, from, said) => {
  expect(attribution({ from, at }, { lang, zone }).replaceAll('\u00a0', ' ')).toBe(said)
})
