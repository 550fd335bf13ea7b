import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script'
import { startComposes } from './composes.ts'

/** Two events that end this copy: a newer one of the page's script, which brings a newer one of this too. */
const newcomers = ['inlay-newcomer', 'inlay-compose-newcomer']

/** Brought into a tab of Gmail's by the background once a compose window is there. */
export default defineUnlistedScript(() => {
  document.dispatchEvent(new Event('inlay-compose-newcomer'))
  const stop = startComposes()
  for (const name of newcomers) document.addEventListener(name, stop, { once: true })
})
