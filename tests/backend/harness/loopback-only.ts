import { isIP, Socket } from 'node:net'

/**
 * Importing this file keeps the test process on this machine: any socket to another host throws before a name is
 * looked up. Everything in Node ends here: fetch, http, tls and googleapis.
 */
const connect = Socket.prototype.connect

Socket.prototype.connect = function guarded(this: Socket, ...given: unknown[]): Socket {
  const host = hostOf(given)
  if (host !== undefined && !isLoopback(host)) throw new Error(`A test tried to reach ${host}.`)
  return Reflect.apply(connect, this, given)
}

/** Undefined: a socket of the file system. Node itself passes its normalised arguments as one array. */
function hostOf(given: readonly unknown[]): string | undefined {
  const [first, second] = Array.isArray(given[0]) ? given[0] : given
  if (typeof first === 'object' && first !== null) {
    if ('path' in first && typeof first.path === 'string') return undefined
    return 'host' in first && typeof first.host === 'string' ? first.host : 'localhost'
  }
  if (typeof first === 'string' && !/^\d+$/.test(first)) return undefined
  return typeof second === 'string' ? second : 'localhost'
}

function isLoopback(host: string): boolean {
  const plain = host.replace(/^\[|\]$/g, '')
  if (plain === 'localhost' || plain.endsWith('.localhost')) return true
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1'
}
