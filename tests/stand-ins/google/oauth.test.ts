import { CodeChallengeMethod } from 'google-auth-library'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startGoogle } from './start.ts'
import { gmailOf, gmailScope, oauthClient, rawMail, refusalOf } from './testing.ts'
import type { GoogleStandIn } from './types.ts'

const REDIRECT = 'http://127.0.0.1:9/callback'
const EMAIL = 'https://www.googleapis.com/auth/userinfo.email'
const PROFILE = 'https://www.googleapis.com/auth/userinfo.profile'

let google: GoogleStandIn

beforeAll(async () => {
  google = await startGoogle()
})
afterAll(() => google.stop())
beforeEach(() => {
  google.reset()
  google.addAccount({ email: 'rep@acme.example', name: 'Rin Ueda' })
})

const IDENTITY = ['openid', 'email', 'profile']

/** Goes to the auth page as a browser would; the address it is sent back to. */
async function authorize(options: Record<string, unknown> = {}): Promise<URL> {
  const answer = await visit(options)
  return new URL(answer.headers.get('location') ?? 'missing:')
}

function visit(options: Record<string, unknown> = {}): Promise<Response> {
  const url = oauthClient(google, REDIRECT).generateAuthUrl({
    access_type: 'offline',
    scope: [...IDENTITY, gmailScope('readonly')],
    state: 's1',
    ...options,
  })
  return fetch(url, { redirect: 'manual' })
}

async function tokensFor(options: Record<string, unknown> = {}) {
  const code = (await authorize(options)).searchParams.get('code') ?? ''
  return (await oauthClient(google, REDIRECT).getToken(code)).tokens
}

async function oauthRefusal(call: Promise<unknown>): Promise<{ status: number; error: string }> {
  const { status, data } = await refusalOf(call)
  return { status, error: String((data as unknown as { error: string }).error) }
}

describe('consent', () => {
  it('goes back with code, state and scope, and trades the code once', async () => {
    const back = await authorize()
    expect(back.origin + back.pathname).toBe(REDIRECT)
    expect(back.searchParams.get('state')).toBe('s1')
    expect(back.searchParams.get('hd')).toBe('acme.example')
    const code = back.searchParams.get('code') ?? ''
    const { tokens } = await oauthClient(google, REDIRECT).getToken(code)
    expect(tokens.access_token).toMatch(/^ya29\./)
    expect(tokens.refresh_token).toMatch(/^1\/\//)
    expect(tokens.scope?.split(' ')).toEqual(['openid', EMAIL, PROFILE, gmailScope('readonly')])
    const again = await oauthRefusal(oauthClient(google, REDIRECT).getToken(code))
    expect(again).toEqual({ status: 400, error: 'invalid_grant' })
  })

  it('checks PKCE by S256', async () => {
    const client = oauthClient(google, REDIRECT)
    const { codeVerifier, codeChallenge } = await client.generateCodeVerifierAsync()
    const options = { code_challenge: codeChallenge, code_challenge_method: CodeChallengeMethod.S256 }
    const codeOf = async (): Promise<string> => (await authorize(options)).searchParams.get('code') ?? ''
    const missing = await oauthRefusal(client.getToken(await codeOf()))
    const wrong = await oauthRefusal(client.getToken({ code: await codeOf(), codeVerifier: 'x'.repeat(43) }))
    expect([missing, wrong]).toEqual(Array(2).fill({ status: 400, error: 'invalid_grant' }))
    const { tokens } = await client.getToken({ code: await codeOf(), codeVerifier })
    expect(tokens.access_token).toBeDefined()
  })

  it('checks the redirect URI at both steps, the client and its secret', async () => {
    const strict = await startGoogle({ redirectUris: [REDIRECT] })
    strict.addAccount({ email: 'rep@acme.example', name: 'Rep' })
    const url = oauthClient(strict, 'http://127.0.0.1:9/other').generateAuthUrl({ scope: 'openid' })
    const page = await fetch(url, { redirect: 'manual' })
    expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('redirect_uri_mismatch')])
    await strict.stop()
    const code = (await authorize()).searchParams.get('code') ?? ''
    const mismatch = await oauthRefusal(oauthClient(google, 'http://127.0.0.1:9/other').getToken(code))
    expect(mismatch).toEqual({ status: 400, error: 'redirect_uri_mismatch' })
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: google.clientId,
      client_secret: 'no',
    })
    const stranger = await fetch(`${google.url}/token`, { method: 'POST', body })
    expect([stranger.status, await stranger.json()]).toEqual([
      401,
      expect.objectContaining({ error: 'invalid_client' }),
    ])
    expect((await visit({ client_id: 'other' })).status).toBe(401)
    expect((await visit({ redirect_uri: 'https://evil.example/' })).status).toBe(400)
  })

  it('gives a refresh token at the first offline consent, then only when asked again', async () => {
    expect((await tokensFor({ access_type: 'online' })).refresh_token).toBeUndefined()
    google.revokeTokens('rep@acme.example')
    expect((await tokensFor()).refresh_token).toBeDefined()
    expect((await tokensFor()).refresh_token).toBeUndefined()
    expect((await tokensFor({ prompt: 'consent' })).refresh_token).toBeDefined()
    const more = await tokensFor({ scope: ['openid', gmailScope('compose')], include_granted_scopes: true })
    expect(more.refresh_token).toBeDefined()
    expect(new Set(more.scope?.split(' '))).toEqual(
      new Set(['openid', EMAIL, PROFILE, gmailScope('compose'), gmailScope('readonly')]),
    )
  })

  it('leaves unticked scopes out of the answer', async () => {
    google.settings.untickedScopes = ['gmail.readonly']
    const tokens = await tokensFor({ scope: [...IDENTITY, gmailScope('readonly'), gmailScope('compose')] })
    expect(tokens.scope).not.toContain('gmail.readonly')
    expect(tokens.scope).toContain('gmail.compose')
  })
})

