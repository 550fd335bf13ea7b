import { Hono } from 'hono'
import { generateSpecs, resolver } from 'hono-openapi'
import type { OpenAPIV3_1 } from 'openapi-types'
import { ErrorBody } from '../../lib/contract/common.ts'
import { describe } from './describe.ts'
import type { Env, House } from './house.ts'
import { type Document, docsPage, operationsOf } from './openapi-page.ts'
import { answerNames, toJsonSchema } from './openapi-schemas.ts'

/** Policy of a page that runs nothing, loads nothing and stands in no frame; its one style sheet is in it. */
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const intro =
  `Everything Inlay's own screens do, they do through these calls. Send \`Authorization: Bearer <token>\`
with a personal access token, made under Settings, or with a session. Lists answer \`nextCursor\`; give it back as \`cursor\` for the
next page. A creating call with an \`Idempotency-Key\` makes one thing however often it is repeated. A change names the \`version\`
it was made from and is refused with 409 when somebody was faster. Every refusal has the shape \`ErrorBody\`; its \`ref\` finds the line
in the server's log.`.replaceAll('\n', ' ')

/**
 * The document and the page to read it, both open to everybody: they tell what Inlay can do and nothing of an organisation.
 * `of` is given the whole app once it is made; the document is written at the first request.
 */
export function openApi(house: Pick<House, 'version' | 'baseUrl'>) {
  let app: Hono<Env> | undefined
  let written: Promise<Document> | undefined
  const document = (): Promise<Document> => {
    if (app === undefined) throw new Error('The app is described before it is made.')
    written ??= writeDocument(app, house)
    return written
  }
  const routes = new Hono<Env>()
    .get(
      '/v1/openapi.json',
      describe('This description of the API, as OpenAPI 3.1', 'application/json', 200, { open: true }),
      // As text, so that the client's types need not know the whole of OpenAPI.
      async (c) => c.body(JSON.stringify(await document()), 200, { 'content-type': 'application/json' }),
    )
    .get('/docs', async (c) => {
      c.header('content-security-policy', pagePolicy)
      return c.html(docsPage(await document()))
    })
  return {
    routes,
    of(whole: Hono<Env>) {
      app = whole
    },
  }
}

async function writeDocument(
  app: Hono<Env>,
  { version, baseUrl }: Pick<House, 'version' | 'baseUrl'>,
): Promise<Document> {
  const specs = await generateSpecs(app, {
    excludeStaticFile: false,
    defaultValidationErrorResponse: false,
    documentation: {
      info: { title: 'Inlay', version, description: intro },
      servers: [{ url: baseUrl }],
      security: [{ session: [] }, { token: [] }],
      components: {
        securitySchemes: {
          session: { type: 'http', scheme: 'bearer', description: 'A session of the browser extension.' },
          token: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'inlay_pat_…',
            description: 'A personal access token; it may do what its owner may, or only read.',
          },
        },
        parameters: {
          IdempotencyKey: {
            in: 'header',
            name: 'Idempotency-Key',
            description: 'Makes one thing of any number of repetitions.',
            schema: { type: 'string', pattern: '^[!-~]{8,200}$' },
          },
        },
        responses: {
          Refusal: {
            description: 'Refused, with the reason.',
            content: {
              'application/json': {
                schema: resolver(ErrorBody, { options: toJsonSchema('output', answerNames) }),
              },
            },
          },
        },
      },
    },
  })
  const document = specs as Document
  for (const [path, item] of Object.entries(document.paths ?? {})) finish(path, item)
  return document
}

/** What is the same for all: a short name, a group, and how it is refused. */
function finish(path: string, item: OpenAPIV3_1.PathItemObject | undefined): void {
  for (const { operation } of operationsOf(item)) {
    operation.operationId = operation.operationId?.replace('ApiV1', '') ?? path
    operation.tags = [groupOf(path)]
    operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Refusal' } }
  }
}

const groups: Readonly<Record<string, string>> = {
  records: 'Records',
  bin: 'Records',
  lookup: 'Records',
  picks: 'Records',
  merges: 'Duplicates',
  views: 'Lists',
  bulk: 'Lists',
  notes: 'Notes and tasks',
  todos: 'Notes and tasks',
  imports: 'Import and export',
  exports: 'Import and export',
  modules: 'Modules',
  policy: 'Policy',
  people: 'People',
  invitations: 'People',
  tokens: 'Tokens',
  sends: 'Mail',
  mass: 'Mail',
  threads: 'Mail',
  filings: 'Files',
  attachments: 'Files',
}

function groupOf(path: string): string {
  return groups[path.split('/')[3] ?? ''] ?? 'Signing in'
}
