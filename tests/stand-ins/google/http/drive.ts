import type { HttpBindings } from '@hono/node-server'
import type { Hono } from 'hono'
import { GmailError, insufficientScopes, invalidCredentials, missingCredentials } from '../errors.ts'
import type { Account } from '../mail/account.ts'
import type { Grants } from '../oauth/grants.ts'
import { parseDriveQuery } from '../search/drive-query.ts'
import type { StoredDriveFile } from '../store/drive-store.ts'
import type { World } from '../world.ts'
import { DriveError, driveError, fileNotFound, invalidValue } from './drive-errors.ts'
import { type Gate, jsonResponse, type NodeContext } from './exchange.ts'
import { applyFields } from './fields.ts'

/** What the Drive routes need. */
export interface DriveParts {
  world: World
  grants: Grants
  gate: Gate
}

/** Google exports no more than this (drive/api/reference/rest/v3/files/export). */
const LARGEST_EXPORT = 10 * 1024 * 1024
const BASE = 'https://www.googleapis.com/auth/'
const LOOKING = ['drive', 'drive.readonly', 'drive.metadata.readonly'] as const
const READING = ['drive', 'drive.readonly'] as const
const ORDERS = /^(createdTime|folder|modifiedByMeTime|modifiedTime|name|name_natural|recency)( desc)?$/

interface DriveCall {
  world: World
  account: Account
  query: URLSearchParams
  id: string
}

interface DriveMethod {
  rpc: string
  scopes(query: URLSearchParams): readonly string[]
  answer(call: DriveCall): Response
}

const METHODS: Record<string, DriveMethod> = {
  '/drive/v3/files': { rpc: 'List', scopes: () => LOOKING, answer: list },
  '/drive/v3/files/:id': {
    rpc: 'Get',
    scopes: (query) => (query.get('alt') === 'media' ? READING : LOOKING),
    answer: get,
  },
  '/drive/v3/files/:id/export': { rpc: 'Export', scopes: () => READING, answer: exported },
  '/drive/v3/about': { rpc: 'About', scopes: () => LOOKING, answer: about },
}

/** Adds Drive: files.list, get, alt=media, export, about. Its limits are its own; none of Gmail's units are spent. */
export function addDriveRoutes(app: Hono<{ Bindings: HttpBindings }>, parts: DriveParts): void {
  for (const [path, method] of Object.entries(METHODS))
    app.get(path, (context) => serve(context, parts, method))
}

function serve(context: NodeContext, parts: DriveParts, method: DriveMethod): Promise<Response> {
  const token = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
  const grant = token === undefined ? undefined : parts.grants.access(token)
  return parts.gate.pass(context, {
    account: grant?.account,
    units: 0,
    run: () => {
      try {
        if (token === undefined) throw missingCredentials()
        if (grant === undefined) throw invalidCredentials()
        const query = new URL(context.req.url).searchParams
        const allowing = method.scopes(query).map((scope) => `${BASE}${scope}`)
        if (!allowing.some((scope) => grant.scopes.includes(scope)))
          throw insufficientScopes(method.rpc, allowing, 'drive')
        const account = parts.world.account(grant.account)
        return method.answer({ world: parts.world, account, query, id: context.req.param('id') ?? '' })
      } catch (error) {
        if (error instanceof DriveError) return jsonResponse(error.status, error.body)
        if (error instanceof GmailError) return jsonResponse(error.status, error.body, error.headers)
        console.error('The stand-in Google failed', error)
        return jsonResponse(500, driveError('serverError').body)
      }
    },
  })
}

function list({ world, account, query }: DriveCall): Response {
  const search = parseDriveQuery(query.get('q') ?? 'trashed = false')
  if (search === undefined) throw invalidValue('q')
  const orderBy = query.get('orderBy')
  if (orderBy !== null && search.usesFullText) throw driveError('sortedFullText')
  if (orderBy !== null && !orderBy.split(',').every((key) => ORDERS.test(key.trim())))
    throw invalidValue('orderBy')
  const seesShared =
    query.get('includeItemsFromAllDrives') === 'true' && query.get('supportsAllDrives') === 'true'
  const found = world.drive
    .list(account)
    .filter((file) => (seesShared || !file.sharedDrive) && search.matches(file))
    .toSorted((a, b) => b.modifiedAt - a.modifiedAt)
  const size = Number(query.get('pageSize') ?? 100)
  const start = readToken(query.get('pageToken'))
  const page = found.slice(start, start + size)
  const more = start + size < found.length
  const answer = {
    kind: 'drive#fileList',
    incompleteSearch: false,
    files: page.map(viewFile),
    ...(more && { nextPageToken: Buffer.from(`~!!~${start + size}`).toString('base64url') }),
  }
  const fields = query.get('fields') ?? 'kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)'
  return jsonResponse(200, applyFields(answer, fields))
}

function readToken(token: string | null): number {
  if (token === null) return 0
  const at = /^~!!~(\d+)$/.exec(Buffer.from(token, 'base64url').toString('latin1'))?.[1]
  if (at === undefined) throw invalidValue('pageToken')
  return Number(at)
}

function get(call: DriveCall): Response {
  const file = named(call)
  if (call.query.get('alt') !== 'media') {
    const fields = call.query.get('fields') ?? 'kind,id,name,mimeType'
    return jsonResponse(200, applyFields(viewFile(file), fields))
  }
  if (file.bytes === undefined) throw driveError('notDownloadable')
  if (!file.canDownload) throw driveError('mayNotDownload')
  return bytesResponse(file.bytes, file.mimeType)
}

function exported(call: DriveCall): Response {
  const file = named(call)
  if (file.bytes !== undefined) throw driveError('notExportable')
  if (!file.canDownload) throw driveError('mayNotDownload')
  const mimeType = call.query.get('mimeType') ?? ''
  const bytes = file.exports.get(mimeType)
  if (bytes === undefined) throw driveError('unknownConversion')
  if (bytes.length > LARGEST_EXPORT) throw driveError('exportTooLarge')
  return bytesResponse(bytes, mimeType)
}

function about({ account }: DriveCall): Response {
  return jsonResponse(200, {
    kind: 'drive#about',
    user: { kind: 'drive#user', displayName: account.name, emailAddress: account.email, me: true },
  })
}

/** Files of shared drives are there only for who asks for them. */
function named({ world, account, query, id }: DriveCall): StoredDriveFile {
  const file = world.drive.get(account, id)
  if (file === undefined) throw fileNotFound(id)
  if (file.sharedDrive && !query.get('mimeType') && query.get('supportsAllDrives') !== 'true')
    throw fileNotFound(id)
  return file
}

function viewFile(file: StoredDriveFile): object {
  return {
    kind: 'drive#file',
    id: file.id,
    name: file.name,
    mimeType: file.mimeType,
    trashed: file.trashed,
    modifiedTime: new Date(file.modifiedAt).toISOString(),
    // Documents take a little of the quota, which says nothing of an export's size.
    size: String(file.bytes?.length ?? 1024),
    ...(file.sharedDrive
      ? { driveId: '0AStandInSharedDrive' }
      : { owners: [{ kind: 'drive#user', displayName: file.owner, me: false }] }),
    capabilities: { canDownload: file.canDownload, canCopy: file.canDownload },
  }
}

function bytesResponse(bytes: Buffer, type: string): Response {
  return new Response(new Uint8Array(bytes), {
    status: 200,
    headers: { 'content-type': type, 'content-length': String(bytes.length) },
  })
}
