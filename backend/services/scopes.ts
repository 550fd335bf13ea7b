import type { Stage } from '../../lib/contract/identity.ts'

/** Least scopes, asked for in stages (decisions 17; gmail-api B9). Signing in asks for none of Gmail. */
export const identityScopes = ['openid', 'email', 'profile']

const stageScopes: Record<Stage, string> = {
  send: 'https://www.googleapis.com/auth/gmail.compose',
  read: 'https://www.googleapis.com/auth/gmail.readonly',
  drive: 'https://www.googleapis.com/auth/drive.readonly',
}

export function scopesFor(stages: readonly Stage[]): string[] {
  return stages.map((stage) => stageScopes[stage])
}

/** Whether the grant allows this stage; a person can untick a scope, so ask the grant, not the request. */
export function allows(granted: readonly string[], stage: Stage): boolean {
  return granted.includes(stageScopes[stage])
}
