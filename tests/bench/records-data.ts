import { randomUUID } from 'node:crypto'
import type { Database } from '../../backend/storage/database.ts'
import { vacuum } from '../../backend/storage/housekeeping.ts'
import { type BatchRow, insertBatch } from '../../backend/storage/record-batch.ts'
import { dealStages, type ModuleKey, standardDescriptions } from '../../lib/domain/modules.ts'
import { recordName } from '../../lib/domain/records.ts'

/** How large the organisation is; issue 3 names these numbers. */
export const sizes = { contacts: 100_000, accounts: 20_000, leads: 10_000, deals: 25_000, documents: 25_000 }

const words = (text: string) => text.split(' ')
const first = words(
  'Anna Elena Jonas Lucia Omar Nora Rita Ilya Marc Inès Paul Sofie Björn Zoë Peter Maria Hans Greta Olaf Ana Luís Chloé Emil Ida Karl Lena Max Mia Noah Tom',
)
const firstParts = words('ma ri el an jo lu ka so ti be ra no vi')
const last = words(
  'Brandt Moreau Lind Voss Gentile Aziz Berg Sommer Tarkov Großmann Dubois Sørensen Müller Schmidt Keller Weber Rossi Costa Novak Larsen Jensen Silva Petit Roux Bauer Vogel Stein Wolf Kraus Frank',
)
const lastParts = words('bren dal stad mark holm berg ford ton ski vic son mann lund quist')
const family = words(
  '田中 佐藤 鈴木 高橋 渡辺 伊藤 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本',
)
const given = words(
  '浩二 花子 健 由紀子 太郎 美咲 翔太 陽子 大輔 さくら 拓也 真由美 直樹 恵子 和也 明美 誠 裕子 剛 結衣 蓮 葵 悠斗 陽菜 湊 凛 樹 紬',
)
const trade = words('Marine Logistik Systems Energy Foods Metall Textile Optics Software Bau Shipping Pharma')
const town = words(
  'Halden Minato Ferrovia Nordhafen Gulf Baltic Fjord Reyes Kanda Arbor Linden Osaka Lyon Turin',
)
const 業 = words('製作所 海運 電機 商事 食品 建設 化学 物流 工業 薬品 印刷 精密')
const 町 = words('山田 東海 大和 港 富士 三河 日進 桜 北斗 千代田 平和 旭')

/** The same organisation in every run. */
function dice() {
  let state = 20_261_123
  const next = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T
  return { next, pick }
}

export interface BenchPeople {
  orgId: string
  ids: string[]
}

