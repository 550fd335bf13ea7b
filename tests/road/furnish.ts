import type { RecordCard } from '../../lib/contract/records.ts'
import type { Person } from '../stand-ins/door.ts'

/** A company that has used Inlay for a while: [account, mail domain, industry, city, country]. */
const accounts = [
  ['Kanda Koki', 'kanda-koki.example', 'Machine building', 'Tokyo', 'Japan'],
  ['Shinwa', 'shinwa.example', 'Logistics', 'Yokohama', 'Japan'],
  ['Minato Kaiun', 'minato-kaiun.example', 'Shipping', 'Kobe', 'Japan'],
  ['Ferrovia Italia', 'ferrovia.example', 'Rail', 'Genova', 'Italy'],
  ['Nordhafen Logistik', 'nordhafen.example', 'Logistics', 'Kiel', 'Germany'],
  ['Fjordline', 'fjordline.example', 'Ferries', 'Bergen', 'Norway'],
  ['Gulf Dredging', 'gulf-dredging.example', 'Dredging', 'Dubai', 'United Arab Emirates'],
  ['Reyes Marine', 'reyes-marine.example', 'Shipyard', 'Vigo', 'Spain'],
] as const

/** [first name, last name, title, number of the account, local part, phone]. */
const contacts = [
  ['Aya', 'Kanda', 'Managing Director', 0, 'aya', '+81 3 5550 1187'],
  ['健一', '山田', '購買部長', 0, 'yamada', '03-5550-1188'],
  ['Koji', 'Tanaka', 'Head of Fleet', 1, 'k.tanaka', '+81 45 5550 2101'],
  ['Hiro', 'Sakai', 'Purchasing', 2, 'sakai', '+81 78 5550 3301'],
  ['翔太', '佐藤', '技術課長', 2, 'sato', '078-5550-3302'],
  ['Lucia', 'Gentile', 'Buyer', 3, 'l.gentile', '+39 010 555 4401'],
  ['Rita', 'Sommer', 'Operations', 4, 'r.sommer', '+49 431 5550 55'],
  ['Nora', 'Berg', 'Technical Manager', 5, 'nora.berg', '+47 55 50 66 01'],
  ['Omar', 'Aziz', 'Procurement', 6, 'omar', '+971 4 555 7701'],
  ['Ines', 'Moreau', 'Sales Engineer', 7, 'ines', '+34 986 555 801'],
] as const

/** [name, stage, amount, currency, number of the contact, closing day]. */
const deals = [
  ['Bilge pumps, MV Kanda', 'proposal', '4200000', 'JPY', 0, '2026-12-11'],
  ['Spare parts 2027', 'qualification', '18000000', 'JPY', 2, '2027-01-29'],
  ['Ballast retrofit', 'negotiation', '240000', 'USD', 8, '2026-12-18'],
  ['Seals for two ferries', 'needs_analysis', '58000', 'EUR', 7, '2027-02-12'],
  ['Rail depot compressors', 'won', '96500', 'EUR', 5, '2026-10-30'],
  ['Deck cranes', 'proposal', '12000', 'EUR', 6, '2026-12-04'],
] as const

/** Puts the records in as the colleagues would have, through the front door; half belong to each. */
export async function furnish(first: Person, second: Person): Promise<void> {
  const accountIds: string[] = []
  for (const [index, [accountName, domain, industry, city, country]] of accounts.entries())
    accountIds.push(
      await make(index % 2 === 0 ? first : second, {
        module: 'accounts',
        fields: { accountName, domain, industry, city, country },
      }),
    )
  const contactIds: string[] = []
  for (const [index, [firstName, lastName, title, account, local, phone]] of contacts.entries())
    contactIds.push(
      await make(index % 2 === 0 ? first : second, {
        module: 'contacts',
        fields: { firstName, lastName, title, phone },
        primaryAddress: `${local}@${accounts[account][1]}`,
        accountId: accountIds[account],
      }),
    )
  for (const [index, [dealName, stage, amount, currency, contact, closingOn]] of deals.entries()) {
    const who = index % 2 === 0 ? first : second
    const dealId = await make(who, {
      module: 'deals',
      fields: { dealName, stage, amount, currency, closingOn },
      mainContactId: contactIds[contact],
    })
    if (index > 2) continue
    await make(who, {
      module: 'quotes',
      fields: { number: `Q-11${80 + index}`, status: 'sent', total: amount, currency, validUntil: closingOn },
      dealId,
    })
  }
  await make(first, {
    module: 'invoices',
    fields: { number: 'INV-1043', status: 'sent', total: '8420', currency: 'EUR', dueOn: '2026-11-11' },
    mainContactId: contactIds[6],
  })
  for (const [index, title] of ['Send new quote', 'Answer about seals', 'Call about tank farm'].entries())
    await first.call('POST', '/todos', {
      recordId: contactIds[index * 3],
      title,
      dueOn: `2026-11-2${3 + index}`,
    })
}

async function make(person: Person, record: object): Promise<string> {
  const { status, body } = await person.call<RecordCard>('POST', '/records', record)
  if (status !== 201) throw new Error(`The record was not made: ${JSON.stringify(body)}`)
  return body.record.id
}
