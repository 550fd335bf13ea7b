import { createHash, randomBytes } from 'node:crypto'
import { createApp } from '../../../backend/http/app.ts'
import type { AttachmentsPage } from '../../../lib/contract/records.ts'
import type { Filing } from '../../../lib/contract/threads.ts'
import type { TestHouse } from './house.ts'
import type { TestFile } from './mails.ts'
import { contact, deliver, type HouseOfReps, type Rep, someone } from './reps.ts'

export function pdf(name = 'offer.pdf', bytes: Buffer = randomBytes(5000)): TestFile {
  return { name, type: 'application/pdf', bytes }
}

export function sha(bytes: Buffer | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex')
}

/** Clicks of the tests on files. */
export function filingHands({ town, newRep }: HouseOfReps) {
  return {
    /** A mail with files from a customer of its own, and the customer's record. */
    async mailWith(files: TestFile[]) {
      const rep = await newRep()
      const from = someone()
      const recordId = await contact(rep, from)
      const messageId = deliver(rep, { from: `Elena <${from}>`, subject: 'Files', files })
      return { rep, recordId, messageId, from }
    },

    async file(rep: Rep, messageId: string, recordId: string, part: object): Promise<Filing> {
      const input = { account: rep.me.email, messageId, part, recordId }
      const { status, body } = await rep.me.call<Filing>('POST', '/filings', input)
      if (status !== 202) throw new Error(JSON.stringify(body))
      return body
    },

    async look(rep: Rep, id: string): Promise<Filing> {
      return (await rep.me.call<Filing>('GET', `/filings/${id}`)).body
    },

    async attachments(rep: Rep, recordId: string): Promise<AttachmentsPage> {
      return (await rep.me.call<AttachmentsPage>('GET', `/records/${recordId}/attachments`)).body
    },

    async download(rep: Rep, id: string | null | undefined) {
      const url = `${town.house.baseUrl}/api/v1/attachments/${id}/content`
      const headers = { authorization: `Bearer ${rep.me.session}` }
      const response = await createApp(town.house).fetch(new Request(url, { headers }))
      const bytes = Buffer.from(await response.arrayBuffer())
      return { status: response.status, bytes, headers: response.headers }
    },

    /** What its user's stream said of a filing: status and percent. */
    async told(id: string): Promise<[string, number][]> {
      const rows = await filingEvents(town)
      return rows.filter((one) => one.id === id).map((one) => [one.status, one.percent])
    },
  }
}

async function filingEvents(town: TestHouse) {
  const rows = await town.house.db.selectFrom('events').select('payload').orderBy('seq').execute()
  return rows.flatMap(({ payload }) => (payload.type === 'filing' ? [payload] : []))
}
