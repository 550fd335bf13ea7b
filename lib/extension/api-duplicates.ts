import {
  Conversion,
  ConversionPreview,
  type ConvertLead,
  Duplicates,
  type DuplicatesQuery,
  Merge,
  MergePreview,
  Merges,
  type StartMerge,
  UndoneMerge,
} from '../contract/duplicates.ts'
import { at, type Calls, read } from './api-core.ts'

/** Duplicates, merging and undoing it, converting a lead. */
export function duplicateCalls({ v1, once }: Calls) {
  return {
    duplicates: (json: DuplicatesQuery) => read(v1.records.duplicates.$post({ json }), Duplicates),
    previewMerge: (query: { winnerId: string; loserId: string }) =>
      read(v1.merges.preview.$get({ query }), MergePreview),
    merge: (json: StartMerge, key: string) => read(v1.merges.$post({ json }, once(key)), Merge),
    undoMerge: (id: string) => read(v1.merges[':id'].undo.$post({ param: at(id) }), UndoneMerge),
    merges: (id: string) => read(v1.records[':id'].merges.$get({ param: at(id) }), Merges),
    previewConversion: (id: string) =>
      read(v1.records[':id'].conversion.$get({ param: at(id) }), ConversionPreview),
    convertLead: (id: string, json: ConvertLead, key: string) =>
      read(v1.records[':id'].convert.$post({ param: at(id), json }, once(key)), Conversion),
  }
}
