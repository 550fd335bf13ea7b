import { parentPort } from 'node:worker_threads'
import { cleanHtml } from './clean-html.ts'

/** One mail a worker: whatever hostile HTML does to it ends with it. */
parentPort?.once('message', (html: unknown) => {
  if (typeof html === 'string') parentPort?.postMessage({ mail: cleanHtml(html) })
})
parentPort?.postMessage('ready')
