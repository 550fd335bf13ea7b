import { expect, test } from 'vitest'
import * as z from 'zod'
import { keptShape, shapeOf } from '../../lib/extension/shape.ts'

test('a field more, less, renamed or of another type is another shape; the order of fields is not', () => {
  const base = z.object({
    id: z.uuid(),
    to: z.array(z.object({ name: z.string() })),
    at: z.string().nullable(),
  })
  const shapes = [
    base,
    base.extend({ cc: z.array(z.string()) }),
    base.omit({ at: true }),
    z.object({ id: z.uuid(), to: z.array(z.object({ called: z.string() })), at: z.string().nullable() }),
    z.object({ id: z.uuid(), to: z.array(z.object({ name: z.number() })), at: z.string().nullable() }),
    z.object({ id: z.uuid(), to: z.array(z.object({ name: z.string() })), at: z.string() }),
    base.extend({ at: z.enum(['a', 'b']) }),
    base.extend({ at: z.enum(['a', 'c']) }),
  ].map(shapeOf)
  expect(new Set(shapes).size).toBe(shapes.length)
  expect(shapeOf(z.object({ a: z.string(), b: z.number() }))).toBe(
    shapeOf(z.object({ b: z.number(), a: z.string() })),
  )
})

test('the sidebar’s shape names the fields of a mail in a list', () => {
  expect(keptShape()).toContain('hasAttachments:boolean')
})
