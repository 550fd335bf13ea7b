import type { TestClock } from '../types.ts'
import type { NodeContext } from './exchange.ts'

/** Lines of `{now, running}`: one at once, one at every change of the clock; ends when the stand-in stops. */
export function streamClock(_context: NodeContext, clock: TestClock, stopping: AbortSignal): Response {
  let leave = (): void => undefined
  const lines = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (): void => {
        const line = `${JSON.stringify({ now: clock.now(), running: clock.running })}\n`
        controller.enqueue(Buffer.from(line, 'utf8'))
      }
      const unsubscribe = clock.subscribe(write)
      const end = (): void => {
        leave()
        controller.close()
      }
      leave = () => {
        unsubscribe()
        stopping.removeEventListener('abort', end)
      }
      stopping.addEventListener('abort', end)
      write()
    },
    cancel: () => leave(),
  })
  return new Response(lines, {
    headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
  })
}
