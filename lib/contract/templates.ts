import * as z from 'zod'
import { GmailId, Id, Instant, Name } from './common.ts'
import { ModuleKeySchema } from './modules.ts'

const subject = z
  .string()
  .max(998)
  .regex(/^[^\r\n]*$/, 'field_invalid')
const html = z.string().max(200_000)

/** A text to write mails from: merge fields `{{ contact.name }}`, conditional parts `{% if … %}`; private or shared. */
export const Template = z.object({
  id: Id,
  version: z.number().int(),
  name: z.string(),
  /** Whose records it is written for; null: any. */
  module: ModuleKeySchema.nullable(),
  subject: z.string(),
  html: z.string(),
  shared: z.boolean(),
  owner: z.object({ id: Id, name: z.string() }),
  canChange: z.boolean(),
  updatedAt: Instant,
})
export type Template = z.infer<typeof Template>
export const TemplateList = z.object({ templates: z.array(Template) })
export type TemplateList = z.infer<typeof TemplateList>

export const SaveTemplate = z.object({
  name: Name(200),
  module: ModuleKeySchema.nullable().default(null),
  subject: subject.default(''),
  html: html.default(''),
  shared: z.boolean().default(false),
})
export type SaveTemplate = z.input<typeof SaveTemplate>
/** Only what is given changes. */
export const ChangeTemplate = z.object({
  version: z.number().int(),
  name: Name(200).optional(),
  module: ModuleKeySchema.nullable().optional(),
  subject: subject.optional(),
  html: html.optional(),
  shared: z.boolean().optional(),
})
export type ChangeTemplate = z.input<typeof ChangeTemplate>

/** A text as one recipient gets it. The recipient is a record, or `address` alone. */
export const MergeText = z.object({
  subject: subject.default(''),
  html: html.default(''),
  recordId: Id.nullable().default(null),
  address: z.string().max(320).default(''),
  /** What `deal` stands for where the record is none: the chosen one, else the thread's, else the only open one. */
  dealId: Id.nullable().default(null),
  threadId: GmailId.nullable().default(null),
  /** A mark such as `[recipient.phone?]` stands where a field is empty; a mail is held up while one stands in it. */
  gaps: z.boolean().default(false),
})
export type MergeText = z.input<typeof MergeText>
export const MergedText = z.object({
  subject: z.string(),
  html: z.string(),
  /** Fields that are empty for this recipient, as written in the text. */
  unresolved: z.array(z.string()),
  /** Why it can't be merged at all; null when it can. `line` counts from 1; `field`: the one there is not. */
  broken: z.object({ why: z.string(), line: z.number().int(), field: z.string().optional() }).nullable(),
  /** Where the text names the deal and several are open: between these one has to choose. */
  deals: z.array(z.object({ id: Id, name: z.string() })),
})
export type MergedText = z.infer<typeof MergedText>

/** What can be merged, for the menu: groups of fields by the record they come from. */
export const MergeFields = z.object({
  groups: z.array(
    z.object({
      key: z.string(),
      fields: z.array(z.object({ path: z.string(), label: z.string(), example: z.string() })),
    }),
  ),
})
export type MergeFields = z.infer<typeof MergeFields>