describe('the pages', () => {
  it('ask which account when there are several and no hint', async () => {
    google.addAccount({ email: 'two@acme.example', name: 'Two <b>' })
    const page = await (await visit()).text()
    expect(page).toContain('value="two@acme.example"')
    expect(page).toContain('Two &lt;b&gt;')
    expect((await authorize({ login_hint: 'Two@acme.example' })).searchParams.get('code')).not.toBeNull()
    expect((await authorize({ prompt: 'none' })).searchParams.get('error')).toBe('interaction_required')
  })

  it('ask for consent with tickable scopes, and take no for an answer', async () => {
    google.settings.autoApprove = false
    google.settings.untickedScopes = [gmailScope('compose')]
    const scope = [...IDENTITY, gmailScope('readonly'), gmailScope('compose')]
    const page = await (await visit({ scope })).text()
    expect(page).toContain(`value="${gmailScope('readonly')}" checked`)
    expect(page).toContain(`value="${gmailScope('compose')}">`)
    const form = new URLSearchParams(
      [...page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
        name ?? '',
        value ?? '',
      ]),
    )
    const decide = async (decision: string, granted: string[]): Promise<URLSearchParams> => {
      const body = new URLSearchParams(form)
      for (const one of granted) body.append('granted', one)
      body.set('decision', decision)
      const answer = await fetch(`${google.url}/o/oauth2/v2/auth/decision`, {
        method: 'POST',
        body,
        redirect: 'manual',
      })
      return new URL(answer.headers.get('location') ?? 'missing:').searchParams
    }
    expect((await decide('deny', [])).get('error')).toBe('access_denied')
    const yes = await decide('allow', [gmailScope('compose')])
    expect(yes.get('scope')?.split(' ')).toEqual(['openid', EMAIL, PROFILE, gmailScope('compose')])
    expect(yes.get('state')).toBe('s1')
  })
})

