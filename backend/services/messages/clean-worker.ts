import { parentPort } from 'node:worker_threads'
import { cleanOutgoing } from '../compose/clean-html.ts'
import { plainMail } from '../compose/plain-text.ts'
import { cleanHtml } from './clean-html.ts'

/** What a worker is asked: a mail to be shown, or one to be sent. */
export type CleaningTask = { kind: 'shown'; html: string } | { kind: 'outgoing'; html: string; quote: string }

/** Cleans one mail after the other; one that will not be cleaned ends it (see `clean.ts`). */
parentPort?.on('message', (task: CleaningTask) => {
  if (task.kind === 'shown') parentPort?.postMessage({ mail: cleanHtml(task.html) })
  else {
    const html = cleanOutgoing(task.html)
    const quote = cleanOutgoing(task.quote, 'quoted')
    parentPort?.postMessage({ outgoing: { html, quote, text: plainMail(html, quote) } })
  }
})
parentPort?.postMessage('ready')
