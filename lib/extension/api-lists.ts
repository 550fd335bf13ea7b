import type * as z from 'zod'
import {
  BulkRun,
  type CreateView,
  ListPage,
  type ListQuery,
  ModuleCounts,
  SavedView,
  SavedViews,
  type StartBulk,
  type UpdateView,
} from '../contract/lists.ts'
import { Found } from '../contract/records.ts'
import type { ModuleKey } from '../domain/modules.ts'
import { at, type Calls, done, read } from './api-core.ts'

/** Searching, lists of a module, saved views, and changes to many rows. */
export function listCalls({ v1, slow, once }: Calls) {
  return {
    /** `signal` gives a search up that was typed over. */
    findRecords: (q: string, module?: ModuleKey, signal?: AbortSignal) =>
      read(
        v1.records.$get({ query: { q, ...(module && { module }) } }, signal && { init: { signal } }),
        Found,
      ),
    /** `signal` gives a page up that nobody looks at any more. */
    listRecords: (json: z.input<typeof ListQuery>, signal?: AbortSignal) =>
      read(v1.records.list.$post({ json }, signal && { init: { signal } }), ListPage),
    countRecords: () => read(v1.records.counts.$get(), ModuleCounts),

    views: (module?: ModuleKey) =>
      read(v1.views.$get({ query: module === undefined ? {} : { module } }), SavedViews),
    createView: (json: z.input<typeof CreateView>, key: string) =>
      read(v1.views.$post({ json }, once(key)), SavedView),
    updateView: (id: string, json: z.input<typeof UpdateView>) =>
      read(v1.views[':id'].$patch({ param: at(id), json }), SavedView),
    deleteView: (id: string) => done(v1.views[':id'].$delete({ param: at(id) })),

    /** Up to 100 rows are done when it answers; more go on, and `bulk` says how far. */
    startBulk: (json: z.input<typeof StartBulk>, key: string) =>
      read(slow.bulk.$post({ json }, once(key)), BulkRun),
    bulk: (id: string) => read(v1.bulk[':id'].$get({ param: at(id) }), BulkRun),
    cancelBulk: (id: string) => read(v1.bulk[':id'].$delete({ param: at(id) }), BulkRun),
  }
}
