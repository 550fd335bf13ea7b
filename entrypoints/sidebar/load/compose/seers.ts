import type { WhoSees } from '@/lib/contract/sharing.ts'
import { attempt } from '../core.ts'

/** Who sees a thread of mine, and so its next mail; undefined when the server can't say now. */
export async function seersOf(threadId: string): Promise<WhoSees | undefined> {
  const answer = await attempt(({ backend, account }) => backend.previewSharing({ account, threadId }))
  return answer.ok ? answer.value : undefined
}
