import { computed, signal } from '@preact/signals'
import type { Asked } from '@/lib/contract/messages.ts'
import type { MailboxTrust, Runs, Trust } from '@/lib/contract/sync.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { page } from './state.ts'
import { where } from './state-workspace.ts'

/** Data of the Trust page and of the line about synchronisation in the foot. */

export const trust = signal<{ trust: Trust | undefined; problem: ApiProblem | undefined }>({
  trust: undefined,
  problem: undefined,
})

/** How far back-fills are that the stream told of, by mailbox. */
export const finding = signal<ReadonlyMap<string, { found: number; done: number }>>(new Map())

/** What is told of one mailbox's runs. */
export const runs = signal<
  | {
      account: string
      rows: Runs['runs']
      nextCursor: string | undefined
      loading: boolean
      problem: ApiProblem | undefined
    }
  | undefined
>(undefined)

/** "Why is this mail not here?" as typed, with the answer to what was asked last. */
export const asked = signal<{
  account: string
  q: string
  mails: Asked['mails'] | undefined
  problem: ApiProblem | undefined
}>({ account: '', q: '', mails: undefined, problem: undefined })

/** Requests of the last 24 hours to the server. */
export const requests = signal<number | undefined>(undefined)

/** The mailbox whose cards are shown: the one the address names, else that of this Gmail account, else the first. */
export const shownMailbox = computed<MailboxTrust | undefined>(() => {
  const all = trust.value.trust?.mailboxes ?? []
  const named = where.value?.place === 'trust' ? where.value.part : undefined
  const account = page.value?.account?.toLowerCase()
  return (
    all.find((one) => one.id === named) ?? all.find((one) => one.email.toLowerCase() === account) ?? all[0]
  )
})

/** This Gmail account's mailbox as synchronisation sees it. */
export const mailboxTrust = computed<MailboxTrust | undefined>(() => {
  const account = page.value?.account?.toLowerCase()
  return trust.value.trust?.mailboxes.find((one) => one.email.toLowerCase() === account)
})
