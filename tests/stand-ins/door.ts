import { createHash, randomBytes, randomUUID } from 'node:crypto'

export interface Answer<T = unknown> {
  status: number
  body: T
}

export interface Person {
  email: string
  session: string
  /** Calls `/api/v1<path>` as this person; creating calls get an Idempotency-Key of their own unless given. */
  call<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>
}

export interface Door {
  /** Any request, no session. `path` from the server's root. */
  knock<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer<T>>
  /** Through Google's page and back, as the extension does it. The account must approve by itself. */
  signIn(email: string): Promise<Person>
  /** Gives Inlay more of Google for the person's mailbox; answers the status of the last call. */
  consent(person: Person, stages: ('send' | 'read' | 'drive')[], account?: string): Promise<Answer>
  /** Follows a tab from our start page over Google's to the end; the receipt, or undefined when none was given. */
  walkTab(url: string): Promise<string | undefined>
}

type Fetch = (request: Request) => Promise<Response>

/** How a person without a browser comes in: the same requests the extension makes, at `base` (no trailing slash). */
export function openDoor(fetchHouse: Fetch, base: string): Door {
  const knock: Door['knock'] = async <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetchHouse(
      new Request(`${base}${path}`, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
    const text = await response.text()
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as T }
  }

  const walkTab = async (start: string): Promise<string | undefined> => {
    let url = new URL(start)
    for (let hops = 0; hops < 10; hops++) {
      const request = new Request(url, { redirect: 'manual' })
      const response = url.origin === base ? await fetchHouse(request) : await fetch(request)
      await response.text()
      const next = response.headers.get('location')
      if (next === null) return url.searchParams.get('receipt') ?? undefined
      url = new URL(next, url)
    }
    throw new Error('Too many redirects between the backend and Google')
  }

  const person = (email: string, session: string): Person => ({
    email,
    session,
    call: (method, path, body, headers = {}) =>
      knock(method, `/api/v1${path}`, body, {
        authorization: `Bearer ${session}`,
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...headers,
      }),
  })

  return {
    knock,
    walkTab,
    async signIn(email) {
      const secret = randomBytes(32).toString('base64url')
      const challenge = createHash('sha256').update(secret).digest('base64url')
      const pairing = await knock<{ code: string; url: string }>('POST', '/api/v1/auth/pairings', {
        challenge,
        account: email,
      })
      const receipt = await walkTab(pairing.body.url)
      const redeemed = await knock<{ session: string; email: string }>(
        'POST',
        '/api/v1/auth/pairings/redeem',
        {
          code: pairing.body.code,
          secret,
          receipt,
        },
      )
      if (redeemed.status !== 200)
        throw new Error(`Sign-in of ${email} answered ${JSON.stringify(redeemed.body)}`)
      return person(redeemed.body.email, redeemed.body.session)
    },
    async consent(who, stages, account = who.email) {
      const consent = await who.call<{ code: string; url: string }>('POST', '/auth/consents', {
        stages,
        account,
      })
      const receipt = await walkTab(consent.body.url)
      return who.call('POST', '/auth/consents/finish', { code: consent.body.code, receipt })
    },
  }
}
