import { describe, expect, test } from 'vitest'
import { existedAt, valuesAt } from '../../lib/domain/history.ts'

const at = (day: number) => new Date(Date.UTC(2026, 10, day))
const moment = (day: number, kind: string, facts = {}, changes: unknown[] = []) => ({
  at: at(day),
  kind,
  facts,
  changes,
})

describe('whether a record stood', () => {
  const days = (life: Partial<Parameters<typeof existedAt>[0]>) =>
    [1, 2, 3, 4, 5, 6, 7, 8, 9]
      .filter((day) => existedAt({ createdAt: at(2), deletedAt: null, moments: [], ...life }, at(day)))
      .join('')

  test.each([
    ['from when it was made', {}, '23456789'],
    ['not while it is in the bin', { deletedAt: at(5) }, '234'],
    [
      'not between deleting and restoring',
      { moments: [moment(4, 'deleted'), moment(6, 'restored')] },
      '236789',
    ],
    [
      'each time anew',
      {
        moments: [moment(3, 'deleted'), moment(4, 'restored'), moment(6, 'deleted'), moment(8, 'restored')],
      },
      '24589',
    ],
    [
      'not while it was merged into another',
      { moments: [moment(4, 'merged', { into: 'w' }), moment(6, 'unmerged', { into: 'w' })] },
      '236789',
    ],
    [
      'through the merge that took another in',
      { moments: [moment(4, 'merged', { from: 'l' }), moment(6, 'unmerged', { from: 'l' })] },
      '23456789',
    ],
    [
      'not after its import was taken back',
      { moments: [moment(5, 'import_undone')], deletedAt: at(5) },
      '234',
    ],
    [
      'through an import that only changed it back',
      { moments: [moment(4, 'import_undone', {}, [{}]), moment(6, 'deleted'), moment(7, 'restored')] },
      '2345789',
    ],
    ['a deletion nobody noted ends with the row', { moments: [moment(6, 'restored')] }, '23456789'],
  ])('%s', (_, life, expected) => {
    expect(days(life)).toBe(expected)
  })
})

test('values are taken back newest first; what has none is left out', () => {
  const later = [
    { changes: [{ field: 'title', old: 'Head' }] },
    {
      changes: [
        { field: 'title', old: '' },
        { field: 'phone', old: '1' },
      ],
    },
  ]
  expect(valuesAt({ title: 'Chief', city: 'Bergen', note: '' }, later)).toEqual({
    city: 'Bergen',
    phone: '1',
  })
})
