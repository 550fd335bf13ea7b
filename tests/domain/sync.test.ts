import { describe, expect, test } from 'vitest'
import { standsOnList } from '../../lib/domain/addresses.ts'
import { decideTaking, keptAddresses, mayBeReport, skipReasons } from '../../lib/domain/sync.ts'

const facts = {
  isOwn: (address: string) => address.endsWith('@arbor.example'),
  isNever: (address: string) => standsOnList(address, ['rival.example']),
  isKnown: (address: string) => ['elena@halden.example', 'boss@rival.example'].includes(address),
  threadIsLinked: false,
}
const me = 'me@arbor.example'

describe('what is taken (decisions 6)', () => {
  test.each([
    ['a current address among them', ['INBOX'], [me, 'x@y.example', 'elena@halden.example'], 'address'],
    ['a known address of the never-link list', [], [me, 'boss@rival.example'], 'never_link'],
    ['a known and a never-linked one', [], ['elena@halden.example', 'boss@rival.example'], 'address'],
    ['colleagues only', ['INBOX'], [me, 'ken@arbor.example'], 'colleagues_only'],
    ['a robot', ['INBOX'], [me, 'no-reply@shop.example'], 'robots'],
    ['a robot and a stranger', ['INBOX'], ['no-reply@shop.example', 'x@y.example'], 'nobody_on_record'],
    ['a robot and one that never links', [], ['no-reply@shop.example', 'boss@rival.example'], 'robots'],
    ['nobody at all', ['INBOX'], [], 'nobody_on_record'],
    ['a draft to somebody known', ['DRAFT'], ['elena@halden.example'], 'not_mail'],
    ['a chat', ['CHAT'], ['elena@halden.example'], 'not_mail'],
  ])('%s', (_, labelIds, addresses, expected) => {
    const verdict = decideTaking({ labelIds, addresses }, facts)
    expect(verdict.taken ? verdict.by : verdict.why).toBe(expected)
  })

  test('a thread linked by hand is taken whoever writes, but for its drafts', () => {
    const linked = { ...facts, threadIsLinked: true }
    expect(decideTaking({ labelIds: [], addresses: [] }, linked)).toEqual({ taken: true, by: 'thread' })
    expect(decideTaking({ labelIds: ['DRAFT'], addresses: [] }, linked)).toMatchObject({ why: 'not_mail' })
  })

  test('every reason is given to some mail, and never-linked addresses are kept for their return', () => {
    expect(skipReasons).toHaveLength(5)
    expect(keptAddresses([me, 'boss@rival.example', 'no-reply@x.example', ''], facts)).toEqual([
      'boss@rival.example',
    ])
  })
})

const header = (name: string, value: string) => ({ name, value })

test.each<[string, { name: string; value: string }[], boolean]>([
  ['a report part', [header('Content-Type', 'multipart/report; report-type=delivery-status')], true],
  ['its failed recipients', [header('X-Failed-Recipients', 'a@b.example')], true],
  ['a daemon', [header('From', 'Mail Delivery <MAILER-DAEMON@x.example>')], true],
  ['a postmaster', [header('From', 'postmaster@x.example')], true],
  [
    'an automatic mail nobody can answer',
    [header('Return-Path', '<>'), header('Auto-Submitted', 'auto-replied')],
    true,
  ],
  ['an automatic mail somebody can answer', [header('Auto-Submitted', 'auto-replied')], false],
  ['a person', [header('From', 'Post Master <post@x.example>'), header('Auto-Submitted', 'no')], false],
  ['nothing', [], false],
])('may be a bounce report by %s', (_, headers, expected) => {
  expect(mayBeReport(headers)).toBe(expected)
})
