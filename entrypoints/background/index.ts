import { defineBackground } from 'wxt/utils/define-background'
import * as z from 'zod'
import { answerCalls } from './calls.ts'
import { listenForBrowserButtons } from './commands.ts'
import { bringCompose } from './compose.ts'
import { startRelay } from './relay.ts'
import { watchSignIns } from './sign-in.ts'

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
    bringCompose()
    listenForBrowserButtons()
    watchSignIns()
  },
})
