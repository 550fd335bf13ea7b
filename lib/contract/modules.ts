import * as z from 'zod'
import { customFieldTypes, type FieldDescription, fieldTypes } from '../domain/fields.ts'
import { isModuleKey, type ModuleDescription, type ModuleKey } from '../domain/modules.ts'
import { Name } from './common.ts'

export const ModuleKeySchema = z.string().refine(isModuleKey) as unknown as z.ZodType<ModuleKey, ModuleKey>

/** Key of a field as requests and filters name it. */
export const FieldKey = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,60}$/)

const ChoiceSchema = z.object({
  key: z.string().regex(/^[a-z0-9_]{1,60}$/),
  label: z.string().trim().min(1).max(100).optional(),
})

const FieldSchema = z.object({
  key: FieldKey,
  type: z.enum(fieldTypes),
  label: z.string().optional(),
  required: z.boolean().optional(),
  choices: z.array(ChoiceSchema).optional(),
  oldChoices: z.array(ChoiceSchema).optional(),
  lookup: ModuleKeySchema.optional(),
  currencyKey: z.string().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  custom: z.boolean().optional(),
}) as unknown as z.ZodType<FieldDescription>

const ModuleSchema = z.object({
  key: ModuleKeySchema,
  labels: z.object({ one: z.string(), many: z.string() }).optional(),
  reach: z.enum(['address', 'contact', 'none']),
  fields: z.array(FieldSchema),
  cardFields: z.array(z.string()),
  listColumns: z.array(z.string()),
}) as unknown as z.ZodType<ModuleDescription>

/** Every module of the organisation with its fields; `version` grows with each change. */
export const ModulesAnswer = z.object({ version: z.number().int(), modules: z.array(ModuleSchema) })
export type ModulesAnswer = z.infer<typeof ModulesAnswer>

/** After a change: the key of the module or field it concerned, and everything as it is now. */
export const ModulesChanged = ModulesAnswer.extend({ key: z.string() })
export type ModulesChanged = z.infer<typeof ModulesChanged>

const Label = Name(60)

export const CreateModule = z.strictObject({
  labels: z.strictObject({ one: Label, many: Label }),
  reach: z.enum(['address', 'contact', 'none']).default('none'),
})
export type CreateModule = z.input<typeof CreateModule>

/** `cardFields` may be given for standard modules too. */
export const UpdateModule = z.strictObject({
  labels: z.strictObject({ one: Label, many: Label }).optional(),
  cardFields: z.array(FieldKey).max(20).optional(),
})
export type UpdateModule = z.infer<typeof UpdateModule>

export const CreateField = z.strictObject({
  label: Label,
  type: z.enum(customFieldTypes),
  required: z.boolean().default(false),
  /** Of a choice or multi-choice: what may be chosen, in order; keys are made from the labels. */
  choices: z.array(Label).max(200).default([]),
  lookup: ModuleKeySchema.optional(),
  min: z.number().optional(),
  max: z.number().optional(),
})
export type CreateField = z.input<typeof CreateField>

/** The type of a field never changes; choices keep their keys, and those left out are switched off, not erased. */
export const UpdateField = z.strictObject({
  label: Label.optional(),
  required: z.boolean().optional(),
  choices: z
    .array(z.strictObject({ key: z.string().optional(), label: Label }))
    .max(200)
    .optional(),
  position: z.number().int().min(0).max(1000).optional(),
})
export type UpdateField = z.infer<typeof UpdateField>

/** What was deleted and is kept until an admin purges it. */
export const DeletedParts = z.object({
  modules: z.array(
    z.object({ key: ModuleKeySchema, label: z.string(), records: z.number().int(), deletedAt: z.string() }),
  ),
  fields: z.array(
    z.object({ module: ModuleKeySchema, key: z.string(), label: z.string(), deletedAt: z.string() }),
  ),
})
export type DeletedParts = z.infer<typeof DeletedParts>
