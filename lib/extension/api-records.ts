import { type CreateRecord, RecordCard, type UpdateRecord } from '../contract/records.ts'
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
  }
}
