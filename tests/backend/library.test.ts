import './harness/loopback-only.ts'
import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import type { LibraryFolder, LibraryPage } from '../../lib/contract/files.ts'
import type { Person } from '../stand-ins/door.ts'
import { fileHands, MB, refusal } from './harness/files.ts'
import { type TestHouse, testHouse } from './harness/house.ts'
import { newTeam } from './harness/people.ts'

let town: TestHouse
let hands: ReturnType<typeof fileHands>
let team: Awaited<ReturnType<typeof newTeam>>

beforeAll(async () => {
  town = await testHouse()
  hands = fileHands(town)
})

async function fresh() {
  team = await newTeam(town)
  return team
}

async function folder(who: Person, name: string, parentId: string | null = null): Promise<LibraryFolder> {
  const made = await who.call<LibraryFolder>('POST', '/library/folders', { name, parentId })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return made.body
}

const shape = (page: LibraryPage) => ({
  path: page.path.map((one) => one.name),
  folders: page.folders.map((one) => `${one.name} ${one.files}`),
  files: page.files.map((one) => `${one.name} v${one.versions[0]?.nth}`),
})

describe('folders', () => {
  test('stand in one another, are renamed and moved, and go only when they are empty', async () => {
    const { ken } = await fresh()
    const offers = await folder(ken, 'Offers')
    const y2026 = await folder(ken, '2026', offers.id)
    const { libraryFileId } = await hands.toLibrary(ken, 'a.pdf', randomBytes(5), { folderId: y2026.id })
    expect(shape(await hands.library(ken))).toEqual({ path: [], folders: ['Offers 0'], files: [] })
    const inside = `?folderId=${y2026.id}`
    expect(shape(await hands.library(ken, inside))).toEqual({
      path: ['Offers', '2026'],
      folders: [],
      files: ['a.pdf v1'],
    })
    for (const id of [offers.id, y2026.id])
      expect(refusal(await ken.call('DELETE', `/library/folders/${id}`)).reason).toBe('folder_not_empty')
    const moved = await ken.call('PATCH', `/library/folders/${y2026.id}`, { parentId: null, name: 'FY 2026' })
    expect(moved.body).toMatchObject({ parentId: null, name: 'FY 2026', files: 1 })
    expect((await ken.call('DELETE', `/library/folders/${offers.id}`)).status).toBe(204)
    await ken.call('DELETE', `/library/files/${libraryFileId}`)
    expect((await ken.call('DELETE', `/library/folders/${y2026.id}`)).status).toBe(204)
    expect(refusal(await ken.call('GET', `/library${inside}`))).toMatchObject({
      status: 404,
      reason: 'folder_missing',
    })
  })

  test('never stand in themselves, share no name with their neighbours, and are not endlessly deep', async () => {
    const { ken } = await fresh()
    const [a, b] = [await folder(ken, 'A'), await folder(ken, 'B')]
    const c = await folder(ken, 'C', a.id)
    const put = (id: string, body: object) => ken.call('PATCH', `/library/folders/${id}`, body)
    expect(refusal(await put(a.id, { parentId: a.id })).reason).toBe('lookup_circle')
    expect(refusal(await put(a.id, { parentId: c.id })).reason).toBe('lookup_circle')
    expect(refusal(await put(b.id, { name: 'a' }))).toMatchObject({ status: 409, reason: 'name_taken' })
    expect(refusal(await ken.call('POST', '/library/folders', { name: 'B' })).reason).toBe('name_taken')
    // Two moves into one another at once: one of them comes too late.
    const crossed = await Promise.all([put(a.id, { parentId: b.id }), put(b.id, { parentId: a.id })])
    expect(crossed.map((one) => one.status).toSorted()).toEqual([200, 400])
    let deepest = await folder(ken, 'Deep')
    const down = async () =>
      ken.call<LibraryFolder>('POST', '/library/folders', { name: 'x', parentId: deepest.id })
    for (let depth = 2; depth <= 12; depth++) deepest = (await down()).body
    expect(refusal(await down()).reason).toBe('too_many')
    const key = { 'idempotency-key': 'folder-once-1' }
    const twice = [1, 2].map(() => ken.call<LibraryFolder>('POST', '/library/folders', { name: 'Once' }, key))
    const [one, two] = await Promise.all(twice)
    expect(one?.body.id).toBe(two?.body.id)
  })
})

