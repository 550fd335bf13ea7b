import { describe, expect, test } from 'vitest'
import { bytesOver, mailCap } from '../../lib/domain/mail-limits.ts'
import { fitsRule, policyRules } from '../../lib/domain/policy.ts'

const MB = 1024 * 1024

describe('what one mail may carry', () => {
  test.each<[string, object, 'admin' | 'rep', boolean, number]>([
    ['S-051: 10 MB when nothing is set', {}, 'rep', false, 10],
    ['S-050: what the organisation set', { 'mail.maxBytes': 3 * MB }, 'admin', false, 3],
    ['S-050: a role of its own', { 'mail.maxBytes.rep': 3 * MB }, 'rep', false, 3],
    ['S-050: not of another role', { 'mail.maxBytes.rep': 3 * MB }, 'admin', false, 10],
    ['the organisation’s where the role has none', { 'mail.maxBytes': 5 * MB }, 'rep', false, 5],
    ['S-052: permission to read lifts 3 MB to 10 MB', { 'mail.maxBytes.rep': 3 * MB }, 'rep', true, 10],
    ['S-052: whatever the organisation set', { 'mail.maxBytes': 3 * MB }, 'admin', true, 10],
    ['and to the organisation’s when that is more', { 'mail.maxBytes': 25 * MB }, 'rep', true, 25],
    [
      'a role’s cap no longer binds',
      { 'mail.maxBytes': 20 * MB, 'mail.maxBytes.rep': 3 * MB },
      'rep',
      true,
      20,
    ],
    ['and never takes away', { 'mail.maxBytes.rep': 25 * MB }, 'rep', true, 25],
    ['a setting out of bounds is none', { 'mail.maxBytes': 26 * MB }, 'admin', false, 10],
  ])('%s', (_, policy, role, reads, megabytes) => {
    expect(mailCap({ ...policy }, { role, reads })).toBe(megabytes * MB)
  })

  test('S-018: 10,485,760 bytes fit, one more does not, whatever they are made of', () => {
    const cap = mailCap({}, { role: 'rep', reads: true })
    expect(cap).toBe(10_485_760)
    expect(bytesOver([], cap, cap)).toBe(0)
    expect(bytesOver([], cap + 1, cap)).toBe(1)
    expect(bytesOver([{ size: cap - 5 }, { size: 3 }], 2, cap)).toBe(0)
    expect(bytesOver([{ size: cap - 5 }, { size: 3 }], 3, cap)).toBe(1)
  })

  test('S-050: an admin may set 1 to 25 MB and nothing else', () => {
    const rule = policyRules['mail.maxBytes']
    expect([0, MB - 1, MB, 25 * MB, 25 * MB + 1].map((bytes) => fitsRule(rule, bytes))).toEqual([
      ...[false, false, true, true, false],
    ])
  })
})
