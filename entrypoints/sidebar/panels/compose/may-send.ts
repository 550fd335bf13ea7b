import { normaliseAddress } from '@/lib/domain/addresses.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { openMass } from '../../load/compose/mass.ts'
import { fields, readParties, recipientsOf } from '../../load/compose/parties.ts'
import { sendDraft } from '../../load/compose/send.ts'
import { unlisted } from '../../load/files/place.ts'
import { whyNoMail } from '../../load/words.ts'
import { mailbox, maySend, sheets, view } from '../../state.ts'
import { draftClash, draftFiles, guards } from '../../state-compose.ts'

/** Recipients Gmail takes in one mail. */
const mostRecipients = 500

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The cap of the command key on this machine. */
export const commandKey = isMac ? '⌘' : 'Ctrl '

export interface Acts {
  /** Why the mail can't go yet. */
  off: string | undefined
  /** The same, where nothing else in sight says it. */
  said: string | undefined
  go: () => void
  schedule: () => void
}

/** What can be done with the mail, unless there is a reason why not. */
export function actsOf(open: Draft, off: string | undefined): Acts {
  return {
    off,
    said: isSaidElsewhere() || isTypingRecipient() ? undefined : off,
    go: () => {
      // By the keys: the focus on Send shows and says why not.
      if (off !== undefined) return document.querySelector<HTMLElement>('[data-testid=send]')?.focus()
      if (open.mass !== undefined) void openMass()
      else void sendDraft(undefined)
    },
    schedule: () => {
      if (off !== undefined || open.mass !== undefined) return
      sheets.value = [...sheets.value, { kind: 'schedule', purpose: { kind: 'draft' }, any: false }]
    },
  }
}

/** A note stands above it already: what clashes, what guards, a missing permission. */
function isSaidElsewhere(): boolean {
  return draftClash.value !== undefined || !maySend.value || guards.value?.some(({ hard }) => hard) === true
}

/** Half an address is no mistake yet. */
function isTypingRecipient(): boolean {
  const at = document.activeElement
  return at instanceof HTMLInputElement && /^field-(to|cc|bcc)$/.test(at.id) && at.value !== ''
}

function badAddress(open: Draft): string {
  const all = fields.flatMap((field) => [...open[field], ...readParties(open.pending[field])])
  return all.find(({ address }) => normaliseAddress(address) === undefined)?.address ?? ''
}

/** Why this mail can't go yet; the button stays focusable and says so. */
export function whyOff(open: Draft): string | undefined {
  const never = whyNoMail()
  if (never !== undefined) return never
  if (mailbox.value?.status === 'reauth_required') return t('error.mailbox_reauth')
  if (!maySend.value) return t('error.scope_send_missing')
  if (draftClash.value !== undefined) return t(`compose.clash.${draftClash.value}.bold`)
  if (
    unlisted().length > 0 ||
    draftFiles.value.some(({ state }) => state === 'waiting' || state === 'fetching')
  )
    return t('compose.files_coming')
  if (guards.value?.some((guard) => guard.hard)) return t('compose.guard.first')
  if (open.mass !== undefined) return undefined
  const found = recipientsOf(open)
  if (found === undefined) return t('compose.bad_address', { address: badAddress(open) })
  const n = found.to.length + found.cc.length + found.bcc.length
  if (n > mostRecipients) {
    const number = (count: number) => plainNumber(count, view.value.language)
    return t('compose.too_many', { n: number(n), most: number(mostRecipients) })
  }
  return n === 0 ? t('compose.nobody') : undefined
}
