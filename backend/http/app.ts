import { randomUUID } from 'node:crypto'
import { Hono, type Context as HonoContext } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { except } from 'hono/combine'
import { requireSession } from './auth.ts'
import { describe } from './describe.ts'
import { errorHandler, notFound } from './errors.ts'
import type { Env, House } from './house.ts'
import { openApi, pagePolicy } from './openapi.ts'
import { composeRoutes } from './routes/compose.ts'
import { driveRoutes } from './routes/drive.ts'
import { duplicateRoutes } from './routes/duplicates.ts'
import { emailRoutes } from './routes/emails.ts'
import { exportRoutes } from './routes/exports.ts'
import { fileRoutes } from './routes/files.ts'
import { historyRoutes } from './routes/history.ts'
import { googleRoutes, identityRoutes, openRoutes, tabPage } from './routes/identity.ts'
import { importRoutes } from './routes/imports.ts'
import { libraryRoutes } from './routes/library.ts'
import { linkRoutes } from './routes/links.ts'
import { listRoutes } from './routes/lists.ts'
import { massRoutes } from './routes/mass.ts'
import { messageRoutes } from './routes/messages.ts'
import { moduleRoutes } from './routes/modules.ts'
import { peopleRoutes } from './routes/people.ts'
import { policyRoutes } from './routes/policy.ts'
import { pushRoutes } from './routes/push.ts'
import { recordRoutes } from './routes/records.ts'
import { searchRoutes } from './routes/search.ts'
import { sendRoutes } from './routes/sends.ts'
import { sharingRoutes } from './routes/sharing.ts'
import { syncRoutes } from './routes/sync.ts'
import { takeOverRoutes } from './routes/take-over.ts'
import { templateRoutes } from './routes/templates.ts'
import { threadRoutes } from './routes/threads.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { unsubscribeRoutes } from './routes/unsubscribe.ts'
import { stream } from './stream.ts'

const maxBodyBytes = 2 * 1024 * 1024

/** Requests whose body is a file or a piece of one; they count its bytes themselves, as they arrive. */
const isUpload = (c: HonoContext) =>
  (c.req.method === 'POST' && c.req.path === '/api/v1/imports') ||
  (c.req.method === 'PUT' && c.req.path.startsWith('/api/v1/uploads/'))

/** Every route of the backend. Chained, so that the sidebar's client knows their types. */
export function createApp(house: House) {
  const api = openApi(house)
  const session = new Hono<Env>()
    .use(requireSession(house))
    .route('/', identityRoutes(house))
    .route('/', listRoutes)
    .route('/', searchRoutes)
    .route('/', recordRoutes)
    .route('/', emailRoutes)
    .route('/', historyRoutes)
    .route('/', threadRoutes)
    .route('/', linkRoutes)
    .route('/', messageRoutes)
    .route('/', sharingRoutes)
    // Before those of one send: `drafts` and `allowance` are no ids.
    .route('/', composeRoutes)
    .route('/', massRoutes)
    .route('/', templateRoutes)
    .route('/', sendRoutes)
    .route('/', fileRoutes)
    .route('/', libraryRoutes)
    .route('/', driveRoutes)
    .route('/', takeOverRoutes)
    .route('/', moduleRoutes)
    .route('/', peopleRoutes)
    .route('/', policyRoutes)
    .route('/', duplicateRoutes)
    .route('/', importRoutes)
    .route('/', exportRoutes)
    .route('/', tokenRoutes)
    .route('/', syncRoutes)
    .get('/stream', describe('What happens, as it happens', 'text/event-stream'), stream(house))

  const app = new Hono<Env>()
    .onError(errorHandler(house))
    .notFound(notFound)
    .use(async (c, next) => {
      c.set('ref', randomUUID().slice(0, 8))
      await next()
      c.header('x-content-type-options', 'nosniff')
      c.header('referrer-policy', 'no-referrer')
      c.header('cache-control', c.res.headers.get('cache-control') ?? 'no-store')
    })
    .use('/auth/*', async (c, next) => {
      await next()
      c.header('content-security-policy', pagePolicy)
    })
    .use(except(isUpload, bodyLimit({ maxSize: maxBodyBytes })))
    .get('/health', (c) => c.json({ status: 'ok', now: new Date(house.clock.now()).toISOString() }, 200))
    .get('/ready', async (c) => {
      const readiness = await house.readiness()
      return c.json(readiness, readiness.ready ? 200 : 503)
    })
    .get('/auth/done', (c) => c.html(tabPage('done')))
    .route('/auth/google', googleRoutes(house))
    .route('/google', pushRoutes(house))
    .route('/u', unsubscribeRoutes(house))
    .route('/api', api.routes)
    .route('/api/v1', openRoutes(house))
    .route('/api/v1', session)
  api.of(app)
  return app
}

/** The sidebar's typed client is made from this. */
export type Api = ReturnType<typeof createApp>
