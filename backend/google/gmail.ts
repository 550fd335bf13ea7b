import { gmail } from 'googleapis/build/src/apis/gmail/index.js'
import type { gmail_v1 } from 'googleapis/build/src/apis/gmail/v1.js'
import { decodeAttachment, decodeField } from './attachment-stream.ts'
import { type Calls, whole } from './calls.ts'
import { need, toHeaders, toHistoryPage, toMessage, toSendAs } from './convert.ts'
import { type GmailMailbox, GoogleError } from './gateway.ts'
import { uploadMail } from './upload.ts'

const userId = 'me'
const historyTypes = ['messageAdded', 'messageDeleted', 'labelAdded', 'labelRemoved']

/** Gmail's client. `rootUrl` goes with every call too: media uploads ignore the client's and would leave for Google. */
export function createGmailClient(base: string | undefined): {
  api: gmail_v1.Gmail
  root: { rootUrl?: string }
} {
  const root = base === undefined ? {} : { rootUrl: `${base}/` }
  return { api: gmail({ version: 'v1', retry: false, ...root }), root }
}

/** One mailbox behind the gateway's interface. Units are those of gmail-api B3. */
export function createMailbox(client: ReturnType<typeof createGmailClient>, calls: Calls): GmailMailbox {
  return { ...reading(client, calls), ...watching(client, calls), ...sending(client, calls) }
}

type Reading =
  | 'getProfile'
  | 'listHistory'
  | 'listMessages'
  | 'getMessage'
  | 'getThread'
  | 'openAttachment'
  | 'listSendAs'

function reading(
  { api, root }: ReturnType<typeof createGmailClient>,
  calls: Calls,
): Pick<GmailMailbox, Reading> {
  const { users } = api
  return {
    async getProfile(signal) {
      const profile = await calls.read(1, signal, (o) => users.getProfile({ userId }, { ...o, ...root }))
      return { email: need(profile.emailAddress), historyId: need(profile.historyId) }
    },
    async listHistory(startHistoryId, pageToken, signal) {
      const query = { userId, startHistoryId, historyTypes, maxResults: 500, ...(pageToken && { pageToken }) }
      try {
        return toHistoryPage(await calls.read(2, signal, (o) => users.history.list(query, { ...o, ...root })))
      } catch (error) {
        if (!(error instanceof GoogleError) || error.kind !== 'not_found') throw error
        throw new GoogleError('history_expired', error.reason, { cause: error })
      }
    },
    async listMessages({ q, labelIds, pageToken, max }, signal) {
      const query = {
        userId,
        ...(q && { q }),
        ...(labelIds && { labelIds }),
        ...(pageToken && { pageToken }),
        ...(max && { maxResults: max }),
      }
      const list = await calls.read(5, signal, (o) => users.messages.list(query, { ...o, ...root }))
      return {
        ids: (list.messages ?? []).map(({ id, threadId }) => ({ id: need(id), threadId: need(threadId) })),
        nextPageToken: list.nextPageToken ?? undefined,
      }
    },
    async getMessage(id, format, signal) {
      return toMessage(
        await calls.read(20, signal, (o) => users.messages.get({ userId, id, format }, { ...o, ...root })),
      )
    },
    async getThread(id, signal) {
      const query = { userId, id, format: 'full' }
      const thread = await calls.read(40, signal, (o) => users.threads.get(query, { ...o, ...root }))
      return { id: need(thread.id), messages: (thread.messages ?? []).map(toMessage) }
    },
    async openAttachment(messageId, attachmentId, signal) {
      const query = { userId, messageId, id: attachmentId }
      const opened = await calls.open<unknown>(20, signal, (o) =>
        users.messages.attachments.get(query, { ...o, ...root, responseType: 'stream' }),
      )
      return streamed(opened, signal, decodeAttachment)
    },
    async listSendAs(signal) {
      const list = await calls.read(1, signal, (o) =>
        users.settings.sendAs.list({ userId }, { ...o, ...root }),
      )
      return (list.sendAs ?? []).map(toSendAs)
    },
  }
}

