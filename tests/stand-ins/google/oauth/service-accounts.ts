import { createPublicKey, createVerify, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

/** What a service account's key file holds, as far as clients read it. */
export interface ServiceAccountKey {
  type: 'service_account'
  client_email: string
  private_key: string
}

let sharedKey: Promise<{ publicKey: KeyObject; privateKey: string }> | undefined

/** Service accounts and the keys their assertions are signed with (RFC 7523). */
export class ServiceAccounts {
  readonly #keys = new Map<string, KeyObject>()

  /** A new account's key file. One RSA key for all: making one is slow. */
  async add(email: string): Promise<ServiceAccountKey> {
    sharedKey ??= promisify(generateKeyPair)('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).then(({ publicKey, privateKey }) => ({ publicKey: createPublicKey(publicKey), privateKey }))
    const { publicKey, privateKey } = await sharedKey
    this.#keys.set(email, publicKey)
    return { type: 'service_account', client_email: email, private_key: privateKey }
  }

  /** Who signed an assertion and what they ask for; undefined when it is not good. */
  read(assertion: string): { email: string; scopes: string[] } | undefined {
    const [head = '', body = '', signature = ''] = assertion.split('.')
    const claims = parse(body)
    const { iss: email, scope, exp } = claims
    if (typeof email !== 'string' || typeof scope !== 'string' || typeof exp !== 'number') return undefined
    const key = this.#keys.get(email)
    if (key === undefined || exp * 1000 < Date.now()) return undefined
    const good = createVerify('RSA-SHA256')
      .update(`${head}.${body}`)
      .verify(key, Buffer.from(signature, 'base64url'))
    return good ? { email, scopes: scope.split(' ') } : undefined
  }

  reset(): void {
    this.#keys.clear()
  }
}

function parse(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
