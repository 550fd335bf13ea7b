import { randomUUID } from 'node:crypto'
import { createApp } from '../../../backend/http/app.ts'
import type { Import, ImportMapping, ImportProblems } from '../../../lib/contract/imports.ts'
import type { RecordSummary } from '../../../lib/contract/records.ts'
import type { Answer, Person } from '../../stand-ins/door.ts'
import type { TestHouse } from './house.ts'
import { workOff } from './work.ts'

type Content = string | Uint8Array | readonly string[][]

/** Files in and out of a house, as a person with a spreadsheet does it. */
export function tables(town: TestHouse) {
  const app = createApp(town.house)
  const ask = async (who: Person, method: string, path: string, init: RequestInit = {}) =>
    app.fetch(
      new Request(`http://127.0.0.1:8787/api/v1${path}`, {
        method,
        ...init,
        headers: { authorization: `Bearer ${who.session}`, 'idempotency-key': randomUUID(), ...init.headers },
      }),
    )
  const raw = async (
    who: Person,
    module: string,
    body: RequestInit['body'],
    headers: Record<string, string> = {},
  ): Promise<Answer<Import>> => {
    const path = `/imports?module=${module}&fileName=${encodeURIComponent('people.csv')}`
    const answer = await ask(who, 'POST', path, {
      body: body ?? null,
      headers,
      duplex: 'half',
    } as RequestInit)
    return { status: answer.status, body: (await answer.json()) as Import }
  }
  const upload = async (who: Person, module: string, content: Content): Promise<Import> => {
    const body = typeof content === 'string' || content instanceof Uint8Array ? content : toCsv(content)
    const { status, body: made } = await raw(who, module, body as BodyInit)
    if (status !== 201) throw new Error(`Upload answered ${status} ${JSON.stringify(made)}`)
    return made
  }
  const step = async (who: Person, id: string, verb: string) =>
    who.call<Import>('POST', `/imports/${id}/${verb}`)
  const get = async (who: Person, id: string) => (await who.call<Import>('GET', `/imports/${id}`)).body
  const map = async (who: Person, made: Import, mapping: Partial<ImportMapping>): Promise<Import> => {
    const answer = await who.call<Import>('PATCH', `/imports/${made.id}`, {
      version: made.version,
      mapping: { ...made.mapping, ...mapping },
    })
    if (answer.status !== 200) throw new Error(`Mapping answered ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  /** Starts it and works until nothing is due; how it ended. */
  const run = async (who: Person, id: string, verb = 'start'): Promise<Import> => {
    const begun = await step(who, id, verb)
    if (begun.status !== 202) throw new Error(`${verb} answered ${JSON.stringify(begun.body)}`)
    const defects = await workOff(town, ['import'])
    if (defects.length > 0) throw new Error(defects.join('\n'))
    return get(who, id)
  }
  return {
    ask,
    raw,
    upload,
    step,
    get,
    map,
    run,
    problems: async (who: Person, id: string) =>
      (await who.call<ImportProblems>('GET', `/imports/${id}/problems`)).body,
    /** With its byte order mark, which `text()` would drop. */
    text: async (who: Person, path: string) =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(await (await ask(who, 'GET', path)).arrayBuffer()),
    /** Every record of a module this person sees, by name. */
    records: async (who: Person, module: string): Promise<RecordSummary[]> => {
      const text = await (await ask(who, 'GET', `/exports/${module}.json`)).text()
      return (JSON.parse(text) as { records: RecordSummary[] }).records
    },
  }
}

export type Tables = ReturnType<typeof tables>

export function toCsv(rows: readonly (readonly string[])[], delimiter = ','): string {
  return rows
    .map((row) =>
      row
        .map((cell) => (/["\r\n,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(delimiter),
    )
    .join('\r\n')
}
