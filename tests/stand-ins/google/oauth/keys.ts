import { createHash, createSign, generateKeyPair, type KeyObject, type webcrypto } from 'node:crypto'
import { promisify } from 'node:util'
import { selfSignedCertificate } from './certificate.ts'

/** The key id tokens are signed with, in the shapes the certs endpoints show. */
export class SigningKey {
  readonly kid: string
  readonly certificate: string
  readonly jwk: webcrypto.JsonWebKey
  readonly #privateKey: KeyObject

  constructor(publicKey: KeyObject, privateKey: KeyObject) {
    this.#privateKey = privateKey
    this.jwk = publicKey.export({ format: 'jwk' })
    this.kid = createHash('sha1').update(String(this.jwk.n)).digest('hex')
    this.certificate = selfSignedCertificate(publicKey, privateKey, 'stand-in-google.invalid')
  }

  /** A compact RS256 JWT. */
  sign(claims: object): string {
    const parts = [{ alg: 'RS256', kid: this.kid, typ: 'JWT' }, claims]
    const body = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${body}.${createSign('RSA-SHA256').update(body).sign(this.#privateKey).toString('base64url')}`
  }
}

let shared: Promise<SigningKey> | undefined

/** One key per process: making it is the slowest part of a start. */
export function signingKey(): Promise<SigningKey> {
  shared ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then(
    ({ publicKey, privateKey }) => new SigningKey(publicKey, privateKey),
  )
  return shared
}
