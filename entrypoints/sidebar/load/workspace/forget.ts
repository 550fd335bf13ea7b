import { batch } from '@preact/signals'
import { bulk, counts, inView, tasks, views } from '../../state-workspace.ts'
import { forgetLists } from './list.ts'

/** Another account: nothing of the one before may be shown. */
export function forgetWorkspace(): void {
  batch(() => {
    forgetLists()
    counts.value = new Map()
    views.value = new Map()
    inView.value = undefined
    bulk.value = undefined
    tasks.value = {
      rows: [],
      total: 0,
      nextCursor: undefined,
      done: new Set(),
      asked: false,
      problem: undefined,
    }
  })
}
