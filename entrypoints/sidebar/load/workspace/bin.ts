import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { bin, dataProblem } from '../../state-data.ts'
import { attempt, once, say } from '../core.ts'
import { problemSentence } from '../words.ts'
import { loadCounts } from './counts.ts'

/** What was deleted and can still be restored; `more` goes on where the list ends. */
export async function readBin(module: ModuleKey | undefined, more = false): Promise<void> {
  const here = bin.value
  const cursor = more ? (here?.page.nextCursor ?? undefined) : undefined
  dataProblem.value = undefined
  const answer = await attempt(({ backend }) =>
    backend.bin({ ...(module === undefined ? {} : { module }), ...(cursor === undefined ? {} : { cursor }) }),
  )
  if (!answer.ok) {
    dataProblem.value = answer.problem
    return
  }
  const before = more && here !== undefined ? here.page.rows : []
  bin.value = { module, page: { ...answer.value, rows: [...before, ...answer.value.rows] } }
}

export async function restoreFromBin(id: string, name: string): Promise<void> {
  await once(`restore:${id}`, async () => {
    const answer = await attempt(({ backend }) => backend.restoreRecord(id))
    if (!answer.ok) return say(problemSentence(answer.problem))
    const here = bin.value
    if (here !== undefined)
      bin.value = {
        ...here,
        page: {
          ...here.page,
          total: here.page.total - 1,
          rows: here.page.rows.filter((row) => row.record.id !== id),
        },
      }
    say(t('bin.restored', { record: name }))
    void loadCounts()
  })
}
