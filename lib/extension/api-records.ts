import {
  BinPage,
  type BinQuery,
  type CreateRecord,
  RecordCard,
  type UpdateRecord,
} from '../contract/records.ts'
import { at, type Calls, done, read } from './api-core.ts'

/** Records themselves. */
export function recordCalls({ v1, once }: Calls) {
  return {
    createRecord: (json: CreateRecord, key: string) =>
      read(v1.records.$post({ json }, once(key)), RecordCard),
    record: (id: string) => read(v1.records[':id'].$get({ param: at(id) }), RecordCard),
    updateRecord: (id: string, json: UpdateRecord) =>
      read(v1.records[':id'].$patch({ param: at(id), json }), RecordCard),
    deleteRecord: (id: string) => done(v1.records[':id'].$delete({ param: at(id) })),
    restoreRecord: (id: string) => read(v1.records[':id'].restore.$post({ param: at(id) }), RecordCard),
    bin: (query: BinQuery) => read(v1.bin.$get({ query }), BinPage),
  }
}
