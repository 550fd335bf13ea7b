import type { Page } from 'puppeteer-core'

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds; `tdur`: those in which the thread really had a core. */
  ts: number
  dur?: number
  tdur?: number
}

/**
 * Records every process of the browser while `work` runs. Gives, for each opening, the ms for which the panel's thread
 * had a core between hearing of the thread and having painted its card: what is left when nobody else wants the machine.
 */
export async function recordCpu<Value>(
  page: Page,
  work: () => Promise<Value>,
): Promise<{ value: Value; ms: number[] }> {
  await page.tracing.start({ categories: ['toplevel', 'blink.user_timing'] })
  const value = await work()
  const bytes = await page.tracing.stop()
  // What Chromium's tracing writes; only the fields above are read.
  const { traceEvents } = JSON.parse(new TextDecoder().decode(bytes)) as { traceEvents: TraceEvent[] }
  return { value, ms: cpuPerOpening(traceEvents) }
}

function cpuPerOpening(events: readonly TraceEvent[]): number[] {
  const marks = events.filter(({ name }) => name.startsWith('inlay:')).toSorted((a, b) => a.ts - b.ts)
  const tasks = Map.groupBy(
    events.filter((event) => event.ph === 'X' && event.name.endsWith('::RunTask')),
    ({ pid, tid }) => `${pid} ${tid}`,
  )
  return marks.flatMap((start, n) => {
    if (start.name !== 'inlay:page-changed') return []
    const next = marks
      .slice(n + 1)
      .find(({ name }) => name === 'inlay:page-changed' || name === 'inlay:painted-cache')
    if (next?.name !== 'inlay:painted-cache') return []
    const own = tasks.get(`${start.pid} ${start.tid}`) ?? []
    const within = own.filter(({ ts, dur = 0 }) => ts + dur > start.ts && ts < next.ts)
    return outermost(within).reduce((sum, task) => sum + (task.tdur ?? 0), 0) / 1000
  })
}

/** A task may run others inside itself; their time is part of its own. */
function outermost(tasks: readonly TraceEvent[]): TraceEvent[] {
  let end = 0
  return tasks
    .toSorted((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
    .filter(({ ts, dur = 0 }) => {
      if (ts < end) return false
      end = ts + dur
      return true
    })
}
