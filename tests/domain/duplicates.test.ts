import { describe, expect, test } from 'vitest'
import {
  compareForMerge,
  type MergePart,
  mergeAddresses,
  mergeValues,
  nameOrders,
  rankDuplicates,
  sameNumber,
  valuesToRestore,
} from '../../lib/domain/duplicates.ts'
import { standardDescriptions } from '../../lib/domain/modules.ts'

const part = (
  id: string,
  values: Record<string, string>,
  changedAt: Record<string, number> = {},
): MergePart => ({
  id,
  values,
  changedAt: new Map(Object.entries(changedAt)),
})

describe('what is asked for', () => {
  test('Japanese words in every order; Latin names are left to their key', () => {
    expect(nameOrders('山田 太郎')).toEqual(['山田 太郎', '太郎 山田'])
    expect(nameOrders('ﾔﾏﾀﾞ ﾀﾛｳ')).toHaveLength(2)
    expect(nameOrders('田中　マルクス　闘莉王')).toHaveLength(6)
    expect(nameOrders('Elena Brandt')).toEqual(['Elena Brandt'])
    expect(nameOrders('山田太郎')).toEqual(['山田太郎'])
    expect(nameOrders('')).toEqual([''])
    expect(nameOrders('田 中 浩 二 郎')).toHaveLength(1)
  })

  test('numbers of documents agree however they are written, and a prefix is no legal form', () => {
    expect(sameNumber('INV-2026/007', 'ｉｎｖ 2026 007')).toBe(true)
    expect(sameNumber('SA-1001', '1001')).toBe(false)
  })

  test('one strong reason stands above all weaker ones together; equals keep their order', () => {
    const ranked = rankDuplicates([
      { id: 'b', reason: 'name' },
      { id: 'b', reason: 'phone' },
      { id: 'c', reason: 'phone' },
      { id: 'c', reason: 'name' },
      { id: 'a', reason: 'address' },
      { id: 'a', reason: 'address' },
      { id: 'd', reason: 'name' },
    ])
    expect(ranked).toEqual([
      { id: 'a', reasons: ['address'] },
      { id: 'b', reasons: ['phone', 'name'] },
      { id: 'c', reasons: ['phone', 'name'] },
      { id: 'd', reasons: ['name'] },
    ])
  })
})

describe('merging fields', () => {
  const { fields } = standardDescriptions.contacts
  const winner = part(
    'w',
    {
      firstName: 'Elena',
      lastName: 'Brandt',
      title: '',
      phone: '1',
      city: 'Kiel',
      ownerId: 'o1',
      x_gone: '7',
    },
    { phone: 5, city: 9 },
  )
  const loser = part(
    'l',
    { firstName: 'Elena', lastName: 'Brand', title: 'CTO', phone: '2', city: '', ownerId: 'o2', x_old: '8' },
    { phone: 6, lastName: 1 },
  )

  test('what differs is shown, what is not empty or newer is proposed, and the owner stays', () => {
    expect(compareForMerge(fields, winner, loser)).toEqual([
      { field: 'lastName', winner: 'Brandt', loser: 'Brand', take: 'loser' },
      { field: 'title', winner: '', loser: 'CTO', take: 'loser' },
      { field: 'phone', winner: '1', loser: '2', take: 'loser' },
      { field: 'city', winner: 'Kiel', loser: '', take: 'winner' },
      { field: 'ownerId', winner: 'o1', loser: 'o2', take: 'winner' },
    ])
  })

  test('what nobody chose is the winner’s, or the loser’s where it has none; data of deleted fields is kept', () => {
    expect(mergeValues(fields, winner, loser, { phone: 'loser', city: 'loser' })).toMatchObject({
      lastName: 'Brandt',
      title: 'CTO',
      phone: '2',
      city: '',
      ownerId: 'o1',
      x_gone: '7',
      x_old: '8',
    })
  })

  test('a currency goes with its amount and stands by itself only where the amounts are equal', () => {
    const deal = standardDescriptions.deals.fields
    const euro = part('w', { amount: '10', currency: 'EUR' })
    const yen = part('l', { amount: '1500', currency: 'JPY' })
    expect(compareForMerge(deal, euro, yen).map((row) => row.field)).toEqual(['amount'])
    expect(mergeValues(deal, euro, yen, { amount: 'loser' })).toMatchObject({
      amount: '1500',
      currency: 'JPY',
    })
    expect(mergeValues(deal, euro, yen, { amount: 'winner' })).toMatchObject({
      amount: '10',
      currency: 'EUR',
    })
    const same = part('l', { amount: '10', currency: 'JPY' })
    expect(compareForMerge(deal, euro, same).map((row) => row.field)).toEqual(['currency'])
    expect(mergeValues(deal, euro, same, { currency: 'loser' })).toMatchObject({ currency: 'JPY' })
  })

  test('an account is never its own parent', () => {
    const account = standardDescriptions.accounts.fields
    const child = part('w', { parentAccount: 'l' })
    const parent = part('l', { parentAccount: 'top' })
    expect(compareForMerge(account, child, parent)).toEqual([
      { field: 'parentAccount', winner: '', loser: 'top', take: 'loser' },
    ])
    expect(mergeValues(account, child, part('l', {}), {})['parentAccount']).toBe('')
  })
})

describe('merging addresses', () => {
  const pair = (primary?: string, secondary?: string) => ({ primary, secondary })

  test('none is dropped while there is room, and what finds none is named', () => {
    expect(mergeAddresses(pair('a'), pair('b'), {})).toEqual({ primary: 'a', secondary: 'b', lost: [] })
    expect(mergeAddresses(pair('a'), pair('b'), { primaryAddress: 'loser' })).toEqual({
      primary: 'b',
      secondary: 'a',
      lost: [],
    })
    expect(mergeAddresses(pair('a', 'b'), pair('c', 'd'), { secondaryAddress: 'loser' })).toEqual({
      primary: 'a',
      secondary: 'd',
      lost: ['b', 'c'],
    })
    expect(mergeAddresses(pair('a'), pair('b', 'c'), {})).toEqual({
      primary: 'a',
      secondary: 'b',
      lost: ['c'],
    })
    expect(mergeAddresses(pair(), pair(undefined, 'b'), { secondaryAddress: 'loser' })).toEqual({
      primary: undefined,
      secondary: 'b',
      lost: [],
    })
  })

  test('an address of both stands once', () => {
    expect(mergeAddresses(pair('a'), pair('b', 'a'), {})).toEqual({ primary: 'a', secondary: 'b', lost: [] })
    expect(mergeAddresses(pair('a', 'b'), pair('b', 'a'), { primaryAddress: 'loser' })).toEqual({
      primary: 'b',
      secondary: 'a',
      lost: [],
    })
  })
})

test('taking back restores what nobody touched and names what somebody did', () => {
  const before = { phone: '1', title: '', city: 'Kiel', region: 'x' }
  const after = { phone: '2', title: 'CTO', city: 'Kiel', region: 'y' }
  expect(valuesToRestore(before, after, { phone: '2', title: 'CEO', city: 'Bonn', region: 'x' })).toEqual({
    restore: { phone: '1' },
    kept: ['title'],
  })
})
