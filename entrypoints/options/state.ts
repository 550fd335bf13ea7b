import { computed, signal } from '@preact/signals'
import type { ToBackground } from '@/lib/extension/messages.ts'
import type { Settings } from '@/lib/extension/settings.ts'

type Checked = ToBackground['check-server']['answer']

/** What stands in this browser's storage; replaced when anything there changes. */
export const settings = signal<Settings>({
  server: undefined,
  language: 'auto',
  theme: 'auto',
  chips: 'on',
  undoSeconds: 10,
  accounts: [],
  seen: [],
  outcome: undefined,
})

/** The last answer about an address: of the stored server, or of the one that was just typed. */
export const checked = signal<{ host: string; answer: Checked } | undefined>(undefined)

/** Host that is being asked. */
export const checking = signal<string | undefined>(undefined)

/** The server was found by what was just typed, not read from the settings. */
export const foundByTyping = signal(false)

/** The person wants to type another address although there is one. */
export const changing = signal(false)

/** Since when Google's page is open, epoch ms. An outcome that is younger ends the wait. */
export const waitingSince = signal<number | undefined>(undefined)

/** Why the sign-in did not even begin. */
export const notBegun = signal<string | undefined>(undefined)

export const signedOut = signal(false)

/** Still to tell: the end of the sign-in that was begun here. */
export const ended = computed(() => {
  const { outcome } = settings.value
  const since = waitingSince.value
  return outcome !== undefined && since !== undefined && outcome.at >= since ? outcome : undefined
})