/** Fills an organisation through the statements an import uses; 40 % of the names are Japanese. */
export async function fillOrganisation(db: Database, people: BenchPeople): Promise<void> {
  const { next, pick } = dice()
  const owner = () => pick(people.ids)
  const day = (spread: number) => new Date(Date.UTC(2026, 10, 23) + (next(spread * 2) - spread) * 86_400_000)
  const iso = (spread: number) => day(spread).toISOString().slice(0, 10)
  const writer = batchWriter(db, people)
  const isJapanese = () => next(10) < 4

  const accounts: { id: string; name: string; domain: string }[] = []
  for (let n = 0; n < sizes.accounts; n++) {
    const japanese = isJapanese()
    const name = japanese
      ? `株式会社${pick(町)}${pick(業)}${n}`
      : `${pick(town)}${pick(lastParts)} ${pick(trade)} ${n}`
    const account = { id: randomUUID(), name, domain: `c${n}.${japanese ? 'co.jp.example' : 'example'}` }
    accounts.push(account)
    const fields = {
      accountName: name,
      domain: account.domain,
      phone: `+49 40 ${1_000_000 + n}`,
      city: pick(town),
    }
    await writer.add('accounts', account.id, fields, {
      addresses: [`info@${account.domain}`, `sales@${account.domain}`],
      owner: owner(),
    })
  }
  const person = (): Record<string, string> =>
    isJapanese()
      ? {
          firstName: pick(given),
          lastName: pick(family),
          phone: `090-${1000 + next(9000)}-${1000 + next(9000)}`,
        }
      : {
          firstName: pick(first) + (next(3) === 0 ? pick(firstParts) : ''),
          lastName: pick(last) + (next(2) === 0 ? pick(lastParts) : ''),
          phone: `+49 151 ${10_000_000 + next(89_999_999)}`,
        }
  const contacts: { id: string; account: (typeof accounts)[number] }[] = []
  for (let n = 0; n < sizes.contacts; n++) {
    const account = pick(accounts)
    const contact = { id: randomUUID(), account }
    contacts.push(contact)
    await writer.add(
      'contacts',
      contact.id,
      { ...person(), title: pick(trade), city: pick(town) },
      {
        addresses: [`p${n}@${account.domain}`, `private${n}@mail${next(500)}.example`],
        owner: owner(),
        accountId: account.id,
        company: account.name,
      },
    )
  }
  for (let n = 0; n < sizes.leads; n++)
    await writer.add(
      'leads',
      randomUUID(),
      { ...person(), company: `${pick(town)} ${pick(trade)}`, status: 'new' },
      {
        addresses: [`lead${n}@leads.example`],
        owner: owner(),
      },
    )
  const deals: { id: string; contact: (typeof contacts)[number] }[] = []
  for (let n = 0; n < sizes.deals; n++) {
    const contact = pick(contacts)
    const deal = { id: randomUUID(), contact }
    deals.push(deal)
    const fields = {
      dealName: `${pick(trade)} ${pick(['retrofit', 'renewal', '更新', '新規案件', 'spare parts'])} ${n}`,
      stage: pick(dealStages),
      amount: String(next(500_000)),
      currency: pick(['EUR', 'JPY', 'USD']),
      closingOn: iso(300),
      probability: String(next(101)),
    }
    await writer.add('deals', deal.id, fields, of(contact, owner()))
  }
  const documents = ['quotes', 'sales_orders', 'purchase_orders', 'invoices'] as const
  for (let n = 0; n < sizes.documents; n++) {
    const deal = pick(deals)
    const module = pick(documents)
    const statuses =
      standardDescriptions[module].fields.find((field) => field.key === 'status')?.choices ?? []
    const fields = {
      number: `${module[0]?.toUpperCase()}-${1000 + n}`,
      subject: `${pick(trade)} ${pick(['revision B', '見積書', 'delivery'])}`,
      status: pick(statuses).key,
      issuedOn: iso(300),
      total: String(next(100_000)),
      currency: pick(['EUR', 'JPY', 'USD']),
    }
    await writer.add(module, randomUUID(), fields, { ...of(deal.contact, owner()), dealId: deal.id })
  }
  await writer.flush()
  await vacuum(db)
}

function of({ id, account }: { id: string; account: { id: string; name: string } }, owner: string) {
  return { owner, mainContactId: id, accountId: account.id, company: account.name }
}

interface Around {
  owner: string
  addresses?: [string] | [string, string]
  accountId?: string
  mainContactId?: string
  dealId?: string
  company?: string
}

function batchWriter(db: Database, { orgId, ids }: BenchPeople) {
  let rows: BatchRow[] = []
  let batches = 0
  const by = ids[0] ?? ''
  const flush = async () => {
    const batch = rows
    rows = []
    // Batches of different times: what was touched together stands together, as after imports.
    const now = new Date(Date.UTC(2024, 10, 23) + ((batches * 7919) % 1000) * 17 * 3_600_000)
    batches += 1
    await db.transaction().execute((trx) => insertBatch(trx, { orgId, by, now, importId: null }, batch))
  }
  return {
    flush,
    async add(module: ModuleKey, id: string, fields: Record<string, string>, around: Around): Promise<void> {
      const [primary = '', secondary = ''] = around.addresses ?? []
      rows.push({
        id,
        module,
        columns: {
          name: recordName(module, fields, primary),
          fields,
          owner_id: around.owner,
          account_id: around.accountId ?? null,
          main_contact_id: around.mainContactId ?? null,
          deal_id: around.dealId ?? null,
        },
        primary,
        secondary,
        company: around.company ?? '',
      })
      if (rows.length === 500) await flush()
    },
  }
}
