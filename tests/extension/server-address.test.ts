import { describe, expect, it } from 'vitest'
import { permissionFor, readServerAddress } from '../../lib/extension/server-address.ts'

describe('a typed server address', () => {
  it.each([
    ['crm.arbor.example', 'https://crm.arbor.example'],
    ['  CRM.Arbor.Example/  ', 'https://crm.arbor.example'],
    ['https://crm.arbor.example:8443/inlay?x#y', 'https://crm.arbor.example:8443'],
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787'],
    ['http://localhost:8787/', 'http://localhost:8787'],
    ['localhost', 'https://localhost'],
    ['192.168.1.20', 'https://192.168.1.20'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]'],
    ['会社.example', 'https://xn--6oq404h.example'],
  ])('takes %s as %s', (typed, origin) => {
    expect(readServerAddress(typed)).toEqual({ ok: true, origin })
  })

  it.each([
    '',
    'crm',
    'crm arbor',
    'ftp://crm.arbor.example',
    'https://',
    'https://me:pw@crm.arbor.example',
    'javascript:alert(1)',
    'a@b',
  ])('refuses %j', (typed) => expect(readServerAddress(typed)).toEqual({ ok: false, reason: 'bad_address' }))

  it.each([
    'http://crm.arbor.example',
    'http://192.168.1.20:8787',
    'http://127.0.0.1.evil.example',
    'http://localhost.evil.example',
  ])('refuses %s, which is not encrypted and not this computer', (typed) =>
    expect(readServerAddress(typed)).toEqual({ ok: false, reason: 'insecure' }),
  )

  it('asks the browser for that one host', () => {
    expect(permissionFor('https://crm.arbor.example:8443')).toEqual({
      origins: ['https://crm.arbor.example/*'],
    })
  })
})
