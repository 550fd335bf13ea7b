import { OAuth2Client } from 'google-auth-library'
import { gmail, type gmail_v1 } from 'googleapis/build/src/apis/gmail/index.js'
import type { GoogleStandIn } from './types.ts'

/** Full name of a Gmail scope. */
export function gmailScope(name: string): string {
  return `https://www.googleapis.com/auth/gmail.${name}`
}

/** An OAuth client whose every endpoint is the stand-in's. */
export function oauthClient(
  google: GoogleStandIn,
  redirectUri = 'http://127.0.0.1:9/callback',
): OAuth2Client {
  const { url } = google
  return new OAuth2Client({
    clientId: google.clientId,
    clientSecret: google.clientSecret,
    redirectUri,
    issuers: [url],
    endpoints: {
      oauth2AuthBaseUrl: `${url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${url}/token`,
      oauth2RevokeUrl: `${url}/revoke`,
      tokenInfoUrl: `${url}/tokeninfo`,
      oauth2FederatedSignonPemCertsUrl: `${url}/oauth2/v1/certs`,
      oauth2FederatedSignonJwkCertsUrl: `${url}/oauth2/v3/certs`,
    },
  })
}

/** googleapis' own Gmail client for an account, nothing retried. */
export function gmailOf(
  google: GoogleStandIn,
  email: string,
  scopes = ['readonly', 'modify'],
): gmail_v1.Gmail {
  const auth = oauthClient(google)
  const { accessToken } = google.issueToken(email, scopes.map(gmailScope))
  auth.setCredentials({ access_token: accessToken })
  return gmail({ version: 'v1', auth, rootUrl: `${google.url}/`, retry: false })
}

/** A small raw mail; `headers` come first and as given. */
export function rawMail(headers: Record<string, string>, body = 'Hello'): string {
  const lines = Object.entries({ 'MIME-Version': '1.0', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  return `${lines.join('\r\n')}\r\n\r\n${body}\r\n`
}

/** The `raw` field of a JSON body. */
export function asRaw(mail: string | Buffer): string {
  return Buffer.from(mail).toString('base64url')
}

/** A header of a payload, any case. */
export function headerOf(message: gmail_v1.Schema$Message | undefined, name: string): string | undefined {
  const found = message?.payload?.headers?.find((one) => one.name?.toLowerCase() === name.toLowerCase())
  return found?.value ?? undefined
}

/** The refusal a call ends in: status, body, headers; throws when it succeeds. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call
  } catch (error) {
    const { response } = error as { response?: { status: number; data: Refusal['data'] } }
    if (response === undefined) throw error
    return { status: response.status, data: response.data }
  }
  throw new Error('The call succeeded')
}

interface Refusal {
  status: number
  data: {
    error: {
      code: number
      message: string
      status?: string
      errors: { reason: string }[]
      details?: object[]
    }
  }
}
