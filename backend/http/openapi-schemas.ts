import * as z from 'zod'
import * as common from '../../lib/contract/common.ts'
import * as duplicates from '../../lib/contract/duplicates.ts'
import * as history from '../../lib/contract/history.ts'
import * as identity from '../../lib/contract/identity.ts'
import * as imports from '../../lib/contract/imports.ts'
import * as lists from '../../lib/contract/lists.ts'
import * as modules from '../../lib/contract/modules.ts'
import * as people from '../../lib/contract/people.ts'
import * as records from '../../lib/contract/records.ts'
import * as sends from '../../lib/contract/sends.ts'
import * as threads from '../../lib/contract/threads.ts'

const contracts = [
  common,
  identity,
  modules,
  records,
  lists,
  history,
  duplicates,
  imports,
  people,
  sends,
  threads,
]

/** Objects of the contract by their name there, so that answers refer to them instead of repeating them. */
export const answerNames = z.registry<{ id?: string }>()
for (const contract of contracts)
  for (const [name, schema] of Object.entries(contract))
    if (schema instanceof z.ZodObject && !answerNames.has(schema))
      answerNames.add(schema, { id: name.replace(/Schema$/, '') })

type JsonSchemaOptions = NonNullable<Parameters<typeof z.toJSONSchema>[1]>

/**
 * How the contract is written as JSON Schema. Only texts are transformed in it (trimmed, folded), so both ends of a
 * transformation are text; answers may gain members, and a client must not refuse them for it.
 */
export function toJsonSchema(io: 'input' | 'output', metadata?: typeof answerNames) {
  return {
    io,
    unrepresentable: 'any',
    ...(metadata !== undefined && { metadata }),
    override({ zodSchema, jsonSchema }) {
      if (zodSchema._zod.def.type === 'transform') jsonSchema.type = 'string'
      // The format says it; a pattern beside it only hides it.
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    },
  } satisfies JsonSchemaOptions
}
