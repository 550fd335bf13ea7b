import { type ExportList, Import, ImportProblems, Imports, type UpdateImport } from '../contract/imports.ts'
import type { ModuleKey } from '../domain/modules.ts'
import { accepted, at, type Calls, read } from './api-core.ts'

type Language = ExportList['language']

/** Files of records, in and out. Files come as blobs to be saved. */
export function importCalls({ v1, long, once }: Calls) {
  return {
    /** The file is the body as it is; up to 100 MB. */
    uploadImport: (query: { module: ModuleKey; fileName: string }, file: Blob, key: string) =>
      read(long.imports.$post({ query }, { ...once(key), init: { body: file } }), Import),
    imports: async () => (await read(v1.imports.$get(), Imports)).imports,
    import: (id: string) => read(v1.imports[':id'].$get({ param: at(id) }), Import),
    updateImport: (id: string, json: UpdateImport) =>
      read(v1.imports[':id'].$patch({ param: at(id), json }), Import),
    checkImport: (id: string) => read(v1.imports[':id'].check.$post({ param: at(id) }), Import),
    startImport: (id: string) => read(v1.imports[':id'].start.$post({ param: at(id) }), Import),
    cancelImport: (id: string) => read(v1.imports[':id'].cancel.$post({ param: at(id) }), Import),
    undoImport: (id: string) => read(v1.imports[':id'].undo.$post({ param: at(id) }), Import),
    importProblems: (id: string, query: { cursor?: string } = {}) =>
      read(v1.imports[':id'].problems.$get({ param: at(id), query }), ImportProblems),
    importProblemsFile: async (id: string, language: Language) =>
      (
        await accepted(long.imports[':id']['problems.csv'].$get({ param: at(id), query: { language } }))
      ).blob(),
    /** `contacts.csv`, `contacts.json`, `everything.json`. */
    exportFile: async (file: string, language: Language) =>
      (
        await accepted(
          long.exports[':file'].$get({ param: { file: encodeURIComponent(file) }, query: { language } }),
        )
      ).blob(),
    /** The list as it is filtered now. */
    exportList: async (json: ExportList) => (await accepted(long.exports.$post({ json }))).blob(),
  }
}
