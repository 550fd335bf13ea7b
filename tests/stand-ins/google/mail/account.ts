import { createHash } from 'node:crypto'
import { MailStore } from '../store/mail-store.ts'
import type { AccountSeed } from '../types.ts'

/** A further address an account may send as. */
export interface Alias {
  email: string
  name: string
  verified: boolean
  signature: string
}

/** One Google account: who it is and its mail. Addresses are kept in lower case. */
export class Account {
  readonly email: string
  readonly name: string
  readonly signature: string
  readonly aliases: readonly Alias[]
  /** Google's stable account number, 21 digits. */
  readonly sub: string
  readonly store: MailStore
  /** When each mail of the last day was sent, epoch ms; for the daily cap. */
  sendTimes: number[] = []

  constructor(seed: AccountSeed, historyGap: () => number) {
    this.email = seed.email.toLowerCase()
    this.name = seed.name
    this.signature = seed.signature ?? ''
    this.aliases = (seed.aliases ?? []).map((alias) => ({
      email: alias.email.toLowerCase(),
      name: alias.name ?? seed.name,
      verified: alias.verified ?? true,
      signature: alias.signature ?? '',
    }))
    this.sub = accountNumber(this.email)
    this.store = new MailStore(historyGap)
  }

  get domain(): string {
    return this.email.slice(this.email.indexOf('@') + 1)
  }

  /** Whether mail to `address` lands here: own address, an alias, either with a `+tag`. */
  receives(address: string): boolean {
    const plain = address.toLowerCase().replace(/\+[^@]*@/, '@')
    return plain === this.email || this.aliases.some((alias) => alias.email === plain)
  }

  /** Whether From may be `address`: the account itself or a verified alias. */
  maySendAs(address: string): boolean {
    const wanted = address.toLowerCase()
    return wanted === this.email || this.aliases.some((alias) => alias.email === wanted && alias.verified)
  }
}

function accountNumber(email: string): string {
  const digits = BigInt(`0x${createHash('sha256').update(email).digest('hex').slice(0, 20)}`).toString()
  return `1${digits.padStart(20, '0').slice(-20)}`
}
