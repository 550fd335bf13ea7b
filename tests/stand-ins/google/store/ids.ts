import { createCipheriv, createDecipheriv, randomBytes, randomInt } from 'node:crypto'

/** Makes Gmail-shaped ids; message ids increase over the life of one stand-in. */
export class IdMaker {
  #lastMessage = 0n
  readonly #attachmentKey = randomBytes(32)

  /** 16 lower-case hex digits, built from the time as Gmail's are. */
  message(now: number): string {
    const wanted = (BigInt(Math.max(now, 0)) << 20n) | BigInt(randomInt(2 ** 20))
    const next = wanted > this.#lastMessage ? wanted : this.#lastMessage + BigInt(1 + randomInt(2 ** 12))
    this.#lastMessage = next
    return next.toString(16).padStart(16, '0')
  }

  /** `r`, perhaps `-`, 19 digits. */
  draft(): string {
    const digits = String(randomInt(1, 10)) + Array.from({ length: 18 }, () => randomInt(10)).join('')
    return `r${randomInt(2) === 0 ? '-' : ''}${digits}`
  }

  /** The Message-ID Gmail's API puts on what it sends, brackets included. */
  sentMessageId(): string {
    return `<CA${randomBytes(38).toString('base64url').replace('_', '+')}=${randomBytes(6).toString('base64url')}@mail.gmail.com>`
  }

  /** An opaque id of ~390 characters; a new one each time, readable by nobody else. */
  attachment(of: AttachmentRef): string {
    const text = JSON.stringify([of.account, of.messageId, of.partId, of.issuedAt])
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.#attachmentKey, iv)
    const padded = text.padEnd(260, ' ')
    const sealed = Buffer.concat([iv, cipher.update(padded, 'utf8'), cipher.final(), cipher.getAuthTag()])
    return `ANGjdJ${sealed.toString('base64url')}`
  }

  /** What an attachment id stands for; undefined for anything this stand-in did not make. */
  readAttachment(id: string): AttachmentRef | undefined {
    const sealed = Buffer.from(id.slice('ANGjdJ'.length), 'base64url')
    if (!id.startsWith('ANGjdJ') || sealed.length < 29) return undefined
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.#attachmentKey, sealed.subarray(0, 12))
      decipher.setAuthTag(sealed.subarray(-16))
      const text = decipher.update(sealed.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8')
      const [account, messageId, partId, issuedAt] = JSON.parse(text) as [string, string, string, number]
      return { account, messageId, partId, issuedAt }
    } catch {
      return undefined
    }
  }
}

/** The part an attachment id was made for, and when (epoch ms). */
export interface AttachmentRef {
  account: string
  messageId: string
  partId: string
  issuedAt: number
}
