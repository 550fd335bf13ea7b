type Listener = (...values: never[]) => unknown

/** One event of the browser's interfaces: listeners come and go, `fire` calls them all. */
class FakeEvent {
  readonly listeners = new Set<Listener>()

  addListener(listener: Listener): void {
    this.listeners.add(listener)
  }

  removeListener(listener: Listener): void {
    this.listeners.delete(listener)
  }

  fire(...values: unknown[]): void {
    for (const listener of this.listeners) (listener as (...given: unknown[]) => unknown)(...values)
  }
}

/** The part of a browser's extension interfaces that `lib/extension` uses, in memory. */
export class FakeBrowser {
  readonly kept = new Map<string, unknown>()
  readonly sent: unknown[] = []
  /** What the next `sendMessage` calls do, in order; then they just arrive. */
  readonly faults: (Error | undefined)[] = []
  readonly onChanged = new FakeEvent()
  readonly onMessage = new FakeEvent()

  readonly runtime = {
    id: 'inlay-test',
    onMessage: this.onMessage,
    sendMessage: async (message: unknown): Promise<unknown> => {
      const fault = this.faults.shift()
      if (fault) throw fault
      this.sent.push(structuredClone(message))
      return 'answer'
    },
  }

  readonly storage = {
    local: {
      onChanged: this.onChanged,
      get: async (keys: string | string[] | null): Promise<Record<string, unknown>> => {
        const wanted = keys === null ? [...this.kept.keys()] : [keys].flat()
        const found = wanted.filter((key) => this.kept.has(key))
        return Object.fromEntries(found.map((key) => [key, structuredClone(this.kept.get(key))]))
      },
      set: async (values: Record<string, unknown>): Promise<void> => {
        // As in a browser, what is undefined is not stored.
        const stored = Object.entries(values).filter(([, value]) => value !== undefined)
        for (const [key, value] of stored) this.kept.set(key, structuredClone(value))
        this.onChanged.fire(Object.fromEntries(stored.map(([key]) => [key, {}])))
      },
      remove: async (keys: string[]): Promise<void> => {
        for (const key of keys) this.kept.delete(key)
        this.onChanged.fire(Object.fromEntries(keys.map((key) => [key, {}])))
      },
      clear: async (): Promise<void> => {
        const keys = [...this.kept.keys()]
        this.kept.clear()
        this.onChanged.fire(Object.fromEntries(keys.map((key) => [key, {}])))
      },
    },
  }

  /** Stands where extension code looks for its browser; import that code afterwards. */
  install(): this {
    Object.assign(globalThis, { chrome: this })
    return this
  }
}
