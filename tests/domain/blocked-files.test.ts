import { expect, test } from 'vitest'
import { blockedEndings, blockedType } from '../../lib/domain/blocked-files.ts'

test.each([
  ['setup.exe', '.exe'],
  ['SETUP.EXE', '.exe'],
  ['setup.ex_', '.ex_'],
  ['setup.exe. .', '.exe'],
  ['invoice\u202Efdp.exe', '.exe'],
  ['setup.e\u200Bxe', '.exe'],
  ['setup.ｅｘｅ', '.exe'],
  ['setup.exe.gz', '.exe'],
  ['setup.exe.zip', '.exe'],
  ['.js', '.js'],
  ['見積書.vbs', '.vbs'],
])('%j is refused as %s', (name, type) => {
  expect(blockedType(name)).toBe(type)
})

test.each([
  'exe',
  'photos.zip',
  'exe.gz',
  'offer.exe.pdf',
  'style.css',
  'x.jsx',
  '',
  '...',
  'archive.tar.gz',
])('%j goes through', (name) => {
  expect(blockedType(name)).toBeUndefined()
})

test('Gmail’s list is whole', () => {
  expect(blockedEndings.size).toBe(54)
  expect([...blockedEndings].every((ending) => /^[a-z0-9_]+$/.test(ending))).toBe(true)
})
