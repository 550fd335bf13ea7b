import { StreamEvent } from '../contract/stream.ts'

/** What the stream needs from outside; `open` answers an event stream or throws. */
export interface StreamOptions {
  open: (
    lastEventId: number | undefined,
    signal: AbortSignal,
  ) => Promise<{ body: ReadableStream<Uint8Array> | null }>
  onEvent: (event: StreamEvent) => void
  /** `up` after the first line of a connection, `down` when it broke; `error` is what `open` threw, if it did. */
  onState: (state: 'up' | 'down', error: unknown) => void
  /** Where to resume, from an earlier run; undefined starts anew. */
  lastEventId: number | undefined
  /** Milliseconds to wait before try `n` (0, 1, …); a parameter so that tests need not wait. */
  backoff?: (n: number) => number
}

/** 0.5 s, 1 s, 2 s … 30 s, each spread over its upper half, so that a restarted server is not met by all at once. */
export function spreadBackoff(n: number): number {
  const top = Math.min(30_000, 500 * 2 ** n)
  return top / 2 + Math.random() * (top / 2)
}

/** A server sends at least a comment every 20 s; a connection silent for longer than this (ms) is dead. */
const silence = 50_000

/**
 * One resumable stream per sidebar, read by `fetch` because it needs a header. Reconnects for ever until `stop()`;
 * `retryNow()` cuts a wait short, e.g. when the browser says it is online again.
 */
export function listenToStream(options: StreamOptions): { stop(): void; retryNow(): void } {
  const stopped = new AbortController()
  let seq = options.lastEventId
  let wake: (() => void) | undefined

  const read = async (): Promise<boolean> => {
    const connection = new AbortController()
    const watchdog = createWatchdog(() => connection.abort(), silence)
    let heard = false
    try {
      const signal = AbortSignal.any([stopped.signal, connection.signal])
      const answer = await options.open(seq, signal)
      for await (const event of eventsOf(answer.body, watchdog.pet)) {
        if (stopped.signal.aborted) break
        if (!heard) options.onState('up', undefined)
        heard = true
        seq = event.seq
        options.onEvent(event)
      }
      if (!stopped.signal.aborted) options.onState('down', undefined)
    } catch (error) {
      if (!stopped.signal.aborted) options.onState('down', error)
    } finally {
      watchdog.stop()
      connection.abort()
    }
    return heard
  }

  const run = async () => {
    let tries = 0
    while (!stopped.signal.aborted) {
      const heard = await read()
      tries = heard ? 0 : tries + 1
      if (stopped.signal.aborted) return
      await pause((options.backoff ?? spreadBackoff)(tries), (end) => {
        wake = end
      })
    }
  }
  void run()
  return {
    stop() {
      stopped.abort()
      wake?.()
    },
    retryNow: () => wake?.(),
  }
}

/** Server-sent events as the HTML standard frames them: fields by line, an empty line ends one. Unknown data is skipped. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array> | null,
  onBytes: () => void,
): AsyncGenerator<StreamEvent> {
  if (body === null) return
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let text = ''
  let data: string[] = []
  try {
    for (;;) {
      // A connection that breaks says no more than one that ends.
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }))
      if (done || value === undefined) return
      onBytes()
      text += decoder.decode(value, { stream: true })
      const lines = text.split(/\r\n|\n|\r(?!$)/)
      text = lines.pop() ?? ''
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(line.slice(line.startsWith('data: ') ? 6 : 5))
        if (line !== '' || data.length === 0) continue
        const event = parse(data.join('\n'))
        data = []
        if (event !== undefined) yield event
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function parse(data: string): StreamEvent | undefined {
  try {
    return StreamEvent.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}

function createWatchdog(bite: () => void, after: number) {
  let timer = setTimeout(bite, after)
  return {
    pet: () => {
      clearTimeout(timer)
      timer = setTimeout(bite, after)
    },
    stop: () => clearTimeout(timer),
  }
}

function pause(ms: number, onStart: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    onStart(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
