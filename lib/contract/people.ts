import * as z from 'zod'
import { Id, Instant, Name } from './common.ts'
import { Role } from './identity.ts'

/** Who was invited and has not come yet. */
export const Invitations = z.object({
  invitations: z.array(z.object({ email: z.string(), role: Role, invitedBy: z.string(), at: Instant })),
})
export type Invitations = z.infer<typeof Invitations>

/** Everybody of the organisation, as the admin's page shows them; what is null or empty for others, an admin sees. */
export const PersonRow = z.object({
  id: Id,
  email: z.string(),
  name: z.string(),
  role: Role,
  status: z.enum(['active', 'deactivated']),
  /** Records they own, the bin not counted. */
  records: z.number().int().nullable(),
  mailboxes: z.number().int().nullable(),
  lastSeenAt: Instant.nullable(),
  deactivatedAt: Instant.nullable(),
})
export type PersonRow = z.infer<typeof PersonRow>
export const PeopleAnswer = z.object({
  people: z.array(PersonRow),
  invitations: Invitations.shape.invitations,
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
/** How many there are to move, the bin included; the person's count in the list falls while it goes on. */
export const TransferStarted = z.object({ records: z.number().int() })
export type TransferStarted = z.infer<typeof TransferStarted>

/**
 * One setting of the policy page, with what is needed to draw and check it (`PolicyRule` of the domain). `value` null: the
 * default holds.
 */
export const PolicySetting = z.object({
  key: z.string(),
  kind: z.enum(['number', 'choice', 'choices', 'list', 'switch']),
  /** Of a number, both inclusive. */
  min: z.number().optional(),
  max: z.number().optional(),
  unit: z.enum(['bytes', 'minutes', 'count', 'days']).optional(),
  choices: z.array(z.string()).readonly().optional(),
  /** What a list is made of. */
  of: z.enum(['domain', 'address_or_domain', 'address']).optional(),
  value: z.unknown(),
  default: z.unknown(),
  changedBy: z.string().nullable(),
  changedAt: Instant.nullable(),
})
export type PolicySetting = z.infer<typeof PolicySetting>
export const PolicyAnswer = z.object({ settings: z.array(PolicySetting) })
export type PolicyAnswer = z.infer<typeof PolicyAnswer>
/** Who set what, newest first; null stands for the default. */
export const PolicyChanges = z.object({
  rows: z.array(
    z.object({
      id: Id,
      at: Instant,
      by: z.object({ id: Id, name: z.string() }),
      old: z.unknown(),
      new: z.unknown(),
    }),
  ),
  nextCursor: z.string().nullable(),
})
export type PolicyChanges = z.infer<typeof PolicyChanges>
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
  name: Name(80),
  readOnly: z.boolean().default(false),
  /** Days; null never. */
  expiresInDays: z.number().int().min(1).max(730).nullable().default(90),
})
/** The only answer that ever carries the token itself. */
export const NewAccessToken = z.object({ token: z.string(), info: AccessToken })
export type NewAccessToken = z.infer<typeof NewAccessToken>
