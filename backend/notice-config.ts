import { readFileSync } from 'node:fs'

/** How Gmail's notifications reach this server, if at all. */
export interface NoticeConfig {
  /** `projects/P/topics/T`, in the project of the OAuth client. */
  topic: string
  /** A subscription that is fetched, and the service account that may. */
  pull: { subscription: string; account: { email: string; key: string } } | undefined
  /** Google posts to us: for this audience, as this service account. */
  push: { audience: string; account: string } | undefined
}

type Read = (name: string) => string | undefined

const names = {
  topic: 'INLAY_PUBSUB_TOPIC',
  subscription: 'INLAY_PUBSUB_SUBSCRIPTION',
  keyFile: 'INLAY_PUBSUB_KEY_FILE',
  audience: 'INLAY_PUBSUB_PUSH_AUDIENCE',
  account: 'INLAY_PUBSUB_PUSH_ACCOUNT',
} as const

/** Reads `INLAY_PUBSUB_*`; undefined when none is set. What cannot be used is added to `problems`. */
export function readNotices(read: Read, problems: string[]): NoticeConfig | undefined {
  const given = Object.values(names).filter((name) => read(name) !== undefined)
  if (given.length === 0) return undefined
  const topic = read(names.topic) ?? ''
  if (!/^projects\/[\w.:-]+\/topics\/[\w.~+%-]+$/.test(topic))
    problems.push(`${names.topic} must be of the form projects/PROJECT/topics/TOPIC.`)
  const pull = readPull(read, problems)
  const push = readPush(read, problems)
  if (pull === undefined && push === undefined)
    problems.push(
      `${names.topic} alone brings nothing here: set ${names.subscription} and ${names.keyFile} to fetch notifications, or ${names.audience} and ${names.account} to take them.`,
    )
  return { topic, pull, push }
}

function readPull(read: Read, problems: string[]): NoticeConfig['pull'] {
  const subscription = read(names.subscription)
  const keyFile = read(names.keyFile)
  if (subscription === undefined && keyFile === undefined) return undefined
  if (!/^projects\/[\w.:-]+\/subscriptions\/[\w.~+%-]+$/.test(subscription ?? ''))
    problems.push(`${names.subscription} must be of the form projects/PROJECT/subscriptions/SUBSCRIPTION.`)
  const account = keyFile === undefined ? undefined : readKeyFile(keyFile)
  if (account === undefined)
    problems.push(
      `${names.keyFile} must be the path of a service account's key file (JSON with client_email and private_key).`,
    )
  return { subscription: subscription ?? '', account: account ?? { email: '', key: '' } }
}

function readPush(read: Read, problems: string[]): NoticeConfig['push'] {
  const audience = read(names.audience)
  const account = read(names.account)
  if (audience === undefined && account === undefined) return undefined
  if (audience === undefined)
    problems.push(`${names.audience} is missing: the audience set on the push subscription.`)
  if (!/^[^\s@]+@[^\s@]+$/.test(account ?? ''))
    problems.push(`${names.account} must be the e-mail address of the push subscription's service account.`)
  return { audience: audience ?? '', account: account ?? '' }
}

/** Undefined for a file that is not there or not a key; its text is never quoted. */
function readKeyFile(path: string): { email: string; key: string } | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof value !== 'object' || value === null) return undefined
    if (!('client_email' in value) || !('private_key' in value)) return undefined
    const { client_email: email, private_key: key } = value
    return typeof email === 'string' && typeof key === 'string' ? { email, key } : undefined
  } catch {
    return undefined
  }
}
