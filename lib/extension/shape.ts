import * as z from 'zod'
import { Me } from '../contract/identity.ts'
import { ModulesAnswer } from '../contract/modules.ts'
import { LookedUpPerson } from '../contract/records.ts'
import { ThreadFacts } from '../contract/threads.ts'

/**
 * A schema's fields as one line, e.g. `{id:string,to:[{address:pipe}]}`. Two builds whose lines differ do not understand
 * each other's stored objects.
 */
export function shapeOf(schema: unknown): string {
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([name, field]) => `${name}:${shapeOf(field)}`)
    return `{${fields.sort().join(',')}}`
  }
  if (schema instanceof z.ZodArray) return `[${shapeOf(schema.element)}]`
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return `${schema.type}(${shapeOf(schema.unwrap())})`
  }
  if (schema instanceof z.ZodEnum) return schema.options.join('|')
  return schema instanceof z.ZodType ? schema.type : '?'
}

/** The shape of everything the sidebar keeps of the server's answers. */
export function keptShape(): string {
  return [LookedUpPerson, ThreadFacts, Me, ModulesAnswer].map(shapeOf).join(' ')
}
