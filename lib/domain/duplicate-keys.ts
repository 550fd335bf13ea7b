import { readableNames } from './internet-names.ts'
import { fold, phoneKey, type Searchable, wordsOf } from './search-text.ts'

/** By what two records may turn out to be the same; addresses are compared by themselves. */
type DuplicateKind = 'phone' | 'name_company' | 'name' | 'domain'
export interface DuplicateKey {
  kind: DuplicateKind
  key: string
}

/** Legal forms say nothing about who it is, and half of the people leave them out. */
const latinForms = new Set(
  [
    'ab ag aps as bv co company corp corporation cokg eg ek gbr gmbh inc incorporated kg kgaa kk limited llc llp lp ltd',
    'nv ohg oy oyj plc pte pty pvt sa sarl sas se sl spa srl ug the und and',
  ]
    .join(' ')
    .split(' '),
)
const japaneseForms = /株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|^[株有同資名]$/g

/** A company without its legal form: `(株)山田製作所` and `山田製作所株式会社`, `Halden Marine GmbH` and `HALDEN MARINE`. */
export function companyKey(company: string): string {
  const words = wordsOf(company.slice(0, 300).replace(/\.(?=\p{L}?\b)/gu, ''))
  const told = words.map((word) => word.replace(japaneseForms, '')).filter((word) => word !== '')
  const named = told.filter((word) => !latinForms.has(word))
  return (named.length > 0 ? named : told).join('')
}

/** A person's name in any order: `Brandt, Elena` and `Elena Brandt`, `田中 浩二` and `田中浩二`. */
export function nameKey(name: string): string {
  const words = wordsOf(name.slice(0, 300))
  const latin = words.filter((word) => /^\p{Script=Latin}/u.test(word)).sort()
  const others = words.filter((word) => !/^\p{Script=Latin}/u.test(word))
  return [...latin, others.join('')].filter((word) => word !== '').join(' ')
}

/** What a web address may have; no pattern looks at more of a hostile one. */
const longestUrl = 2000

/** A domain without `www.`, from a domain or a web address. */
export function domainKey(text: string): string | undefined {
  const host = fold(readableNames(text.trim().slice(0, longestUrl)))
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^www\./, '')
  return /^[^\s@.\p{C}]+(?:\.[^\s@.\p{C}]+)+$/u.test(host) && host.length <= 253 ? host : undefined
}

/** Every key under which others like this record are found. */
export function duplicateKeys(record: Searchable): DuplicateKey[] {
  const { module, fields } = record
  const keys: DuplicateKey[] = []
  for (const phone of [fields['phone'], fields['mobile']].map((text) => phoneKey(text ?? '')))
    if (phone !== undefined) keys.push({ kind: 'phone', key: phone })
  const isPerson = module === 'leads' || module === 'contacts'
  const name = (isPerson ? nameKey(record.name) : companyKey(record.name)).slice(0, 200)
  if (name !== '') keys.push({ kind: 'name', key: name })
  if (isPerson && name !== '')
    for (const company of [record.company, fields['company'] ?? ''].map(companyKey))
      if (company !== '') keys.push({ kind: 'name_company', key: `${name}|${company.slice(0, 200)}` })
  const domain =
    module === 'accounts'
      ? (domainKey(fields['domain'] ?? '') ?? domainKey(fields['website'] ?? ''))
      : undefined
  if (domain !== undefined) keys.push({ kind: 'domain', key: domain })
  return [...new Map(keys.map((one) => [`${one.kind} ${one.key}`, one])).values()]
}
