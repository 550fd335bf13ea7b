import { CodeChallengeMethod, gaxios, OAuth2Client } from 'google-auth-library'
import type { Clock } from '../../lib/domain/clock.ts'
import { ownFetch } from './calls.ts'
import { toGoogleError } from './errors.ts'
import { GoogleError, type GoogleGateway, type OAuthGrant } from './gateway.ts'

export interface OAuthSettings {
  clientId: string
  clientSecret: string
  redirectUri: string
  /** The stand-in's address; undefined is Google. */
  base: string | undefined
  clock: Clock
  limitMs: number
}

/** The OAuth half of the gateway. One client for everything: it caches Google's certificates. */
export function createOAuth(
  settings: OAuthSettings,
): Pick<GoogleGateway, 'consentUrl' | 'exchangeCode' | 'refresh' | 'revoke' | 'provesPush'> {
  const { clientId, clock } = settings
  const client = createClient(settings)
  const inOurWords = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw toGoogleError(error, clock.now())
    }
  }
  // The library dates tokens by the machine; only what remains of their life is used.
  const expiry = (date: number | null | undefined) =>
    clock.now() + Math.max(0, (date ?? Date.now()) - Date.now())

  return {
    consentUrl: (input) =>
      client.generateAuthUrl({
        scope: input.scopes,
        state: input.state,
        nonce: input.nonce,
        code_challenge: input.codeChallenge,
        code_challenge_method: CodeChallengeMethod.S256,
        include_granted_scopes: true,
        access_type: input.askOffline ? 'offline' : 'online',
        ...(input.askOffline && { prompt: 'consent' }),
        ...(input.loginHint !== undefined && { login_hint: input.loginHint }),
      }),
    exchangeCode: ({ code, codeVerifier, nonce }) =>
      inOurWords(async () => {
        const { tokens } = await client.getToken({ code, codeVerifier })
        if (!tokens.id_token || !tokens.access_token) throw new GoogleError('uncertain', 'cut_answer')
        return {
          refreshToken: tokens.refresh_token ?? undefined,
          accessToken: tokens.access_token,
          expiresAt: expiry(tokens.expiry_date),
          scopes: splitScopes(tokens.scope),
          person: await readPerson(client, tokens.id_token, clientId, nonce),
        }
      }),
    refresh: (refreshToken) =>
      inOurWords(async () => {
        const oneOff = createClient(settings, client.transporter)
        oneOff.setCredentials({ refresh_token: refreshToken })
        const { credentials } = await oneOff.refreshAccessToken()
        if (!credentials.access_token) throw new GoogleError('uncertain', 'cut_answer')
        return {
          accessToken: credentials.access_token,
          expiresAt: expiry(credentials.expiry_date),
          scopes: splitScopes(credentials.scope),
        }
      }),
    provesPush: (token, { audience, account }) =>
      inOurWords(async () => {
        const claims = await verify(client, token, audience).then(
          (ticket) => ticket.getPayload(),
          (error: unknown) => {
            // Not Google's, or not for us; only certificates that could not be had are thrown on.
            if (error instanceof GoogleError && error.kind === 'refused') return undefined
            throw error
          },
        )
        return claims?.email === account && claims.email_verified === true
      }),
    revoke: (token) => inOurWords(async () => void (await client.revokeToken(token))),
  }
}

function createClient(settings: OAuthSettings, transporter?: gaxios.Gaxios): OAuth2Client {
  const { clientId, clientSecret, redirectUri, base } = settings
  return new OAuth2Client({
    clientId,
    clientSecret,
    redirectUri,
    transporter: transporter ?? createTransporter(settings.limitMs),
    ...(base !== undefined && {
      issuers: [base],
      endpoints: {
        oauth2AuthBaseUrl: `${base}/o/oauth2/v2/auth`,
        oauth2TokenUrl: `${base}/token`,
        oauth2RevokeUrl: `${base}/revoke`,
        tokenInfoUrl: `${base}/tokeninfo`,
        oauth2FederatedSignonPemCertsUrl: `${base}/oauth2/v1/certs`,
        oauth2FederatedSignonJwkCertsUrl: `${base}/oauth2/v3/certs`,
      },
    }),
  })
}

/** The library repeats POSTs by itself, and a code or a rotated token must not be handed in twice. */
export function createTransporter(limitMs: number): gaxios.Gaxios {
  const transporter = new gaxios.Gaxios({ fetchImplementation: ownFetch })
  transporter.interceptors.request.add({
    resolved: async (config) => {
      const { retryConfig: _, ...rest } = config
      return { ...rest, retry: false, signal: AbortSignal.timeout(limitMs) }
    },
  })
  return transporter
}

async function readPerson(
  client: OAuth2Client,
  idToken: string,
  audience: string,
  nonce: string,
): Promise<OAuthGrant['person']> {
  const claims = (await verify(client, idToken, audience)).getPayload()
  if (!claims?.email || claims.email_verified !== true || claims.nonce !== nonce)
    throw new GoogleError('refused', 'id_token')
  return { sub: claims.sub, email: claims.email, name: claims.name ?? '', hostedDomain: claims.hd }
}

/** A token that does not verify is refused; only fetching the certificates can fail otherwise. */
async function verify(client: OAuth2Client, idToken: string, audience: string) {
  await client.getFederatedSignonCertsAsync()
  return client.verifyIdToken({ idToken, audience }).catch(() => {
    throw new GoogleError('refused', 'id_token')
  })
}

function splitScopes(scope: string | null | undefined): string[] {
  return (scope ?? '').split(' ').filter((one) => one !== '')
}
