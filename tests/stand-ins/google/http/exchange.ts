import type { HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { serverError } from '../errors.ts'
import type { Faults } from '../faults.ts'
import type { Fault, RequestLogEntry } from '../types.ts'
import type { World } from '../world.ts'

/** A request's context on a Node server. */
export type NodeContext = Context<{ Bindings: HttpBindings }>

/** One request on its way through log and faults. */
export interface Exchange {
  account: string | undefined
  units: number
  /** Does the work, once; never throws. */
  run(): Response | Promise<Response>
}

/** Every request passes here: it is logged, and meets the fault planted for it. */
export class Gate {
  requests: RequestLogEntry[] = []
  readonly #world: World
  readonly #faults: Faults
  readonly #stopping: AbortSignal

  constructor(world: World, faults: Faults, stopping: AbortSignal) {
    this.#world = world
    this.#faults = faults
    this.#stopping = stopping
  }

  async pass(context: NodeContext, exchange: Exchange): Promise<Response> {
    const { account, units } = exchange
    const { method, path } = context.req
    const at = this.#world.clock.now()
    const log = (status: RequestLogEntry['status']): void => {
      this.requests.push({ at, method, path, account, status, units })
    }
    const fault = this.#faults.take({ method, path, account })
    if (fault !== undefined) return this.#withFault(context, exchange, fault, log)
    const response = await exchange.run()
    log(response.status)
    return response
  }

  async #withFault(
    context: NodeContext,
    exchange: Exchange,
    fault: Fault['kind'],
    log: (status: RequestLogEntry['status']) => void,
  ): Promise<Response> {
    if ('status' in fault) {
      log(fault.status)
      return plantedAnswer(context.req.path, fault)
    }
    if ('hang' in fault) {
      log('hung')
      await this.#closed(context)
      return RESPONSE_ALREADY_SENT
    }
    if ('drop' in fault) {
      if (fault.drop === 'after-commit') await exchange.run()
      log('dropped')
      return destroy(context)
    }
    if ('latencyMs' in fault) await this.#wait(fault.latencyMs)
    if ('twice' in fault) await exchange.run()
    const response = await exchange.run()
    if ('commitThenStatus' in fault) {
      log(fault.commitThenStatus)
      return plantedAnswer(context.req.path, { status: fault.commitThenStatus })
    }
    log(response.status)
    return 'truncate' in fault ? truncated(context, response) : response
  }

  /** Latency is real time: the clients' own timeouts are. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms)
      const stopping = this.#stopping
      function done(): void {
        clearTimeout(timer)
        stopping.removeEventListener('abort', done)
        resolve()
      }
      stopping.addEventListener('abort', done)
    })
  }

  #closed(context: NodeContext): Promise<void> {
    return new Promise((resolve) => {
      context.env.incoming.socket.once('close', () => resolve())
      this.#stopping.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}

/** A JSON answer as Google sends it. */
export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  const text = JSON.stringify(body)
  return new Response(text, {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
  })
}

function plantedAnswer(
  path: string,
  fault: { status: number; body?: unknown; headers?: Record<string, string> },
): Response {
  return jsonResponse(fault.status, fault.body ?? defaultBody(path, fault.status), fault.headers)
}

function defaultBody(path: string, status: number): unknown {
  if (/\/(gmail|drive)\/v\d\//.test(path)) return serverError(status).body
  if (status === 400)
    return { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }
  return { error: status >= 500 ? 'internal_failure' : 'invalid_request' }
}

function destroy(context: NodeContext): Response {
  context.env.incoming.socket.destroy()
  return RESPONSE_ALREADY_SENT
}

/** Promises the whole body, sends half of it and cuts the connection. */
async function truncated(context: NodeContext, response: Response): Promise<Response> {
  const body = Buffer.from(await response.arrayBuffer())
  const { outgoing, incoming } = context.env
  outgoing.writeHead(response.status, {
    'content-type': response.headers.get('content-type') ?? 'application/json',
    'content-length': Math.max(body.length, 2),
  })
  outgoing.write(body.subarray(0, Math.ceil(body.length / 2)), () => incoming.socket.destroy())
  return RESPONSE_ALREADY_SENT
}
