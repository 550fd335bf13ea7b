import { parentPort } from 'node:worker_threads'
import { cleanHtml } from './clean-html.ts'

/** Cleans one mail after the other; one that will not be cleaned ends it (see `clean.ts`). */
parentPort?.on('message', (html: unknown) => {
  if (typeof html === 'string') parentPort?.postMessage({ mail: cleanHtml(html) })
})
parentPort?.postMessage('ready')
