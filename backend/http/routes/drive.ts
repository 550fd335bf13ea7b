import { Hono } from 'hono'
import { DrivePage, DriveQuery } from '../../../lib/contract/files.ts'
import { searchDrive } from '../../services/drive/search.ts'
import { describe } from '../describe.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

/** Google Drive, with the permission its owner gave. */
export const driveRoutes = new Hono<Env>().get(
  '/drive',
  describe('What my Google Drive holds, by name and text', DrivePage),
  valid('query', DriveQuery),
  async (c) => c.json<DrivePage>(await searchDrive(c.get('ctx'), c.req.valid('query')), 200),
)
