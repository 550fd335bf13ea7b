import { randomUUID } from 'node:crypto'
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { ownFetch, whole } from './calls.ts'
import { GoogleError, type RawMail } from './gateway.ts'

/** Answered with an error, in the form in which googleapis throws one. */
class Refused extends Error {
  readonly response: { status: number; data: string; headers: Headers }

  constructor(answer: Response, data: string) {
    super(`HTTP ${answer.status}`)
    this.response = { status: answer.status, data, headers: answer.headers }
  }
}

const google = 'https://gmail.googleapis.com/'

/**
 * Hands a raw mail to /upload as multipart/related, where a thread id can go along (gmail-api, B4), while it is read:
 * googleapis would hold all of it. One request: half a draft is none, and one made twice is found. `alive`: it gets on.
 */
export async function uploadMail(
  input: { root: string | undefined; path: 'drafts'; json: object; mail: RawMail; alive: () => void },
  options: { headers: { authorization: string }; signal: AbortSignal },
): Promise<{ data: gmail_v1.Schema$Draft }> {
  const { json, mail, alive } = input
  const line = `inlay_${randomUUID()}`
  const head = Buffer.from(
    `--${line}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(json)}\r\n` +
      `--${line}\r\nContent-Type: message/rfc822\r\n\r\n`,
  )
  const tail = Buffer.from(`\r\n--${line}--\r\n`)
  const url = `${input.root ?? google}upload/gmail/v1/users/me/${input.path}?uploadType=multipart`
  const request = {
    method: 'POST',
    headers: {
      ...options.headers,
      'content-type': `multipart/related; boundary=${line}`,
      'content-length': String(head.length + mail.size + tail.length),
    },
    body: streamOf(around(head, mail.open(), tail, alive)),
    duplex: 'half',
    signal: options.signal,
  }
  const response = await ownFetch(url, request)
  const body = await response.text()
  if (!response.ok) throw new Refused(response, body)
  return { data: parsed(body) }
}

function streamOf(bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const step = await bytes.next()
        if (step.done) controller.close()
        else controller.enqueue(step.value)
      },
      cancel: () => void bytes.return(undefined),
    },
    { highWaterMark: 0 },
  )
}

async function* around(
  head: Uint8Array,
  mail: AsyncIterable<Uint8Array>,
  tail: Uint8Array,
  alive: () => void,
): AsyncGenerator<Uint8Array> {
  yield head
  for await (const chunk of mail) {
    alive()
    yield chunk
  }
  yield tail
}

function parsed(body: string): gmail_v1.Schema$Draft {
  try {
    return whole(JSON.parse(body))
  } catch (error) {
    throw new GoogleError('uncertain', 'cut_answer', { cause: error })
  }
}
