import { Hono } from 'hono'
import { html } from 'hono/html'
import * as z from 'zod'
import {
  Consent,
  FinishConsent,
  Me,
  Pairing,
  RedeemedPairing,
  RedeemPairing,
  ServerInfo,
  Sessions,
  StartConsent,
  StartPairing,
} from '../../../lib/contract/identity.ts'
import { Refusal } from '../../../lib/domain/errors.ts'
import { endSession, getMe, mySessions, serverInfo } from '../../services/identity.ts'
import {
  consentUrl,
  finishConsent,
  finishGoogle,
  redeemPairing,
  startConsent,
  startPairing,
} from '../../services/sign-in.ts'
import { nudgeSync } from '../../services/sync/nudge.ts'
import { describe } from '../describe.ts'
import type { Env, House } from '../house.ts'
import { valid } from '../valid.ts'

const byId = valid('param', z.object({ id: z.uuid() }))
const session = { sessionOnly: true }

/** Routes without a session: is this an Inlay server, and signing in to it. */
export function openRoutes(house: House) {
  return new Hono<Env>()
    .get('/server', describe('Is this an Inlay server?', ServerInfo, 200, { open: true }), async (c) =>
      c.json<ServerInfo>(await serverInfo(house, house.version), 200),
    )
    .post(
      '/auth/pairings',
      describe('Begin a sign-in', Pairing, 201, { open: true }),
      valid('json', StartPairing),
      async (c) => c.json<Pairing>(await startPairing(house, house.baseUrl, c.req.valid('json')), 201),
    )
    .post(
      '/auth/pairings/redeem',
      describe('Finish a sign-in; answers the session once', RedeemedPairing, 200, { open: true }),
      valid('json', RedeemPairing),
      async (c) => c.json<RedeemedPairing>(await redeemPairing(house, c.req.valid('json')), 200),
    )
}

/** Routes of the signed-in person. */
export function identityRoutes(house: House) {
  return new Hono<Env>()
    .get('/me', describe('Who am I, and what may I do?', Me), async (c) =>
      c.json<Me>(await getMe(c.get('ctx')), 200),
    )
    .delete('/session', describe('Sign out', null, 204, session), async (c) => {
      await endSession(c.get('ctx'), c.get('sessionId'))
      return c.body(null, 204)
    })
    .get('/sessions', describe('Where I am signed in', Sessions), async (c) =>
      c.json<Sessions>({ sessions: await mySessions(c.get('ctx'), c.get('sessionId')) }, 200),
    )
    .delete('/sessions/:id', describe('End one of my sessions', null, 204, session), byId, async (c) => {
      await endSession(c.get('ctx'), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .post(
      '/auth/consents',
      describe('Begin to let Inlay do more with a mailbox', Consent, 201, session),
      valid('json', StartConsent),
      async (c) => c.json<Consent>(await startConsent(c.get('ctx'), house.baseUrl, c.req.valid('json')), 201),
    )
    .post(
      '/auth/consents/finish',
      describe('Connect the mailbox, or widen what Inlay may do there', Me, 200, session),
      valid('json', FinishConsent),
      async (c) => {
        const ctx = c.get('ctx')
        const mailboxId = await finishConsent(ctx, c.req.valid('json'))
        await nudgeSync(ctx.db, ctx, mailboxId)
        return c.json<Me>(await getMe(ctx), 200)
      },
    )
}

/** The pages of the opened tab: out to Google, back from it, done. A person reads them, so refusals are pages too. */
export function googleRoutes(house: House) {
  return new Hono<Env>()
    .onError((error, c) => {
      if (!(error instanceof Refusal))
        house.log.error('sign_in.failed', { ref: c.get('ref'), ...house.errorFacts(error) })
      return c.html(
        tabPage(error instanceof Refusal ? 'ended' : 'failed'),
        error instanceof Refusal ? 404 : 500,
      )
    })
    .get('/start', async (c) => c.redirect(await consentUrl(house, c.req.query('code') ?? ''), 302))
    .get('/callback', async (c) => {
      const { state = '', code, error } = c.req.query()
      const result = await finishGoogle(house, { state, code, error })
      if (!result.ok) throw new Refusal('not_found', result.reason)
      return c.redirect(`/auth/done?receipt=${result.receipt}`, 302)
    })
}

const tabWords = {
  done: [
    'Back to Gmail',
    'Google has answered. Inlay closes this tab.',
    'Google から応答がありました。このタブは自動的に閉じます。',
  ],
  ended: [
    'This sign-in has ended',
    'It was finished or left open too long. Close this tab and start again from Inlay in Gmail.',
    'このログインは終了しています。タブを閉じて、Gmail の Inlay からやり直してください。',
  ],
  failed: [
    'Nobody was signed in',
    'The server had an error. Close this tab and start again from Inlay in Gmail.',
    'サーバーでエラーが発生しました。タブを閉じて、Gmail の Inlay からやり直してください。',
  ],
} as const

/** A page of the opened tab. The extension reads the receipt from the last one's address and closes it; no script runs. */
export function tabPage(kind: keyof typeof tabWords) {
  const [title, english, japanese] = tabWords[kind]
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Inlay</title><style>body{font:16px/1.5 system-ui,sans-serif;display:grid;place-content:center;min-height:90vh;margin:0;padding:0 16px;
text-align:center;color:#161c1e;background:#fff}@media(prefers-color-scheme:dark){body{color:#e6eaeb;background:#191c1d}}</style></head>
<body><main><h1>${title}</h1><p>${english}</p><p lang="ja">${japanese}</p></main></body></html>`
}
