import { drive, type drive_v3 } from 'googleapis/build/src/apis/drive/index.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startGoogle } from './start.ts'
import { oauthClient, refusalOf } from './testing.ts'
import type { GoogleStandIn } from './types.ts'

const docs = 'application/vnd.google-apps.'
const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))

let google: GoogleStandIn
let api: drive_v3.Drive
let ids: Record<'bytes' | 'doc' | 'shared' | 'closed' | 'huge', string>

function driveOf(email: string, scopes: string[]): drive_v3.Drive {
  const auth = oauthClient(google)
  const full = scopes.map((scope) => `https://www.googleapis.com/auth/${scope}`)
  auth.setCredentials({ access_token: google.issueToken(email, full).accessToken })
  return drive({ version: 'v3', auth, rootUrl: `${google.url}/`, retry: false })
}

beforeAll(async () => {
  google = await startGoogle({ running: false, startAt: Date.parse('2026-11-23T09:00:00Z') })
  const email = google.addAccount({ email: 'mia@arbor.example', name: 'Mia Sato' }).email
  google.addAccount({ email: 'ken@arbor.example', name: 'Ken Mori' })
  const add = (seed: Parameters<GoogleStandIn['addDriveFile']>[1]) => google.addDriveFile(email, seed)
  const at = google.clock.now()
  ids = {
    bytes: add({ name: 'Every byte.bin', mimeType: 'application/octet-stream', bytes: every }),
    doc: add({
      name: "Mia's notes",
      mimeType: `${docs}document`,
      exports: { 'application/pdf': Buffer.from('%PDF-1.4') },
      text: 'warranty of the pump skid',
      modifiedAt: at - 1000,
    }),
    shared: add({ name: 'Shared.txt', mimeType: 'text/plain', bytes: every, sharedDrive: true }),
    closed: add({ name: 'Closed.txt', mimeType: 'text/plain', canDownload: false, modifiedAt: at - 2000 }),
    huge: add({
      name: 'Huge slides',
      mimeType: `${docs}presentation`,
      exports: { 'application/pdf': Buffer.alloc(10 * 1024 * 1024 + 1) },
      modifiedAt: at - 3000,
    }),
  }
  add({ name: 'Old.txt', mimeType: 'text/plain', trashed: true })
  add({ name: 'Folder', mimeType: `${docs}folder`, modifiedAt: at - 4000 })
  api = driveOf(email, ['drive.readonly'])
})

afterAll(() => google.stop())

describe('listing', () => {
  const names = async (query: drive_v3.Params$Resource$Files$List) =>
    (await api.files.list(query)).data.files?.map((file) => file.name)

  it('knows name, fullText, mimeType and trashed, quoted text and operators between them', async () => {
    expect(await names({ q: `trashed = false and mimeType != '${docs}folder'` })).toEqual([
      'Every byte.bin',
      "Mia's notes",
      'Closed.txt',
      'Huge slides',
    ])
    expect(await names({ q: "name contains 'mia\\'s'" })).toEqual(["Mia's notes"])
    expect(await names({ q: "name contains 'otes'" })).toEqual([])
    expect(await names({ q: "fullText contains 'pump warranty'" })).toEqual(["Mia's notes"])
    expect(
      await names({ q: "(name contains 'hug' or name contains 'clos') and not name contains 's'" }),
    ).toEqual(['Closed.txt'])
    expect(await names({ q: 'trashed = true' })).toEqual(['Old.txt'])
  })

  it('shows shared drives only to who asks, pages, and gives only the fields asked for', async () => {
    const all = { supportsAllDrives: true, includeItemsFromAllDrives: true, q: "name contains 'shared'" }
    expect(await names({ q: all.q })).toEqual([])
    expect(await names(all)).toEqual(['Shared.txt'])
    const first = await api.files.list({
      q: 'trashed = false',
      pageSize: 3,
      fields: 'nextPageToken,files(id)',
    })
    expect(first.data.files).toHaveLength(3)
    expect(Object.keys(first.data.files?.[0] ?? {})).toEqual(['id'])
    const pageToken = first.data.nextPageToken ?? ''
    const second = await api.files.list({ q: 'trashed = false', pageSize: 3, pageToken })
    expect(second.data).toMatchObject({ kind: 'drive#fileList', files: [{ name: 'Huge slides' }, {}] })
    expect(second.data.nextPageToken).toBeUndefined()
  })

  it('refuses what Drive refuses: a bad query, a bad page, a sorted full text', async () => {
    const refused = async (query: drive_v3.Params$Resource$Files$List) => {
      const { status, data } = await refusalOf(api.files.list(query))
      return [status, data.error.errors[0]]
    }
    expect(await refused({ q: "name = 'x' and" })).toMatchObject([400, { reason: 'invalid', location: 'q' }])
    expect(await refused({ pageToken: 'x' })).toMatchObject([400, { location: 'pageToken' }])
    const sorted = { q: "fullText contains 'x'", orderBy: 'modifiedTime desc' }
    expect(await refused(sorted)).toMatchObject([403, { reason: 'forbidden', location: 'orderBy' }])
  })
})

