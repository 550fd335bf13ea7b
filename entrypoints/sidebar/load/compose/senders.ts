import { draft } from '../../state.ts'
import { allowance, mailEditor, senders } from '../../state-compose.ts'
import { attempt, link } from '../core.ts'
import { changeDraft } from './save.ts'

/** Ms until Gmail's aliases are asked for again. */
const stays = 10 * 60_000
let asked: { account: string; at: number } | undefined

/** From whom this account may send, and how much of the day is left; known ones are not asked for again at once. */
export async function learnSender(): Promise<void> {
  void learnAllowance()
  const account = link()?.account
  if (account === undefined) return
  if (asked?.account === account && performance.now() - asked.at < stays) return
  asked = { account, at: performance.now() }
  const answer = await attempt(({ backend }) => backend.senders(account))
  if (answer.ok) senders.value = answer.value
  else asked = undefined
}

async function learnAllowance(): Promise<void> {
  const answer = await attempt(({ backend, account }) => backend.allowance(account))
  if (answer.ok) allowance.value = answer.value
}

export function forgetSenders(): void {
  asked = undefined
  senders.value = undefined
  allowance.value = undefined
}

/** The signature of an address; of the account itself for undefined. */
export function signatureOf(address: string | undefined): string {
  const all = senders.value?.senders ?? []
  const one = all.find((sender) =>
    address === undefined ? sender.address === link()?.account : sender.address === address,
  )
  return one?.signature ?? ''
}

/** Another sender: their signature stands in the place of the one before, unless that was written in. */
export function chooseSender(address: string): void {
  const one = draft.value
  if (one === undefined) return
  const from = address === link()?.account ? undefined : address
  mailEditor.value?.exchangeSignature(signatureOf(one.from), signatureOf(from))
  changeDraft({ from, html: mailEditor.value?.html() ?? one.html })
}
