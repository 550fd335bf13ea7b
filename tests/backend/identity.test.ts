import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Me } from '../../lib/contract/identity.ts'
import { type TestHouse, testHouse } from './harness/house.ts'

let town: TestHouse

beforeAll(async () => {
  town = await testHouse()
  for (const name of ['Mia Sato', 'Ken Mori', 'Ana Ruiz'])
    town.google.addAccount({ email: `${name.split(' ')[0]?.toLowerCase()}@arbor.example`, name })
  town.google.addAccount({ email: 'stranger@else.example', name: 'A Stranger' })
})

const pairingOf = async (account: string) => {
  const secret = randomBytes(32).toString('base64url')
  const challenge = createHash('sha256').update(secret).digest('base64url')
  const { body } = await town.knock<{ code: string; url: string }>('POST', '/api/v1/auth/pairings', {
    challenge,
    account,
  })
  return { ...body, secret }
}

describe('signing in', () => {
  test('the first person becomes the admin; the same domain joins as rep; a stranger is refused', async () => {
    const mia = await town.signIn('mia@arbor.example')
    const me = await mia.call<Me>('GET', '/me')
    expect(me.body.user).toMatchObject({ email: 'mia@arbor.example', role: 'admin', name: 'Mia Sato' })
    await mia.call('PUT', '/policy/join', { domains: ['arbor.example'] })
    const ken = await town.signIn('ken@arbor.example')
    expect((await ken.call<Me>('GET', '/me')).body.user.role).toBe('rep')
    const { code, url, secret } = await pairingOf('stranger@else.example')
    const receipt = await town.walkTab(url)
    const refused = await town.knock('POST', '/api/v1/auth/pairings/redeem', { code, secret, receipt })
    expect(refused).toMatchObject({ status: 403, body: { error: { reason: 'join_refused' } } })
  })

  test('an invitation lets a stranger in, with the role it names', async () => {
    const mia = await town.signIn('mia@arbor.example')
    expect(
      (await mia.call('POST', '/invitations', { email: 'stranger@else.example', role: 'viewer' })).status,
    ).toBe(204)
    const stranger = await town.signIn('stranger@else.example')
    expect((await stranger.call<Me>('GET', '/me')).body.user.role).toBe('viewer')
    expect((await stranger.call('POST', '/invitations', { email: 'x@y.example' })).status).toBe(403)
  })

  test('a session is handed out once, and only to the secret and the receipt', async () => {
    const { code, url, secret } = await pairingOf('mia@arbor.example')
    const receipt = await town.walkTab(url)
    const redeem = (change: object) =>
      town.knock('POST', '/api/v1/auth/pairings/redeem', { code, secret, receipt, ...change })
    expect((await redeem({ secret: randomBytes(32).toString('base64url') })).status).toBe(404)
    expect((await redeem({ receipt: randomBytes(32).toString('base64url') })).status).toBe(404)
    expect((await redeem({})).status).toBe(200)
    expect((await redeem({})).status).toBe(404)
  })

  test('a link sent to a colleague signs nobody in: whoever made it never sees the receipt', async () => {
    const { code, url, secret } = await pairingOf('ken@arbor.example')
    await town.walkTab(url)
    const stolen = await town.knock('POST', '/api/v1/auth/pairings/redeem', {
      code,
      secret,
      receipt: 'guessed-receipt',
    })
    expect(stolen).toMatchObject({ status: 404, body: { error: { reason: 'pairing_unknown' } } })
  })

  test('a tab opened too late says so in words, not in JSON', async () => {
    const { url } = await pairingOf('mia@arbor.example')
    town.google.clock.advance(16 * 60_000)
    const late = await town.knock<string>('GET', new URL(url).pathname + new URL(url).search)
    expect(late).toMatchObject({ status: 404, body: expect.stringContaining('This sign-in has ended') })
  })

  test('signing out ends the session at once; a made-up token opens nothing', async () => {
    const mia = await town.signIn('mia@arbor.example')
    expect((await mia.call('DELETE', '/session')).status).toBe(204)
    expect(await mia.call('GET', '/me')).toMatchObject({
      status: 401,
      body: { error: { reason: 'session_expired' } },
    })
    expect((await town.knock('GET', '/api/v1/me')).status).toBe(401)
  })

  test('tokens rest hashed and sealed: neither session nor refresh token can be read from the store', async () => {
    const mia = await town.signIn('mia@arbor.example')
    await town.consent(mia, ['send', 'read'])
    const sessions = await town.house.db.selectFrom('sessions').selectAll().execute()
    const mailboxes = await town.house.db.selectFrom('mailboxes').selectAll().execute()
    const signIns = await town.house.db.selectFrom('sign_ins').selectAll().execute()
    expect(JSON.stringify([sessions, mailboxes])).not.toContain(mia.session)
    expect(mailboxes[0]?.refresh_token).toMatch(/^[A-Za-z0-9+/_=-]{40,}$/)
    const kept = signIns.filter((row) => row.sealed_grant !== null)
    expect(kept.every((row) => row.status === 'granted')).toBe(true)
    expect(JSON.stringify(signIns)).not.toContain('refreshToken')
  })
})

