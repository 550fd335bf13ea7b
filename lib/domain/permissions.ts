/** Decisions 15. */
export const permissions = [
  'mail.send',
  'mail.schedule',
  'mail.mass',
  'records.write',
  'records.import',
  'admin',
] as const
export type Permission = (typeof permissions)[number]
export type RoleName = 'admin' | 'rep' | 'viewer'

/** What each role may do unless the policy says otherwise; a viewer reads. */
export const rolePermissions: Readonly<Record<RoleName, readonly Permission[]>> = {
  admin: permissions,
  rep: ['mail.send', 'mail.schedule', 'mail.mass', 'records.write', 'records.import'],
  viewer: [],
}
