import { parseArgs } from 'node:util'
import { startGoogle } from './start.ts'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, 'start-at': { type: 'string' } },
})
const startAt = values['start-at']
const google = await startGoogle({
  port: Number(values.port),
  ...(startAt !== undefined && { startAt: Date.parse(startAt) }),
})
console.log(JSON.stringify({ url: google.url, clientId: google.clientId, clientSecret: google.clientSecret }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void google.stop())
