import { type Answer, attempt, type Link } from './core.ts'

/** What is asked again and again, by name: how often, the last question that was answered, and how many are open. */
const questions = new Map<string, { asked: number; answered: number; open: number }>()

/**
 * Runs a call that reads what others under this name read too. Answers overtake each other, and who was asked earlier may
 * know less: undefined where a later question has been answered already, and this answer is to be dropped.
 */
export async function newest<Value>(
  name: string,
  call: (link: Link) => Promise<Value>,
): Promise<Answer<Value> | undefined> {
  const here = questions.get(name) ?? { asked: 0, answered: 0, open: 0 }
  questions.set(name, here)
  here.asked += 1
  here.open += 1
  const mine = here.asked
  try {
    const answer = await attempt(call)
    if (mine < here.answered) return undefined
    // A server that does not answer says nothing about what is true.
    if (answer.ok || answer.problem.kind === 'refused') here.answered = mine
    return answer
  } finally {
    here.open -= 1
    if (here.open === 0) questions.delete(name)
  }
}

/** The server has just said more than any open question under this name can bring; true when there was one. */
export function outdate(name: string): boolean {
  const here = questions.get(name)
  if (here === undefined) return false
  here.asked += 1
  here.answered = here.asked
  return true
}
