import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto'

/** Encrypts Google's tokens at rest. `aad` says whose it is (`mailbox:<id>:refresh`); another place cannot open it. */
export interface TokenBox {
  /** Returns base64url of key id, IV, ciphertext and tag. */
  seal(plain: string, aad: string): string
  /** @throws Error when the key or `aad` is another, or a byte was changed */
  open(sealed: string, aad: string): string
  /** 16 bytes that nobody without the key can make for this text and purpose. */
  sign(text: string, purpose: string): Buffer
}

const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM (NIST SP 800-38D) with a random IV for each token. `key` has 32 bytes. */
export function createTokenBox(key: Buffer): TokenBox {
  if (key.length !== 32) throw new Error(`The key of the token box has 32 bytes, not ${key.length}.`)
  const keyId = createHash('sha256').update('inlay key id').update(key).digest().subarray(0, 1)
  const signing = createHmac('sha256', key).update('inlay signing key').digest()
  return {
    sign: (text, purpose) =>
      createHmac('sha256', signing).update(`${purpose}\n${text}`).digest().subarray(0, 16),
    seal(plain, aad) {
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      cipher.setAAD(Buffer.from(aad))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([keyId, iv, body, cipher.getAuthTag()]).toString('base64url')
    },
    open(sealed, aad) {
      const bytes = Buffer.from(sealed, 'base64url')
      if (bytes.length < 1 + ivBytes + tagBytes) throw new Error('A sealed token is cut short.')
      if (!bytes.subarray(0, 1).equals(keyId)) throw new Error('A token was sealed with another key.')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 1 + ivBytes))
      decipher.setAAD(Buffer.from(aad))
      decipher.setAuthTag(bytes.subarray(-tagBytes))
      const body = bytes.subarray(1 + ivBytes, -tagBytes)
      try {
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch {
        throw new Error('A sealed token was changed or belongs elsewhere.')
      }
    },
  }
}
