import type { Account } from '../mail/account.ts'
import { isIdentityScope } from './scopes.ts'

/** Where the consent page's form goes. */
export const DECISION_PATH = '/o/oauth2/v2/auth/decision'

/** Chooser: one button per account, `button[name=account][value=<email>]`. */
export function chooserPage(accounts: readonly Account[], query: URLSearchParams): string {
  const buttons = accounts.map(
    (account) =>
      `<li><button name="account" value="${escapeHtml(account.email)}" data-email="${escapeHtml(account.email)}">` +
      `${escapeHtml(account.name)} <small>${escapeHtml(account.email)}</small></button></li>`,
  )
  return page(
    'Choose an account',
    `<form id="accounts" method="get" action="/o/oauth2/v2/auth">${hidden(query, ['account'])}<ul>${buttons.join('')}</ul></form>`,
  )
}

/** Consent: a checkbox `granted` for every scope but the identity ones, buttons `decision` = allow, deny. */
export function consentPage(
  account: Account,
  scopes: readonly string[],
  ticked: ReadonlySet<string>,
  query: URLSearchParams,
): string {
  const boxes = scopes
    .filter((scope) => !isIdentityScope(scope))
    .map((scope) => {
      const checked = ticked.has(scope) ? ' checked' : ''
      return `<li><label><input type="checkbox" name="granted" value="${escapeHtml(scope)}"${checked}> ${escapeHtml(scope)}</label></li>`
    })
  const buttons =
    '<button name="decision" value="deny">Cancel</button> <button name="decision" value="allow">Continue</button>'
  return page(
    'Grant access',
    `<p>${escapeHtml(account.name)} (${escapeHtml(account.email)})</p><form id="consent" method="post" action="${DECISION_PATH}">` +
      `${hidden(query, ['account', 'granted', 'decision'])}<input type="hidden" name="account" value="${escapeHtml(account.email)}">` +
      `<ul>${boxes.join('')}</ul>${buttons}</form>`,
  )
}

/** What Google shows instead of going back to an address it does not trust. */
export function errorPage(status: number, error: string, description: string): string {
  return page(
    'Access blocked',
    `<p>Error ${status}: <code>${escapeHtml(error)}</code></p><p>${escapeHtml(description)}</p>`,
  )
}

function hidden(query: URLSearchParams, except: readonly string[]): string {
  return [...query]
    .filter(([name]) => !except.includes(name))
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('')
}

function page(title: string, body: string): string {
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} - stand-in Google</title></head>` +
    `<body><h1>${title}</h1>${body}</body></html>`
  )
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
