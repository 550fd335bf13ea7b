import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { takePush } from '../../services/sync/notices.ts'
import type { Env, House } from '../house.ts'

/** A notification is some hundred bytes. */
const maxBytes = 64 * 1024

/** Where Google posts Gmail's notifications: no session, but Google's own signed token. */
export function pushRoutes(house: House) {
  return new Hono<Env>().post('/push', bodyLimit({ maxSize: maxBytes }), async (c) => {
    const token = /^Bearer ([\w.-]{20,8000})$/.exec(c.req.header('authorization') ?? '')?.[1]
    const envelope: unknown = await c.req.json().catch(() => undefined)
    const taken = await takePush(house, house.pushDoor, { token, envelope })
    return c.body(null, taken ? 204 : 401)
  })
}
