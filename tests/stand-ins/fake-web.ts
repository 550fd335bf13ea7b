import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'

/** Answers the requests of one host. */
export type HostHandler = (request: IncomingMessage, response: ServerResponse) => void

export interface FakeWeb {
  /** The proxy a browser is pointed at, on 127.0.0.1. */
  readonly proxyPort: number
  /** `host:port` (or the URL, for plain http) of every request that was refused, in order. */
  readonly blocked: readonly string[]
  stop(): Promise<void>
}

/** Chromium asks this by itself at every start; only "not found" keeps it quiet. */
const silentAccounts: HostHandler = (_request, response) => {
  response.writeHead(404).end()
}

/**
 * The whole web as a test's browser sees it: the given hosts over TLS (self-signed; the browsers are told to
 * accept it), nothing else. An HTTP CONNECT proxy leads there; whatever it does not know is refused and written
 * down. Loopback addresses do not pass here, since both browsers go there directly.
 */
export async function startFakeWeb(hosts: Record<string, HostHandler>): Promise<FakeWeb> {
  const handlers = new Map(Object.entries({ 'accounts.google.com': silentAccounts, ...hosts }))
  const blocked: string[] = []
  const open = new Set<Duplex>()
  const keep = (socket: Duplex) => {
    open.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket))
  }

  const tls = createHttpsServer(selfSigned([...handlers.keys()]), (request, response) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '')
    const handler = handlers.get(host)
    if (handler) handler(request, response)
    else response.writeHead(421).end()
  })
  const tlsPort = await listen(tls)

  const proxy = createHttpServer((request, response) => {
    blocked.push(request.url ?? '')
    response.writeHead(403).end()
  })
  proxy.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    keep(client)
    const [host = '', port] = (request.url ?? '').split(':')
    if (port !== '443' || !handlers.has(host)) {
      blocked.push(request.url ?? '')
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    const server = connect(tlsPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      server.write(head)
      server.pipe(client).pipe(server)
    })
    keep(server)
    server.on('close', () => client.destroy())
    client.on('close', () => server.destroy())
  })
  const proxyPort = await listen(proxy)

  return {
    proxyPort,
    blocked,
    async stop() {
      const closed = [tls, proxy].map((server) => new Promise((resolve) => server.close(resolve)))
      tls.closeAllConnections()
      proxy.closeAllConnections()
      for (const socket of open) socket.destroy()
      await Promise.all(closed)
    },
  }
}

async function listen(server: ReturnType<typeof createHttpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const OPENSSL = 'openssl'

/** A fresh key and certificate for the names; by openssl, because Node cannot make one. */
function selfSigned(names: string[]): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'inlay-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  try {
    const subject = [
      '-subj',
      '/CN=Inlay test',
      '-addext',
      `subjectAltName=${names.map((n) => `DNS:${n}`).join(',')}`,
    ]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    execFileSync(OPENSSL, ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], {
      stdio: 'pipe',
    })
    return { key: readFileSync(key), cert: readFileSync(cert) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
