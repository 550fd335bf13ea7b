import type * as z from 'zod'
import { type Invite, JoinPolicy } from '../contract/identity.ts'
import {
  type CreateField,
  type CreateModule,
  DeletedParts,
  ModulesAnswer,
  ModulesChanged,
  type UpdateField,
  type UpdateModule,
} from '../contract/modules.ts'
import {
  AccessTokens,
  type CreateAccessToken,
  Invitations,
  NewAccessToken,
  PeopleAnswer,
  PersonRow,
  PolicyAnswer,
  PolicyChanges,
  PolicySetting,
  TransferStarted,
  type UpdatePerson,
} from '../contract/people.ts'
import type { ModuleKey } from '../domain/modules.ts'
import type { PolicyKey } from '../domain/policy.ts'
import { at, type Calls, done, read } from './api-core.ts'

/** What an organisation may arrange: modules and fields, policy, people, tokens. */
export function adminCalls({ v1, once }: Calls) {
  return {
    modules: () => read(v1.modules.$get(), ModulesAnswer),
    deletedParts: () => read(v1.modules.deleted.$get(), DeletedParts),
    createModule: (json: CreateModule, key: string) =>
      read(v1.modules.$post({ json }, once(key)), ModulesChanged),
    updateModule: (key: ModuleKey, json: UpdateModule) =>
      read(v1.modules[':key'].$patch({ param: { key }, json }), ModulesChanged),
    deleteModule: (key: ModuleKey) => read(v1.modules[':key'].$delete({ param: { key } }), ModulesChanged),
    restoreModule: (key: ModuleKey) =>
      read(v1.modules[':key'].restore.$post({ param: { key } }), ModulesChanged),
    purgeModule: (key: ModuleKey) => done(v1.modules[':key'].purge.$post({ param: { key } })),
    createField: (module: ModuleKey, json: CreateField, key: string) =>
      read(v1.modules[':key'].fields.$post({ param: { key: module }, json }, once(key)), ModulesChanged),
    updateField: (module: ModuleKey, field: string, json: UpdateField) =>
      read(
        v1.modules[':key'].fields[':field'].$patch({ param: { key: module, field }, json }),
        ModulesChanged,
      ),
    deleteField: (module: ModuleKey, field: string) =>
      read(v1.modules[':key'].fields[':field'].$delete({ param: { key: module, field } }), ModulesChanged),
    restoreField: (module: ModuleKey, field: string) =>
      read(
        v1.modules[':key'].fields[':field'].restore.$post({ param: { key: module, field } }),
        ModulesChanged,
      ),
    purgeField: (module: ModuleKey, field: string) =>
      done(v1.modules[':key'].fields[':field'].purge.$post({ param: { key: module, field } })),

    policy: () => read(v1.policy.$get(), PolicyAnswer),
    /** null goes back to the default. */
    setPolicy: (key: PolicyKey, value: unknown) =>
      read(v1.policy[':key'].$put({ param: { key }, json: { value } }), PolicySetting),
    policyChanges: (key: PolicyKey | 'join.domains', query: { cursor?: string }) =>
      read(v1.policy[':key'].changes.$get({ param: { key }, query }), PolicyChanges),
    joinPolicy: () => read(v1.policy.join.$get(), JoinPolicy),
    setJoinPolicy: (json: JoinPolicy) => read(v1.policy.join.$put({ json }), JoinPolicy),

    people: () => read(v1.people.$get(), PeopleAnswer),
    updatePerson: (id: string, json: UpdatePerson) =>
      read(v1.people[':id'].$patch({ param: at(id), json }), PersonRow),
    transferRecords: (id: string, toId: string) =>
      read(v1.people[':id'].transfer.$post({ param: at(id), json: { toId } }), TransferStarted),
    invitations: () => read(v1.invitations.$get(), Invitations),
    invite: (json: z.input<typeof Invite>) => done(v1.invitations.$post({ json })),
    takeBackInvitation: (email: string) =>
      done(v1.invitations[':email'].$delete({ param: { email: encodeURIComponent(email) } })),

    tokens: () => read(v1.tokens.$get(), AccessTokens),
    createToken: (json: z.input<typeof CreateAccessToken>, key: string) =>
      read(v1.tokens.$post({ json }, once(key)), NewAccessToken),
    revokeToken: (id: string) => done(v1.tokens[':id'].$delete({ param: at(id) })),
  }
}
