import { Icon } from '@/lib/extension/ui/icon.tsx'
import { ended, notBegun, waitingSince } from './state.ts'
import { whyNot, word } from './words.ts'

/** What became of the sign-in that was begun here; nothing when it worked, since the page then shows it. */
export function SignInNews() {
  const text = news()
  if (text === undefined) return null
  return (
    <p class="note" role="status" data-testid="sign-in-news">
      <Icon name="info" size={16} />
      <span>{text}</span>
    </p>
  )
}

function news(): string | undefined {
  if (notBegun.value !== undefined) return word('sign_in.failed', { reason: whyNot(notBegun.value) })
  if (waitingSince.value === undefined) return undefined
  const outcome = ended.value
  if (outcome === undefined) return word('sign_in.waiting')
  if (outcome.reason === undefined) return undefined
  if (outcome.reason === 'wrong_account') return word('sign_in.other', { account: outcome.account ?? '' })
  return word('sign_in.failed', { reason: whyNot(outcome.reason) })
}
