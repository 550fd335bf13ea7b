import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { html } from 'hono/html'
import { languageAsked, unsubscribeWords, type WordsLanguage } from '../../../lib/domain/words/unsubscribe.ts'
import { isUnsubscribeToken, unsubscribe } from '../../services/mass/unsubscribe.ts'
import type { Env, House } from '../house.ts'

const maxBytes = 4 * 1024
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

/**
 * For recipients of mass mail: nobody signs in, opening the page changes nothing (mail scanners open links), one POST
 * unsubscribes (RFC 8058). No answer says whether an address is known.
 */
export function unsubscribeRoutes(house: House) {
  return new Hono<Env>()
    .use(async (c, next) => {
      await next()
      c.header('content-security-policy', policy)
    })
    .get('/:token', (c) => {
      const language = languageAsked(c.req.header('accept-language') ?? '')
      const token = c.req.param('token')
      const good = isUnsubscribeToken(house, token)
      return good ? c.html(page(language, 'ask')) : c.html(page(language, 'bad'), 404)
    })
    .post('/:token', bodyLimit({ maxSize: maxBytes }), async (c) => {
      const language = languageAsked(c.req.header('accept-language') ?? '')
      const good = await unsubscribe(house, c.req.param('token'))
      return good ? c.html(page(language, 'done')) : c.html(page(language, 'bad'), 404)
    })
}

/** The form posts to the page's own address; no script runs. */
function page(language: WordsLanguage, what: 'ask' | 'done' | 'bad') {
  const words = unsubscribeWords[language]
  const form =
    what === 'ask'
      ? html`<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>${words.button}</button></form>`
      : ''
  return html`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>${words.title}</title><style>body{font:16px/1.5 system-ui,sans-serif;display:grid;
place-content:center;min-height:90vh;margin:0;padding:0 16px;text-align:center;color:#161c1e;background:#fff}
button{font:inherit;padding:8px 20px;border:0;border-radius:18px;background:#0b57d0;color:#fff;cursor:pointer}
button:focus-visible{outline:2px solid;outline-offset:2px}
@media(prefers-color-scheme:dark){body{color:#e6eaeb;background:#191c1d}button{background:#a8c7fa;color:#062e6f}}</style></head>
<body><main><h1>${words.title}</h1><p>${words[what]}</p>${form}</main></body></html>`
}
