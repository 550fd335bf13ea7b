import { describe, expect, test } from 'vitest'
import {
  fieldsIn,
  type GuardMail,
  type GuardRecord,
  guardsOf,
  mentionsAttachment,
} from '../../lib/domain/guards.ts'
import { gapFor } from '../../lib/domain/merge-fields.ts'

const record = (id: string, customer = '', ...belongs: string[]): GuardRecord => ({
  id,
  name: `Record ${id}`,
  customer,
  belongs: [id, ...belongs],
})
const halden = record('ann', 'Halden', 'halden')
const nord = record('ole', 'Nordwind', 'nordwind')

const mail = (more: Partial<GuardMail> = {}): GuardMail => ({
  subject: 'Offer',
  text: 'Dear Ann',
  unwritten: false,
  mergedLater: false,
  record: halden,
  recipients: [to(halden)],
  files: [],
  ...more,
})
const to = (...records: GuardRecord[]): GuardMail['recipients'][number] => ({
  address: `${records[0]?.id ?? 'new'}@x.example`,
  name: '',
  suppressed: undefined,
  records,
})
const file = (name: string, ...filedOn: GuardRecord[]) => ({
  id: `file ${name}`,
  name,
  inline: false,
  filedOn,
})
const found = (more: Partial<GuardMail>) =>
  guardsOf(mail(more)).map(({ code, about }) => (about === '' ? code : `${code}: ${about}`))

test('nothing stands against an honest mail', () => {
  expect(found({})).toEqual([])
})

describe('an attachment that the text mentions', () => {
  test.each([
    'Please find attached our offer.',
    'Please find the offer attached.',
    'I have attached the offer.',
    'I’ve attached it.',
    'The offer is attached.',
    'See attachment.',
    'See the attached PDF.',
    'You will find the plan in the attachment.',
    'Attached is our offer.',
    'Attached please find the drawing.',
    'Enclosed is the contract.',
    'I am attaching the plan.',
    'We enclosed the drawing.',
    'Offer attached',
    '見積書を添付いたします。',
    '添付ファイルをご確認ください。',
    '資料を添付しました。',
    '請求書を同封いたします。',
    '別紙のとおりお送りします。',
  ])('is missing: %s', (text) => {
    expect(mentionsAttachment(text)).toBe(true)
    expect(found({ text })).toEqual(['attachment_missing'])
  })

  test.each([
    'Dear Ann, thank you.',
    'We are very attached to our customers.',
    'The pump is attached to the wall.',
    'Could you send me the plan?',
    'Line 4 has two attachment points.',
    'The unattached cable is yours.',
    'ご確認をお願いいたします。',
    'ファイルを添付してください。',
    '資料の添付をお願いします。',
    '添付はありません。',
    '> Please find attached our offer.',
  ])('is none: %s', (text) => {
    expect(found({ text })).toEqual([])
  })

  test('is there once a file is; an inline image is no attachment', () => {
    const text = 'Please find attached our offer.'
    expect(found({ text, files: [file('offer.pdf')] })).toEqual([])
    expect(found({ text, files: [{ ...file('logo.png'), inline: true }] })).toEqual(['attachment_missing'])
  })
})

describe('whose customer it is', () => {
  test.each<[string, Partial<GuardMail>, string[]]>([
    [
      'another account than the record’s',
      { recipients: [to(halden), to(nord)] },
      ['other_account: ole@x.example'],
    ],
    ['the same account', { recipients: [to(record('eva', 'Halden', 'halden'))] }, []],
    ['an address nobody knows', { recipients: [to()] }, []],
    ['a record without account', { recipients: [to(record('lea'))] }, []],
    ['one address on records of both', { recipients: [to(nord, halden)] }, []],
    [
      'a partner who is a contact of the deal',
      { record: record('deal', 'Halden', 'halden', 'ole'), recipients: [to(nord)] },
      [],
    ],
    ['a mail written from no record', { record: undefined, recipients: [to(halden), to(nord)] }, []],
  ])('recipient: %s', (_, more, guards) => {
    expect(found(more)).toEqual(guards)
  })

  test.each<[string, Partial<GuardMail>, string[]]>([
    ['filed on another customer', { files: [file('a.pdf', nord)] }, ['other_customers_file: a.pdf']],
    ['filed on this customer’s deal', { files: [file('a.pdf', record('deal', 'Halden', 'halden'))] }, []],
    ['filed on both', { files: [file('a.pdf', nord, halden)] }, []],
    ['filed nowhere', { files: [file('a.pdf')] }, []],
    [
      'filed on who is written to',
      { record: undefined, recipients: [to(nord)], files: [file('a.pdf', nord)] },
      [],
    ],
    ['to nobody we know', { record: undefined, recipients: [to()], files: [file('a.pdf', nord)] }, []],
  ])('file: %s', (_, more, guards) => {
    expect(found(more)).toEqual(guards)
  })

  test('is named, by the record where it has no account', () => {
    const [first] = guardsOf(mail({ files: [file('a.pdf', record('lead'))] }))
    expect(first?.facts).toEqual({ file: 'a.pdf', account: 'Record lead' })
    expect(first?.fileId).toBe('file a.pdf')
  })
})

test('a mail with nothing written is asked about, and may go', () => {
  expect(guardsOf(mail({ text: '', unwritten: true }))).toMatchObject([{ code: 'empty_text', hard: false }])
})

test('merge fields that are left open stand against it, unless they are filled in later', () => {
  const text = 'Dear {{ contact.firstName }}, {% if deal %}x{% endif %} {{contact.firstName}} { not one }'
  expect(found({ subject: 'For {{deal.name}}', text })).toEqual([
    'unresolved_field: {{deal.name}}',
    'unresolved_field: {{ contact.firstName }}',
    'unresolved_field: {% if deal %}',
    'unresolved_field: {% endif %}',
    'unresolved_field: {{contact.firstName}}',
  ])
  expect(found({ text, mergedLater: true })).toEqual([])
  expect(fieldsIn('{{'.repeat(50_000))).toEqual([])
})

test('S-028: a suppressed address is worst and cannot be overruled', () => {
  const gone = { ...to(halden), suppressed: { reason: 'invalid', since: '2026-11-01T00:00:00.000Z' } }
  const [first, ...others] = guardsOf(mail({ subject: ' ', text: 'attached', recipients: [gone] }))
  expect(first).toMatchObject({
    code: 'suppressed',
    hard: true,
    address: 'ann@x.example',
    facts: { reason: 'invalid' },
  })
  expect(others.map(({ code, hard }) => [code, hard])).toEqual([
    ['attachment_missing', false],
    ['empty_subject', false],
  ])
})

test('a mark of an empty field is open until it is gone; other words in brackets are the person’s own', () => {
  const open = (text: string) =>
    guardsOf(mail({ text })).flatMap(({ code, about }) => (code === 'unresolved_field' ? [about] : []))
  expect(gapFor('{{ recipient.title | upcase }}')).toBe('[recipient.title?]')
  expect(gapFor('{{ own }}')).toBe('{{ own }}')
  expect(open(`Dear ${gapFor('{{ contact.x_size }}')}, [really?] [recipient]`)).toEqual(['[contact.x_size?]'])
})
