import { mailbox } from '../state.ts'
import { attempt } from './core.ts'

/** Ms between two words to the server. */
const pause = 5000
let last = Number.NEGATIVE_INFINITY
let timer: ReturnType<typeof setTimeout> | undefined

/** Gmail shows something new: the server may look into the mailbox at once, at most once in five seconds. */
export function poke(): void {
  if (mailbox.value?.canRead !== true || timer !== undefined) return
  const wait = last + pause - performance.now()
  if (wait <= 0) now()
  else
    timer = setTimeout(() => {
      timer = undefined
      now()
    }, wait)
}

export function stopPoking(): void {
  clearTimeout(timer)
  timer = undefined
}

function now(): void {
  last = performance.now()
  void attempt(({ backend, account }) => backend.poke(account))
}
