import { signal } from '@preact/signals'
import type { DeletedParts } from '@/lib/contract/modules.ts'
import type { AccessTokens, NewAccessToken, PeopleAnswer, PolicyAnswer } from '@/lib/contract/people.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'

/** Data of the settings places; `load/workspace/settings*` writes it. undefined: not asked yet. */

export const team = signal<PeopleAnswer | undefined>(undefined)
export const joinDomains = signal<readonly string[] | undefined>(undefined)
export const policy = signal<PolicyAnswer | undefined>(undefined)
export const tokens = signal<AccessTokens | undefined>(undefined)
/** The one moment in which a new token can be read. */
export const newToken = signal<NewAccessToken | undefined>(undefined)
export const deletedParts = signal<DeletedParts | undefined>(undefined)

/** Why the place could not be read. */
export const settingsProblem = signal<ApiProblem | undefined>(undefined)

/** What was saved last, for the ✓ beside it; cleared after 2 s. */
export const savedMark = signal<string | undefined>(undefined)
/** What was refused, by the name of what was to be saved. */
export const refusals = signal<ReadonlyMap<string, ApiProblem>>(new Map())