describe('tokens', () => {
  it('signs id tokens which google-auth-library verifies, nonce and domain inside', async () => {
    const client = oauthClient(google, REDIRECT)
    const idToken = (await tokensFor({ nonce: 'n1' })).id_token ?? ''
    const claims = (await client.verifyIdToken({ idToken, audience: google.clientId })).getPayload()
    expect(claims).toMatchObject({
      iss: google.url,
      email: 'rep@acme.example',
      email_verified: true,
      name: 'Rin Ueda',
      hd: 'acme.example',
      nonce: 'n1',
      sub: expect.stringMatching(/^\d{21}$/),
    })
    await expect(client.verifyIdToken({ idToken, audience: 'another' })).rejects.toThrow('audience')
    await expect(
      client.verifyIdToken({ idToken: idToken.replace(/.{8}$/, 'AAAAAAAA'), audience: google.clientId }),
    ).rejects.toThrow()
    const keys = (await (await fetch(`${google.url}/oauth2/v3/certs`)).json()) as { keys: { kid: string }[] }
    const pem = (await (await fetch(`${google.url}/certs`)).json()) as Record<string, string>
    expect(Object.keys(pem)).toEqual(keys.keys.map((key) => key.kid))
  })

  it('live 3599 seconds of the test clock, then need a refresh', async () => {
    const client = oauthClient(google, REDIRECT)
    client.setCredentials(await tokensFor())
    const info = await client.getTokenInfo(String(client.credentials.access_token))
    expect(info).toMatchObject({ aud: google.clientId, email: 'rep@acme.example', access_type: 'offline' })
    const ask = (token: string): Promise<Response> =>
      fetch(`${google.url}/gmail/v1/users/me/profile`, { headers: { authorization: `Bearer ${token}` } })
    const first = String(client.credentials.access_token)
    expect((await ask(first)).status).toBe(200)
    google.clock.advance(3600_000)
    const late = await ask(first)
    expect([late.status, await late.json()]).toEqual([
      401,
      {
        error: expect.objectContaining({
          code: 401,
          status: 'UNAUTHENTICATED',
          errors: [expect.objectContaining({ reason: 'authError' })],
        }),
      },
    ])
    const fresh = (await client.refreshAccessToken()).credentials.access_token
    expect((await ask(String(fresh))).status).toBe(200)
  })

  it('die with a revocation, by either side', async () => {
    const client = oauthClient(google, REDIRECT)
    const tokens = await tokensFor()
    client.setCredentials(tokens)
    await client.revokeToken(String(tokens.refresh_token))
    expect(await oauthRefusal(client.refreshAccessToken())).toEqual({ status: 400, error: 'invalid_grant' })
    expect((await oauthRefusal(client.revokeToken(String(tokens.refresh_token)))).error).toBe('invalid_token')
    expect((await oauthRefusal(client.getTokenInfo(String(tokens.access_token)))).status).toBe(400)
    client.setCredentials(await tokensFor())
    google.revokeTokens('rep@acme.example')
    expect((await oauthRefusal(client.refreshAccessToken())).error).toBe('invalid_grant')
  })
})

describe('scopes', () => {
  const mail = {
    userId: 'me',
    requestBody: { raw: Buffer.from(rawMail({ To: 'a@b.example' })).toString('base64url') },
  }

  it('allow exactly their methods (table B9)', async () => {
    const { id } = google.mailbox('rep@acme.example').deliver(rawMail({ Subject: 's' }))
    const allowed: Record<string, string> = {}
    for (const scope of ['readonly', 'compose', 'modify', 'send', 'metadata']) {
      const { users } = gmailOf(google, 'rep@acme.example', [scope])
      const calls = {
        profile: users.getProfile({ userId: 'me' }),
        get: users.messages.get({ userId: 'me', id: String(id), format: 'minimal' }),
        history: users.history.list({ userId: 'me', startHistoryId: '9999999' }),
        sendAs: users.settings.sendAs.list({ userId: 'me' }),
        drafts: users.drafts.list({ userId: 'me' }),
        send: users.messages.send(mail),
        modify: users.messages.modify({
          userId: 'me',
          id: String(id),
          requestBody: { addLabelIds: ['STARRED'] },
        }),
      }
      const done = await Promise.all(
        Object.entries(calls).map(async ([name, call]) =>
          call.then(
            () => name,
            () => '',
          ),
        ),
      )
      allowed[scope] = done.filter((name) => name !== '').join(' ')
    }
    expect(allowed).toEqual({
      readonly: 'profile get history sendAs drafts',
      compose: 'profile drafts send',
      modify: 'profile get history sendAs drafts send modify',
      send: 'send',
      metadata: 'profile get history',
    })
  })

  it("are refused in Google's words", async () => {
    const refused = await refusalOf(
      gmailOf(google, 'rep@acme.example', ['send']).users.getProfile({ userId: 'me' }),
    )
    expect(refused).toMatchObject({
      status: 403,
      data: {
        error: {
          message: 'Request had insufficient authentication scopes.',
          status: 'PERMISSION_DENIED',
          errors: [{ reason: 'insufficientPermissions', message: 'Insufficient Permission' }],
          details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }],
        },
      },
    })
    const metadata = gmailOf(google, 'rep@acme.example', ['metadata']).users.messages
    expect((await refusalOf(metadata.list({ userId: 'me', q: 'x' }))).status).toBe(403)
    const { id } = google.mailbox('rep@acme.example').deliver(rawMail({ Subject: 's' }))
    expect((await refusalOf(metadata.get({ userId: 'me', id: String(id) }))).status).toBe(403)
  })

  it('do not open another account, and no token opens nothing', async () => {
    google.addAccount({ email: 'two@acme.example', name: 'Two' })
    const { users } = gmailOf(google, 'rep@acme.example')
    expect((await users.getProfile({ userId: 'Rep@acme.example' })).data.emailAddress).toBe(
      'rep@acme.example',
    )
    expect((await refusalOf(users.getProfile({ userId: 'two@acme.example' }))).status).toBe(403)
    const bare = await fetch(`${google.url}/gmail/v1/users/me/profile`)
    expect([bare.status, bare.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('Bearer'),
    ])
  })
})
