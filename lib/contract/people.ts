import * as z from 'zod'
import { permissions } from '../domain/permissions.ts'
import { Id, Instant } from './common.ts'
import { Role } from './identity.ts'

/** Everybody of the organisation, as the admin's page shows them. */
export const PeopleAnswer = z.object({
  people: z.array(
    z.object({
      id: Id,
      email: z.string(),
      name: z.string(),
      role: Role,
      status: z.enum(['active', 'deactivated']),
      /** Records they own, the bin not counted. */
      records: z.number().int(),
      mailboxes: z.number().int(),
      lastSeenAt: Instant.nullable(),
      deactivatedAt: Instant.nullable(),
    }),
  ),
  invitations: z.array(z.object({ email: z.string(), role: Role, invitedBy: z.string(), at: Instant })),
})
export type PeopleAnswer = z.infer<typeof PeopleAnswer>

/** The last admin can be neither deactivated nor given another role. */
export const UpdatePerson = z.strictObject({
  role: Role.optional(),
  status: z.enum(['active', 'deactivated']).optional(),
})
export type UpdatePerson = z.infer<typeof UpdatePerson>

/** All records of one person to another, in batches. */
export const TransferRecords = z.strictObject({ toId: Id })

/** One setting of the policy page. `value` null: the default holds. */
export const PolicySetting = z.object({
  key: z.string(),
  value: z.unknown(),
  default: z.unknown(),
  changedBy: z.string().nullable(),
  changedAt: Instant.nullable(),
})
export const PolicyAnswer = z.object({ settings: z.array(PolicySetting) })
export type PolicyAnswer = z.infer<typeof PolicyAnswer>
/** null goes back to the default. */
export const SetPolicy = z.strictObject({ value: z.unknown() })

export const AccessToken = z.object({
  id: Id,
  name: z.string(),
  hint: z.string(),
  readOnly: z.boolean(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
  expiresAt: Instant.nullable(),
})
export const AccessTokens = z.object({ tokens: z.array(AccessToken) })
export type AccessTokens = z.infer<typeof AccessTokens>
export const CreateAccessToken = z.strictObject({
  name: z.string().trim().min(1).max(80),
  readOnly: z.boolean().default(false),
  /** Days; null never. */
  expiresInDays: z.number().int().min(1).max(730).nullable().default(90),
})
/** The only answer that ever carries the token itself. */
export const NewAccessToken = z.object({ token: z.string(), info: AccessToken })
export type NewAccessToken = z.infer<typeof NewAccessToken>

export const Permission = z.enum(permissions)