/** Everything is told, archived and sent mail too: Gmail's own filter by labels cannot be relied on (byeokim/gmailpush #23). */
function watching(
  { api, root }: ReturnType<typeof createGmailClient>,
  calls: Calls,
): Pick<GmailMailbox, 'watch' | 'stopWatch'> {
  const { users } = api
  return {
    async watch(topicName, signal) {
      const asked = { userId, requestBody: { topicName } }
      const watch = await calls.read(100, signal, (o) => users.watch(asked, { ...o, ...root }))
      return { expiresAt: Number(need(watch.expiration)) }
    },
    async stopWatch(signal) {
      await calls.write(50, signal, (o) => users.stop({ userId }, { ...o, ...root }))
    },
  }
}

type Sending = 'createDraft' | 'sendDraft' | 'getDraft' | 'getDraftRaw' | 'listDrafts' | 'deleteDraft'

function sending(
  { api, root }: ReturnType<typeof createGmailClient>,
  calls: Calls,
): Pick<GmailMailbox, Sending> {
  const { drafts } = api.users
  return {
    async createDraft(mail, threadId, signal) {
      const json = { message: threadId === undefined ? {} : { threadId } }
      const draft = await calls.write(10, signal, (o, alive) =>
        uploadMail({ root: root.rootUrl, path: 'drafts', json, mail, alive }, o),
      )
      return { draftId: need(draft.id), messageId: need(draft.message?.id) }
    },
    async sendDraft(draftId, signal) {
      const sent = await calls.write(100, signal, async (o) => {
        const answer = await drafts.send({ userId, requestBody: { id: draftId } }, { ...o, ...root })
        return { data: whole(answer.data) }
      })
      return { messageId: need(sent.id), threadId: need(sent.threadId) }
    },
    async getDraft(draftId, signal) {
      const query = { userId, id: draftId, format: 'metadata' }
      const { message } = await calls.read(20, signal, (o) => drafts.get(query, { ...o, ...root }))
      return {
        messageId: need(message?.id),
        labelIds: message?.labelIds ?? [],
        headers: toHeaders(message?.payload?.headers),
      }
    },
    async getDraftRaw(draftId, maxBytes, signal) {
      const query = { userId, id: draftId, format: 'raw', fields: 'message(id,threadId,raw)' }
      const opened = await calls.open<unknown>(20, signal, (o) =>
        drafts.get(query, { ...o, ...root, responseType: 'stream' }),
      )
      return readDraft(opened, maxBytes, signal)
    },
    async listDrafts(max, signal) {
      const list = await calls.read(5, signal, (o) =>
        drafts.list({ userId, maxResults: max }, { ...o, ...root }),
      )
      return (list.drafts ?? []).map(({ id, message }) => ({
        draftId: need(id),
        messageId: need(message?.id),
      }))
    },
    async deleteDraft(draftId, signal) {
      await calls.write(10, signal, (o) => drafts.delete({ userId, id: draftId }, { ...o, ...root }))
    },
  }
}

/** An answer whose body is still coming. */
interface OpenedBody {
  data: unknown
  alive(): void
  done(): void
}

/** What `decode` makes of the body; place and time limit of the call end with the stream, however it ends. */
async function* streamed<R>(
  opened: OpenedBody,
  signal: AbortSignal,
  decode: (body: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array, R>,
): AsyncGenerator<Uint8Array, R> {
  try {
    if (!(opened.data instanceof ReadableStream)) throw new GoogleError('uncertain', 'cut_answer')
    return yield* decode(noticed(opened.data, opened.alive))
  } catch (error) {
    if (error instanceof GoogleError) throw error
    throw new GoogleError('uncertain', signal.aborted ? 'stopped' : 'cut_answer', { cause: error })
  } finally {
    opened.done()
  }
}

async function* noticed(body: AsyncIterable<Uint8Array>, alive: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    alive()
    yield chunk
  }
}

async function readDraft(
  opened: OpenedBody,
  maxBytes: number,
  signal: AbortSignal,
): Promise<{ messageId: string; threadId: string; raw: Buffer }> {
  const bytes = streamed(opened, signal, (body) => decodeField(body, 'raw', maxBytes))
  const chunks: Uint8Array[] = []
  for (;;) {
    const step = await bytes.next()
    if (!step.done) {
      chunks.push(step.value)
      continue
    }
    const { message }: gmail_v1.Schema$Draft = JSON.parse(step.value.rest)
    return { messageId: need(message?.id), threadId: need(message?.threadId), raw: Buffer.concat(chunks) }
  }
}
