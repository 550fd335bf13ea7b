import { Hono } from 'hono'
import * as z from 'zod'
import {
  ChangeFolder,
  ChangeLibraryFile,
  LibraryFile,
  LibraryFolder,
  LibraryPage,
  LibraryQuery,
  MakeFolder,
} from '../../../lib/contract/files.ts'
import { changeLibraryFile, deleteLibraryFile, restoreLibraryFile } from '../../services/library/files.ts'
import { changeFolder, deleteFolder, getFolder, makeFolder } from '../../services/library/folders.ts'
import { openVersion, readLibrary } from '../../services/library/read.ts'
import { createOnce } from '../auth.ts'
import { describe } from '../describe.ts'
import { storedFile } from '../download.ts'
import type { Env } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))

/** The organisation's library of files for mails. */
export const libraryRoutes = new Hono<Env>()
  .get(
    '/library',
    describe('One folder of the library, or what is found in all of them', LibraryPage),
    valid('query', LibraryQuery),
    async (c) => c.json<LibraryPage>(await readLibrary(c.get('ctx'), c.req.valid('query')), 200),
  )
  .post(
    '/library/folders',
    describe('Make a folder', LibraryFolder, 201, { once: true }),
    valid('json', MakeFolder),
    async (c) => {
      const input = c.req.valid('json')
      return c.json<LibraryFolder>(await createOnce(c, (ctx) => makeFolder(ctx, input), getFolder), 201)
    },
  )
  .patch(
    '/library/folders/:id',
    describe('Rename a folder or move it', LibraryFolder),
    byId,
    valid('json', ChangeFolder),
    async (c) =>
      c.json<LibraryFolder>(
        await changeFolder(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')),
        200,
      ),
  )
  .delete('/library/folders/:id', describe('Delete an empty folder', null, 204), byId, async (c) => {
    await deleteFolder(c.get('ctx'), c.req.valid('param').id)
    return c.body(null, 204)
  })
  .patch(
    '/library/files/:id',
    describe('Rename a file of the library or move it', LibraryFile),
    byId,
    valid('json', ChangeLibraryFile),
    async (c) =>
      c.json<LibraryFile>(
        await changeLibraryFile(c.get('ctx'), c.req.valid('param').id, c.req.valid('json')),
        200,
      ),
  )
  .delete(
    '/library/files/:id',
    describe('Take a file out of the library; mails that have it keep it', null, 204),
    byId,
    async (c) => {
      await deleteLibraryFile(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    },
  )
  .post(
    '/library/files/:id/restore',
    describe('Bring back a file that was taken out of the library', LibraryFile),
    byId,
    async (c) => c.json<LibraryFile>(await restoreLibraryFile(c.get('ctx'), c.req.valid('param').id), 200),
  )
  .get(
    '/library/versions/:id/content',
    describe('The bytes of one version of a file', 'application/octet-stream'),
    byId,
    async (c) => storedFile(c, await openVersion(c.get('ctx'), c.req.valid('param').id)),
  )
