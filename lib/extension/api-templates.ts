import type * as z from 'zod'
import {
  type ChangeTemplate,
  MergedText,
  MergeFields,
  type MergeText,
  type SaveTemplate,
  Template,
  TemplateList,
} from '../contract/templates.ts'
import type { ModuleKey } from '../domain/modules.ts'
import { at, type Calls, done, read } from './api-core.ts'

/** Texts to write mails from. */
export function templateCalls({ v1, once }: Calls) {
  return {
    templates: async () => (await read(v1.templates.$get(), TemplateList)).templates,
    template: (id: string) => read(v1.templates[':id'].$get({ param: at(id) }), Template),
    createTemplate: (json: z.input<typeof SaveTemplate>, key: string) =>
      read(v1.templates.$post({ json }, once(key)), Template),
    updateTemplate: (id: string, json: z.input<typeof ChangeTemplate>) =>
      read(v1.templates[':id'].$patch({ param: at(id), json }), Template),
    deleteTemplate: (id: string, version: number) =>
      done(v1.templates[':id'].$delete({ param: at(id), query: { version: String(version) } })),
    restoreTemplate: (id: string) => read(v1.templates[':id'].restore.$post({ param: at(id) }), Template),
    mergeText: (json: z.input<typeof MergeText>) => read(v1.templates.merge.$post({ json }), MergedText),
    mergeFields: (query: { module?: ModuleKey; language: 'en' | 'ja' }) =>
      read(v1.templates.fields.$get({ query }), MergeFields),
  }
}
