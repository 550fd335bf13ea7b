import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createTokenBox } from '../../backend/services/token-box.ts'

const box = createTokenBox(randomBytes(32))

test('what was sealed opens, for its owner only, and looks different each time', () => {
  const sealed = box.seal('1//refresh-鍵', 'mailbox:1:refresh')
  expect(box.open(sealed, 'mailbox:1:refresh')).toBe('1//refresh-鍵')
  expect(sealed).not.toContain('refresh')
  expect(box.seal('1//refresh-鍵', 'mailbox:1:refresh')).not.toBe(sealed)
  expect(() => box.open(sealed, 'mailbox:2:refresh')).toThrow('belongs elsewhere')
})

test('a changed byte, a cut text and another key are refused, without quoting the token', () => {
  const sealed = box.seal('1//refresh', 'a')
  const bytes = Buffer.from(sealed, 'base64url')
  for (let i = 0; i < bytes.length; i++) {
    const changed = Buffer.from(bytes)
    changed[i] = (changed[i] ?? 0) ^ 1
    expect(() => box.open(changed.toString('base64url'), 'a')).toThrow(/changed|another key/)
  }
  expect(() => box.open(sealed.slice(0, 20), 'a')).toThrow('cut short')
  // One in 256 keys shares the key id; then the tag refuses.
  expect(() => createTokenBox(randomBytes(32)).open(sealed, 'a')).toThrow(/another key|changed/)
  expect(() => createTokenBox(randomBytes(16))).toThrow('32 bytes')
})
