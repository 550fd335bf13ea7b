import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../backend/clock.ts'
import { createGateway } from '../backend/google/connect.ts'
import {
  type GmailMailbox,
  GoogleError,
  type GoogleMessage,
  type OutgoingMail,
} from '../backend/google/gateway.ts'
import { createLog } from '../backend/log.ts'

/**
 * Settles on a real Gmail account what no stand-in can (gmail-api, D9). Sends two mails: one from the account to itself, one to
 * an address that does not exist. Needs a refresh token with gmail.compose and gmail.readonly. Never runs in CI.
 */
const needed = ['INLAY_GOOGLE_CLIENT_ID', 'INLAY_GOOGLE_CLIENT_SECRET', 'INLAY_LIVE_REFRESH_TOKEN'] as const
const missing = needed.filter((name) => !process.env[name])
if (process.env['CI']) stop('The live suite writes to a real mailbox and never runs in CI.')
if (missing.length > 0)
  stop(`Set ${missing.join(', ')}. The refresh token needs gmail.compose and gmail.readonly.`)

const [clientId, clientSecret, refreshToken] = needed.map((name) => process.env[name] ?? '') as [
  string,
  string,
  string,
]
const clock = systemClock()
const gateway = createGateway({
  clientId,
  clientSecret,
  redirectUri: 'http://127.0.0.1/auth/google/callback',
  base: undefined,
  clock,
  log: createLog('silent'),
})
const signal = AbortSignal.timeout(10 * 60_000)
const mailbox: GmailMailbox = gateway.openMailbox(
  'live',
  async () => (await gateway.refresh(refreshToken)).accessToken,
  // A handful of calls by hand: nobody else counts on this minute.
  { use: 'person', budget: { take: async ({ want }) => ({ units: want, span: 0, until: 0 }) } },
)
const me = (await mailbox.getProfile(signal)).email
let failures = 0

const first = await sendOnce(me)
const second = await mailbox.sendDraft(first.draftId, signal).then(
  () => 'was accepted',
  (error: unknown) => (error instanceof GoogleError ? `answered ${error.kind} (${error.reason})` : 'failed'),
)
await wait(20_000)
const copies = await copiesOf(first.sendId)
tell(
  copies.length === 1,
  `drafts.send twice on one draft: the second ${second}; copies in Sent: ${copies.length}`,
)
const [sent] = copies
tell(
  sent !== undefined && header(sent, 'references').includes(first.sendId),
  'our entry in References survives sending',
)
tell(sent !== undefined, 'X-Inlay-Send-Id survives sending')
const messageId = sent ? header(sent, 'message-id') : ''
tell(
  messageId !== '' && !messageId.includes(first.sendId),
  `Gmail made the Message-ID: ${messageId.replace(/^.*@/, '…@')}`,
)

const dead = await sendOnce(`inlay-live-${randomUUID().slice(0, 8)}@gmail.com`)
tell(
  await bounceJoins(dead.threadId),
  'the bounce report joined the thread of its mail (waited up to 5 minutes)',
)
console.log(failures === 0 ? 'All facts hold: tick them in the README.' : `${failures} facts do not hold.`)
process.exit(failures === 0 ? 0 : 1)

async function sendOnce(to: string): Promise<{ draftId: string; sendId: string; threadId: string }> {
  const sendId = randomUUID()
  const mail: OutgoingMail = {
    from: { address: me, name: '' },
    to: [{ address: to, name: '' }],
    cc: [],
    bcc: [],
    subject: `Inlay live check ${sendId.slice(0, 8)}`,
    text: 'Sent by npm run live of Inlay. You can delete it.',
    html: '',
    files: [],
    references: [],
    inReplyTo: undefined,
    unsubscribe: undefined,
    sendId,
    mark: sendId,
    date: clock.now(),
  }
  const bytes = Buffer.concat(await Array.fromAsync(gateway.buildMime(mail)))
  const draft = { size: bytes.length, open: () => Readable.from([bytes]) }
  const { draftId } = await mailbox.createDraft(draft, undefined, signal)
  const { threadId } = await mailbox.sendDraft(draftId, signal)
  return { draftId, sendId, threadId }
}

async function copiesOf(sendId: string): Promise<GoogleMessage[]> {
  const { ids } = await mailbox.listMessages({ labelIds: ['SENT'], max: 20 }, signal)
  const messages = await Promise.all(ids.map(({ id }) => mailbox.getMessage(id, 'metadata', signal)))
  return messages.filter((message) => header(message, 'x-inlay-send-id') === sendId)
}

async function bounceJoins(threadId: string): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) {
    await wait(15_000)
    const thread = await mailbox.getThread(threadId, signal)
    if (thread.messages.some((message) => /mailer-daemon@/i.test(header(message, 'from')))) return true
  }
  return false
}

function header(message: GoogleMessage, name: string): string {
  return message.headers.find((one) => one.name.toLowerCase() === name)?.value ?? ''
}

function tell(holds: boolean, fact: string): void {
  if (!holds) failures++
  console.log(`${holds ? 'holds   ' : 'DOES NOT'}  ${fact}`)
}

function stop(why: string): never {
  console.error(why)
  process.exit(2)
}
