import { Hono } from 'hono'
import { Found, SearchRecords } from '../../../lib/contract/records.ts'
import { searchRecords } from '../../services/search.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

/** As-you-type search. */
export const searchRoutes = new Hono<Env>().get(
  '/records',
  describe('Find records of any module by name, company, address, phone or number; at most 20', Found),
  valid('query', SearchRecords),
  async (c) => c.json<Found>({ records: await searchRecords(c.get('ctx'), c.req.valid('query')) }, 200),
)
