import { ModulesAnswer } from '../contract/modules.ts'
import { type Calls, read } from './api-core.ts'

/** What an organisation may arrange: modules and fields, policy, people, tokens. */
export function adminCalls({ v1 }: Calls) {
  return {
    modules: () => read(v1.modules.$get(), ModulesAnswer),
  }
}