describe('files', () => {
  test('have versions, newest first, and keep the ending of what they are', async () => {
    const { ken, ana } = await fresh()
    const [first, second] = [randomBytes(10), randomBytes(20)]
    const { libraryFileId: fileId, id: v1 } = await hands.toLibrary(ken, 'Terms.pdf', first)
    const { id: v2, libraryFileId } = await hands.toLibrary(ana, 'terms final.docx', second, { fileId })
    expect(libraryFileId).toBe(fileId)
    const { files } = await hands.library(ken)
    expect(files).toMatchObject([
      {
        id: fileId,
        name: 'Terms.docx',
        versions: [
          { id: v2, nth: 2, size: 20, madeBy: 'ana' },
          { id: v1, nth: 1, size: 10, madeBy: 'ken' },
        ],
      },
    ])
    for (const [id, bytes] of [
      [v1, first],
      [v2, second],
    ] as const)
      expect((await hands.download(ken, `/library/versions/${id}/content`)).bytes.equals(bytes)).toBe(true)
    const { headers } = await hands.download(ken, `/library/versions/${v1}/content`)
    expect(headers.get('content-disposition')).toContain('attachment')
    expect(headers.get('content-security-policy')).toContain('sandbox')
  })

  test('that come at once as versions are numbered one after the other', async () => {
    const { ken } = await fresh()
    const { libraryFileId: fileId } = await hands.toLibrary(ken, 'a.pdf', randomBytes(10))
    await Promise.all([1, 2, 3].map(() => hands.toLibrary(ken, 'a.pdf', randomBytes(10), { fileId })))
    expect((await hands.library(ken)).files[0]?.versions.map((one) => one.nth)).toEqual([4, 3, 2, 1])
  })

  test('are found by name in all folders, folded as records are', async () => {
    const { ken } = await fresh()
    const inside = await folder(ken, '見積もり')
    await hands.toLibrary(ken, 'Angebot_Müller-2026.pdf', randomBytes(3), { folderId: inside.id })
    await hands.toLibrary(ken, '製品カタログ 2026年版.pdf', randomBytes(4))
    await hands.toLibrary(ken, '髙橋様_100%.pdf', randomBytes(4))
    const find = async (q: string) => {
      const page = await hands.library(ken, `?q=${encodeURIComponent(q)}`)
      return [...page.folders, ...page.files].map((one) => one.name)
    }
    expect(await find('MULLER angebot')).toEqual(['Angebot_Müller-2026.pdf'])
    expect(await find('ｶﾀﾛｸﾞ')).toEqual(['製品カタログ 2026年版.pdf'])
    expect(await find('かたろぐ')).toEqual(['製品カタログ 2026年版.pdf'])
    expect(await find('高橋')).toEqual(['髙橋様_100%.pdf'])
    expect(await find('見積')).toEqual(['見積もり'])
    expect(await find('2026')).toEqual(['Angebot_Müller-2026.pdf', '製品カタログ 2026年版.pdf'])
    for (const none of ['zzz', '%', "'; --", '\\']) expect(await find(none)).toEqual([])
  })

  test('are renamed and moved, but never to what Gmail does not deliver', async () => {
    const { ken } = await fresh()
    const target = await folder(ken, 'Target')
    const { libraryFileId } = await hands.toLibrary(ken, 'a.pdf', randomBytes(3))
    const path = `/library/files/${libraryFileId}`
    const moved = await ken.call('PATCH', path, { name: 'b/\u202eb.pdf', folderId: target.id })
    expect(moved.body).toMatchObject({ name: 'b_b.pdf', folderId: target.id })
    expect(refusal(await ken.call('PATCH', path, { name: 'b.exe' })).reason).toBe('file_blocked')
    const nowhere = await ken.call('PATCH', path, { folderId: libraryFileId })
    expect(refusal(nowhere).reason).toBe('folder_missing')
    expect((await ken.call('PATCH', path, { folderId: null })).body).toMatchObject({ folderId: null })
    expect(refusal(await hands.beginForLibrary(ken, 'x.exe', 1)).reason).toBe('file_blocked')
    expect(refusal(await hands.beginForLibrary(ken, 'x.bin', 25 * MB + 1))).toMatchObject({
      reason: 'mail_too_large',
      facts: { over: 1, max: 25 * MB },
    })
  })

  test('are changed by whoever may write records, and deleted by their maker and admins alone', async () => {
    const { ken, ana, vic, mia } = await fresh()
    const { libraryFileId, id: versionId } = await hands.toLibrary(ken, 'a.pdf', randomBytes(3))
    const path = `/library/files/${libraryFileId}`
    const flags = async (who: Person) => {
      const { canChange, canDelete } = (await hands.library(who)).files[0] ?? {}
      return [canChange, canDelete]
    }
    expect([await flags(ken), await flags(ana), await flags(vic), await flags(mia)]).toEqual([
      ...[
        [true, true],
        [true, false],
        [false, false],
        [true, true],
      ],
    ])
    expect((await ana.call('PATCH', path, { name: 'b.pdf' })).status).toBe(200)
    for (const answer of [
      await vic.call('PATCH', path, { name: 'c.pdf' }),
      await vic.call('DELETE', path),
      await vic.call('POST', '/library/folders', { name: 'x' }),
      await hands.beginForLibrary(vic, 'a.pdf', 1),
      await ana.call('DELETE', path),
    ])
      expect(answer.status).toBe(403)
    expect(refusal(await ana.call('DELETE', path)).reason).toBe('not_yours')
    // A viewer reads; another organisation sees nothing at all.
    expect((await hands.download(vic, `/library/versions/${versionId}/content`)).status).toBe(200)
    const { ken: stranger } = await newTeam(town)
    expect((await hands.library(stranger)).files).toEqual([])
    expect((await hands.download(stranger, `/library/versions/${versionId}/content`)).status).toBe(404)
    expect(refusal(await stranger.call('PATCH', path, { name: 'x' })).reason).toBe('file_missing')
    expect((await mia.call('DELETE', path)).status).toBe(204)
    expect((await hands.download(ken, `/library/versions/${versionId}/content`)).status).toBe(404)
    const gone = await hands.beginForLibrary(ken, 'a.pdf', 3, { fileId: libraryFileId })
    expect(refusal(gone).reason).toBe('file_missing')
    const back = `${path}/restore`
    expect(refusal(await ana.call('POST', back)).reason).toBe('not_yours')
    expect(refusal(await stranger.call('POST', back)).reason).toBe('file_missing')
    expect((await vic.call('POST', back)).status).toBe(403)
    // Twice is once.
    for (let nth = 0; nth < 2; nth++) expect((await ken.call('POST', back)).status).toBe(200)
    expect((await hands.download(ken, `/library/versions/${versionId}/content`)).status).toBe(200)
  })

  test('tell everybody who looks, and nobody elsewhere', async () => {
    const { ken, orgId } = await fresh()
    const heard = async () => {
      const rows = await town.house.db
        .selectFrom('events')
        .select(['payload', 'user_id'])
        .where('org_id', '=', orgId)
        .execute()
      return rows.filter((row) => row.payload.type === 'library' && row.user_id === null).length
    }
    const { libraryFileId } = await hands.toLibrary(ken, 'a.pdf', randomBytes(3))
    const { id } = await folder(ken, 'F')
    await ken.call('PATCH', `/library/files/${libraryFileId}`, { folderId: id })
    await ken.call('DELETE', `/library/files/${libraryFileId}`)
    expect(await heard()).toBe(4)
  })
})
