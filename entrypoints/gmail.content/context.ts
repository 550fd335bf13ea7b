import { browser } from '@/lib/extension/browser.ts'

const newcomer = 'inlay-newcomer'

/**
 * The life of this script in its page, in the place of WXT's own class (an alias in `wxt.config.ts`, 2026-11): that one
 * weighs four times as much and tells Gmail's page the id of the extension. A newer copy of the script ends this one.
 */
export class ContentScriptContext {
  readonly #ending = new AbortController()

  constructor() {
    const { signal } = this.#ending
    document.dispatchEvent(new Event(newcomer))
    document.addEventListener(newcomer, () => this.#ending.abort(), { signal })
  }

  /** False once the extension was updated or removed under the script, or a newer copy has come. */
  get isValid(): boolean {
    if (browser.runtime?.id === undefined) this.#ending.abort()
    return !this.#ending.signal.aborted
  }

  onInvalidated(end: () => void): void {
    this.#ending.signal.addEventListener('abort', end)
  }
}
