import { defineBackground } from 'wxt/utils/define-background'
import * as z from 'zod'
import { answerCalls } from './calls'
import { listenForBrowserButtons } from './commands'
import { startRelay } from './relay'
import { watchSignIns } from './sign-in'

/**
 * Composition root. Every listener is added before the first await, as both browsers wake a stopped background only for
 * listeners they saw at its start.
 */
export default defineBackground({
  type: 'module',
  main() {
    // Pages of an extension may not compile code from strings.
    z.config({ jitless: true })
    startRelay()
    answerCalls()
    listenForBrowserButtons()
    watchSignIns()
  },
})
