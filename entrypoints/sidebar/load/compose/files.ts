import { draft } from '../../state.ts'
import { draftFiles, guards } from '../../state-compose.ts'
import { attempt, say } from '../core.ts'
import { problemSentence } from '../words.ts'

/** Takes a file off the open mail. */
export async function removeFile(fileId: string): Promise<void> {
  const place = draft.value?.server?.id
  if (place === undefined) return
  const answer = await attempt(({ backend }) => backend.removeFile(place, fileId))
  if (!answer.ok) return say(problemSentence(answer.problem))
  draftFiles.value = draftFiles.value.filter((file) => file.id !== fileId)
  guards.value = undefined
}
