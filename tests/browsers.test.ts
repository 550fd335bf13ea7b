import { afterEach, describe, expect, it, vi } from 'vitest'
import { ensureBrowsers } from './browsers.ts'

afterEach(() => vi.unstubAllEnvs())

describe('the browsers of the tests', () => {
  it('are the ones the variables name', () => {
    vi.stubEnv('INLAY_CHROMIUM', process.execPath)
    vi.stubEnv('INLAY_FIREFOX', '/bin/sh')
    expect(ensureBrowsers()).toEqual({ chromium: process.execPath, firefox: '/bin/sh' })
  })

  it('are refused by name when a variable leads nowhere', () => {
    vi.stubEnv('INLAY_FIREFOX', '/nowhere/firefox')
    expect(() => ensureBrowsers({ kinds: ['firefox'] })).toThrow(
      'INLAY_FIREFOX names /nowhere/firefox, which cannot be run.',
    )
  })
})
