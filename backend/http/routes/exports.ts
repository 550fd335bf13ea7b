import { Hono } from 'hono'
import { ExportFile, ExportList, LanguageQuery } from '../../../lib/contract/imports.ts'
import { exportFile, exportList } from '../../services/exports.ts'
import { describe } from '../describe.ts'
import { attachment } from '../download.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

/** Records as files: what the person may see, written as it is read. */
export const exportRoutes = new Hono<Env>()
  .get(
    '/exports/:file',
    describe(
      'A whole module (`contacts.csv`, `contacts.json`) or `everything.json`; in CSV a cell that a spreadsheet would run begins with an apostrophe, which an import takes off again',
      'application/octet-stream',
    ),
    valid('param', ExportFile),
    valid('query', LanguageQuery),
    async (c) => {
      const { language } = c.req.valid('query')
      const { name, type, text } = await exportFile(c.get('ctx'), c.req.valid('param').file, language)
      return attachment(c, name, type, text)
    },
  )
  .post(
    '/exports',
    describe('A list as it is filtered now, as CSV', 'text/csv', 200, { reads: true }),
    valid('json', ExportList),
    async (c) => {
      const { name, type, text } = await exportList(c.get('ctx'), c.req.valid('json'))
      return attachment(c, name, type, text)
    },
  )
