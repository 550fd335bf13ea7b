import type { Browser } from 'webextension-polyfill'

/**
 * The browser's own interfaces for code that also runs in Gmail's page. `webextension-polyfill` costs 3 kB gzipped there
 * and adds nothing we use: in Manifest V3 both browsers give promises. Only its promise-answering `onMessage` listeners
 * differ, so whoever answers messages (the background) imports the polyfill itself.
 */
interface Interfaces {
  browser?: Browser
  /** Firefox has both names; pages of neither kind load this. */
  chrome: Browser
}

const { browser: own, chrome } = globalThis as unknown as Interfaces

export const browser: Pick<Browser, 'runtime' | 'storage'> = own?.runtime?.id === undefined ? chrome : own
