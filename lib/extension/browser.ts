import type { Browser } from 'webextension-polyfill'

/**
 * The browser's own interfaces for code that also runs in Gmail's page. `webextension-polyfill` costs 3 kB gzipped there
 * and adds nothing we use: in Manifest V3 both browsers give promises. Only its promise-answering `onMessage` listeners
 * differ, so whoever answers messages (the background) imports the polyfill itself.
 */
interface Interfaces {
  browser?: Browser
  chrome?: Browser
}

const { browser: own, chrome } = globalThis as Interfaces
const found = own?.runtime?.id === undefined ? chrome : own
if (found === undefined) throw new Error('Inlay runs only as a browser extension.')

export const browser: Pick<Browser, 'runtime' | 'storage'> = found
