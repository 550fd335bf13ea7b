import { Refusal } from './errors.ts'

/** The last row of a page: its time and, among rows of one time, its key. Lists go from new to old. */
export interface ListCursor {
  at: Date
  /** A UUID. */
  key: string
}

/** 0001-01-01, before which the database counts otherwise. */
const yearOne = -62_135_596_800_000

export function writeCursor({ at, key }: ListCursor): string {
  return `${at.getTime()}.${key}`
}

/** @throws Refusal invalid for anything {@link writeCursor} did not write */
export function readCursor(text: string | undefined): ListCursor | undefined {
  if (text === undefined) return undefined
  const [, at, key] = /^(-?\d{1,14})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text) ?? []
  if (at === undefined || key === undefined || Number(at) < yearOne)
    throw new Refusal('invalid', 'field_invalid', {}, [{ field: 'cursor', reason: 'field_invalid' }])
  return { at: new Date(Number(at)), key }
}
