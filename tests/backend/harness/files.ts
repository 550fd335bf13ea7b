import { createApp } from '../../../backend/http/app.ts'
import type { ErrorBody } from '../../../lib/contract/common.ts'
import type { DraftFile } from '../../../lib/contract/compose.ts'
import type { LibraryPage, MailLimits, Upload } from '../../../lib/contract/files.ts'
import type { Send, SendFile } from '../../../lib/contract/sends.ts'
import type { Answer, Person } from '../../stand-ins/door.ts'
import type { TestHouse } from './house.ts'

const piece = 1024 * 1024
export const MB = 1024 * 1024

/** What went wrong, with its facts; throws when nothing did. */
export function refusal({ status, body }: Answer): { status: number } & ErrorBody['error'] {
  if (status < 400) throw new Error(`It answered ${status}`)
  return { status, ...(body as ErrorBody).error }
}

/** Files into mails and the library, as the composer does it. */
export function fileHands(town: TestHouse) {
  const app = createApp(town.house)
  const ask = async (who: Person, method: string, path: string, body: BodyInit | null = null) =>
    app.fetch(
      new Request(`${town.house.baseUrl}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${who.session}` },
        ...(body !== null && { body, duplex: 'half' }),
      } as RequestInit),
    )
  const hands = {
    async draft(who: Person, more: object = {}): Promise<Send> {
      const made = await who.call<Send>('POST', '/sends/drafts', { account: who.email, ...more })
      if (made.status !== 201) throw new Error(JSON.stringify(made.body))
      return made.body
    },
    see: async (who: Person, sendId: string) => (await who.call<Send>('GET', `/sends/${sendId}`)).body,
    limits: async (who: Person) =>
      (await who.call<MailLimits>('GET', `/mail-limits?account=${encodeURIComponent(who.email)}`)).body,

    begin: (who: Person, sendId: string, name: string, size: number, more: object = {}) =>
      who.call<Upload>('POST', '/uploads', { purpose: 'send', sendId, name, size, ...more }),
    beginForLibrary: (who: Person, name: string, size: number, more: object = {}) =>
      who.call<Upload>('POST', '/uploads', { purpose: 'library', name, size, ...more }),
    async put(
      who: Person,
      id: string,
      offset: number,
      bytes: Uint8Array | ReadableStream<Uint8Array>,
    ): Promise<Answer<Upload>> {
      const answer = await ask(who, 'PUT', `/uploads/${id}?offset=${offset}`, bytes as BodyInit)
      return { status: answer.status, body: (await answer.json()) as Upload }
    },
    /** All pieces one after the other, from where it stands. */
    async putAll(who: Person, begun: Upload, bytes: Uint8Array): Promise<Answer<Upload>> {
      let answer: Answer<Upload> = { status: 200, body: begun }
      for (let at = begun.received; at < bytes.length && answer.status === 200; at += piece)
        answer = await hands.put(who, begun.id, at, bytes.subarray(at, at + piece))
      return answer
    },
    /** From beginning to end. */
    async upload(who: Person, sendId: string, name: string, bytes: Uint8Array, more: object = {}) {
      const begun = await hands.begin(who, sendId, name, bytes.length, more)
      return begun.status === 201 ? hands.putAll(who, begun.body, bytes) : begun
    },
    async toLibrary(who: Person, name: string, bytes: Uint8Array, more: object = {}): Promise<Upload> {
      const begun = await hands.beginForLibrary(who, name, bytes.length, more)
      const whole = await hands.putAll(who, begun.body, bytes)
      if (begun.status !== 201 || whole.status !== 200) throw new Error(JSON.stringify([begun, whole]))
      return whole.body
    },

    add: (who: Person, sendId: string, file: DraftFile) =>
      who.call<SendFile>('POST', `/sends/${sendId}/files`, file),
    remove: (who: Person, sendId: string, fileId: string) =>
      who.call('DELETE', `/sends/${sendId}/files/${fileId}`),
    library: async (who: Person, query = '') => (await who.call<LibraryPage>('GET', `/library${query}`)).body,
    async download(who: Person, path: string) {
      const answer = await ask(who, 'GET', path)
      const bytes = Buffer.from(await answer.arrayBuffer())
      return { status: answer.status, bytes, headers: answer.headers }
    },

    /** What this mail's author was told of its files: state and bytes. */
    async told(sendId: string): Promise<[string, number][]> {
      const rows = await town.house.db.selectFrom('events').select('payload').orderBy('seq').execute()
      return rows.flatMap(({ payload }) =>
        payload.type === 'send_file' && payload.sendId === sendId ? [[payload.state, payload.received]] : [],
      )
    },
    async quota(orgId: string, fileQuotaBytes: number, more: object = {}): Promise<void> {
      await town.house.db
        .updateTable('organisations')
        .set({ policy: JSON.stringify({ fileQuotaBytes, ...more }) })
        .where('id', '=', orgId)
        .execute()
    },
    async used(orgId: string): Promise<number> {
      const rows = await town.house.db
        .selectFrom('files')
        .select('size')
        .where('org_id', '=', orgId)
        .execute()
      return rows.reduce((sum, row) => sum + row.size, 0)
    },
  }
  return hands
}
