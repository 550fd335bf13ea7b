import { gapsIn } from './merge-fields.ts'

/**
 * What may stand against sending a mail, worst first. A suppressed address and an empty mail's recipient cannot be overruled
 * in the composer (S-028); the others take one key and are written down.
 */
export const guardCodes = [
  'suppressed',
  'unresolved_field',
  'other_customers_file',
  'other_account',
  'attachment_missing',
  'empty_subject',
  'empty_text',
] as const
export type GuardCode = (typeof guardCodes)[number]

/** Guards that no key goes past. */
const hardGuards: readonly GuardCode[] = ['suppressed']

/** One thing that stands against sending. */
export interface GuardFound {
  code: GuardCode
  hard: boolean
  /** The recipient, file or field it is about; '' for the whole mail. */
  about: string
  fileId: string | null
  address: string
  facts: Record<string, string | number>
}

/** A record as far as guards need it: whose customer it is. */
export interface GuardRecord {
  id: string
  name: string
  /** Name of the account it belongs to, '' when it has none or the viewer may not open it. */
  customer: string
  /** Ids of all that is the same customer: itself, its account, its contacts, its deal. */
  belongs: readonly string[]
}

export interface GuardMail {
  subject: string
  /** What is written, without the quote. */
  text: string
  /** Nothing stands above the signature and the quote, not even an image. */
  unwritten: boolean
  /** The mail is merged for each recipient later: its fields are meant to be open. */
  mergedLater: boolean
  /** The record it is written from. */
  record: GuardRecord | undefined
  recipients: readonly {
    address: string
    name: string
    suppressed: { reason: string; since: string } | undefined
    /** Records of that address the viewer may open. */
    records: readonly GuardRecord[]
  }[]
  files: readonly {
    id: string
    name: string
    inline: boolean
    /** Records on which the same file is filed, as far as the viewer may open them. */
    filedOn: readonly GuardRecord[]
  }[]
}

/** Everything that stands against sending this mail, worst first. Facts are the caller's; nothing is looked up here. */
export function guardsOf(mail: GuardMail): GuardFound[] {
  const found = [
    ...suppressedOnes(mail),
    ...openFields(mail),
    ...othersFiles(mail),
    ...otherAccounts(mail),
    ...missingAttachment(mail),
  ]
  if (mail.subject.trim() === '') found.push(guard('empty_subject'))
  if (mail.unwritten) found.push(guard('empty_text'))
  return found
}

function guard(code: GuardCode, more: Partial<Omit<GuardFound, 'code' | 'hard'>> = {}): GuardFound {
  const hard = hardGuards.includes(code)
  return { code, hard, about: '', fileId: null, address: '', facts: {}, ...more }
}

function suppressedOnes({ recipients }: GuardMail): GuardFound[] {
  return recipients.flatMap(({ address, name, suppressed }) =>
    suppressed === undefined
      ? []
      : [guard('suppressed', { about: name || address, address, facts: suppressed })],
  )
}

const fields = /\{\{[^{}]{0,200}\}\}|\{%[^%]{0,200}%\}/g

/** Merge fields that stand in a text as they were written. */
export function fieldsIn(text: string): string[] {
  return [...new Set([...text.matchAll(fields)].map(([field]) => field.replace(/\s+/g, ' ')))]
}

function openFields({ subject, text, mergedLater }: GuardMail): GuardFound[] {
  if (mergedLater) return []
  const all = `${subject}\n${text}`
  return [...fieldsIn(all), ...gapsIn(all)]
    .slice(0, 10)
    .map((field) => guard('unresolved_field', { about: field, facts: { field } }))
}

function othersFiles({ record, recipients, files }: GuardMail): GuardFound[] {
  const reached = recipients.flatMap((one) => one.records)
  const ours = new Set([...(record ? [record] : []), ...reached].flatMap((one) => one.belongs))
  // Of a mail to nobody we know, nobody can say whose customer it goes to.
  if (ours.size === 0) return []
  return files.flatMap(({ id, name, filedOn }) => {
    const [first] = filedOn
    if (first === undefined || filedOn.some((one) => one.belongs.some((whose) => ours.has(whose)))) return []
    const facts = { file: name, account: first.customer || first.name }
    return [guard('other_customers_file', { about: name, fileId: id, facts })]
  })
}

function otherAccounts({ record, recipients }: GuardMail): GuardFound[] {
  if (record === undefined || record.customer === '') return []
  return recipients.flatMap(({ address, name, records }) => {
    const other = otherAccountOf(record, records)
    if (other === '') return []
    const facts = { account: other, expected: record.customer }
    return [guard('other_account', { about: name || address, address, facts })]
  })
}

/** The other customer an address belongs to when it belongs to none of the record's; '' otherwise or when nobody knows. */
export function otherAccountOf(record: GuardRecord | undefined, others: readonly GuardRecord[]): string {
  if (record === undefined || record.customer === '' || others.length === 0) return ''
  const near = new Set(record.belongs)
  const isNear = (one: GuardRecord) => one.customer === '' || one.belongs.some((whose) => near.has(whose))
  return others.some(isNear) ? '' : (others[0]?.customer ?? '')
}

/** "attached", "see attachment", "enclosed", as people write it; not "attached to", which is said of feelings and parts. */
const mentions = [
  /\b(?:(?:i(?:'ve|’ve| have)?|we(?:'ve|’ve| have)?) (?:also )?(?:attach(?:ed)?|enclosed?)|(?:please )?(?:find|see|find the|see the) (?:\w+ ){0,4}(?:attached|attachments?|enclosed)|attached (?:is|are|you|please|here|file|document|pdf|to this (?:e-?mail|mail|message))|(?:is|are) (?:also )?attached(?! to (?!this))|(?:in|see|as) (?:the |an |my |our )?(?:\w+ )?attachments?|(?:the|my|our|this) (?:\w+ )?attachments?|enclosed (?:is|are|you|please)|i(?:'m|’m| am) (?:attaching|enclosing)|we(?:'re|’re| are) (?:attaching|enclosing)|attached\s*[.:,!]?\s*$|attaching (?:the|a|an|my|our))/im,
  /添付(?!ファイルなし|資料なし|なし|は(?:ありません|ございません|不要)|いただ|頂|くださ|下さ|してくださ|して下さ|をお願い|のほどお願い|漏れ)|同封(?!は(?:ありません|ございません))|別添|別紙(?:を|に|の|の通り|のとおり)/,
]

/** Whether a text says that something is attached. */
export function mentionsAttachment(text: string): boolean {
  return mentions.some((one) => one.test(text))
}

function missingAttachment({ text, subject, files }: GuardMail): GuardFound[] {
  if (files.some((file) => !file.inline)) return []
  return mentionsAttachment(`${subject}\n${ownWords(text)}`) ? [guard('attachment_missing')] : []
}

/** Without lines that quote: "> …". */
function ownWords(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^\s*>/.test(line))
    .join('\n')
}