describe('consent in stages (S-003)', () => {
  test('no mailbox until one is connected; each stage lifts its own capability', async () => {
    const ana = await town.signIn('ana@arbor.example')
    expect((await ana.call<Me>('GET', '/me')).body.mailboxes).toEqual([])
    await town.consent(ana, ['send'])
    expect((await ana.call<Me>('GET', '/me')).body.mailboxes).toMatchObject([
      { canSend: true, canRead: false },
    ])
    await town.consent(ana, ['read'])
    expect((await ana.call<Me>('GET', '/me')).body.mailboxes).toMatchObject([
      { canSend: true, canRead: true },
    ])
  })

  test('nobody can have a colleague connect their mailbox to somebody else', async () => {
    const ken = await town.signIn('ken@arbor.example')
    const ana = await town.signIn('ana@arbor.example')
    const trap = await ken.call<{ code: string; url: string }>('POST', '/auth/consents', {
      stages: ['read'],
      account: 'ana@arbor.example',
    })
    const receipt = await town.walkTab(trap.body.url)
    expect(
      (await ken.call('POST', '/auth/consents/finish', { code: trap.body.code, receipt: 'guessed' })).status,
    ).toBe(404)
    expect((await ana.call('POST', '/auth/consents/finish', { code: trap.body.code, receipt })).status).toBe(
      404,
    )
    expect((await ken.call<Me>('GET', '/me')).body.mailboxes.map((mailbox) => mailbox.email)).not.toContain(
      'ana@arbor.example',
    )
  })

  test('an unticked scope is seen as not given', async () => {
    town.google.addAccount({ email: 'tom@arbor.example', name: 'Tom Weber' })
    const tom = await town.signIn('tom@arbor.example')
    town.google.settings.untickedScopes = ['https://www.googleapis.com/auth/gmail.readonly']
    await town.consent(tom, ['send', 'read'])
    town.google.settings.untickedScopes = []
    expect((await tom.call<Me>('GET', '/me')).body.mailboxes).toMatchObject([
      { canSend: true, canRead: false },
    ])
  })
})

test('a malformed request names each field and echoes nothing', async () => {
  const mia = await town.signIn('mia@arbor.example')
  const answer = await mia.call('POST', '/records', {
    module: 'leads',
    fields: { lastName: 7 },
    primaryAddress: 'SECRET not an address',
  })
  expect(answer).toMatchObject({
    status: 400,
    body: {
      error: {
        code: 'invalid',
        fields: [{ field: 'fields.lastName' }, { field: 'primaryAddress', reason: 'address_invalid' }],
      },
    },
  })
  expect(JSON.stringify(answer.body)).not.toContain('SECRET')
})