describe('bytes', () => {
  it('come as they are, every value of a byte; a document only as an export', async () => {
    const got = await api.files.get({ fileId: ids.bytes, alt: 'media' }, { responseType: 'arraybuffer' })
    expect(Buffer.from(got.data as unknown as ArrayBuffer)).toEqual(every)
    const meta = await api.files.get({ fileId: ids.bytes, fields: 'size,capabilities(canDownload)' })
    expect(meta.data).toEqual({ size: '256', capabilities: { canDownload: true } })
    const pdf = await api.files.export(
      { fileId: ids.doc, mimeType: 'application/pdf' },
      { responseType: 'arraybuffer' },
    )
    expect(Buffer.from(pdf.data as ArrayBuffer).toString()).toBe('%PDF-1.4')
  })

  it('are refused in Drive’s own words', async () => {
    const reason = async (call: Promise<unknown>) => {
      const { status, data } = await refusalOf(call)
      return [status, data.error.errors[0]?.reason]
    }
    const pdf = 'application/pdf'
    const { files } = api
    expect(await reason(files.get({ fileId: 'nobody' }))).toEqual([404, 'notFound'])
    expect(await reason(files.get({ fileId: ids.shared }))).toEqual([404, 'notFound'])
    expect(await reason(files.get({ fileId: ids.doc, alt: 'media' }))).toEqual([403, 'fileNotDownloadable'])
    expect(await reason(files.get({ fileId: ids.closed, alt: 'media' }))).toEqual([403, 'cannotDownloadFile'])
    expect(await reason(files.export({ fileId: ids.bytes, mimeType: pdf }))).toEqual([
      403,
      'fileNotExportable',
    ])
    expect(await reason(files.export({ fileId: ids.doc, mimeType: 'text/x' }))).toEqual([400, 'badRequest'])
    expect(await reason(files.export({ fileId: ids.huge, mimeType: pdf }))).toEqual([
      403,
      'exportSizeLimitExceeded',
    ])
  })

  it('need the scope, of the person whose Drive it is', async () => {
    const looking = driveOf('mia@arbor.example', ['drive.metadata.readonly'])
    expect((await looking.files.get({ fileId: ids.bytes })).data.name).toBe('Every byte.bin')
    const { status, data } = await refusalOf(looking.files.get({ fileId: ids.bytes, alt: 'media' }))
    expect([status, JSON.stringify(data)]).toEqual([
      403,
      expect.stringContaining('ACCESS_TOKEN_SCOPE_INSUFFICIENT'),
    ])
    const mail = driveOf('mia@arbor.example', ['gmail.readonly'])
    expect((await refusalOf(mail.files.list())).status).toBe(403)
    const ken = driveOf('ken@arbor.example', ['drive.readonly'])
    expect((await ken.files.list()).data.files).toEqual([])
    expect((await refusalOf(ken.files.get({ fileId: ids.bytes }))).status).toBe(404)
  })

  it('are seeded over /__fake too', async () => {
    const made = await fetch(`${google.url}/__fake/drive/ken@arbor.example`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'K.txt', mimeType: 'text/plain', bytes: every.toString('base64') }),
    })
    const { id } = (await made.json()) as { id: string }
    const ken = driveOf('ken@arbor.example', ['drive.readonly'])
    const got = await ken.files.get({ fileId: id, alt: 'media' }, { responseType: 'arraybuffer' })
    expect(Buffer.from(got.data as unknown as ArrayBuffer)).toEqual(every)
    await fetch(`${google.url}/__fake/drive/ken@arbor.example/${id}`, { method: 'DELETE' })
    expect((await refusalOf(ken.files.get({ fileId: id }))).status).toBe(404)
  })
})
