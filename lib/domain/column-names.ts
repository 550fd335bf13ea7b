import { fieldWords } from './choice-words.ts'
import type { FieldDescription } from './fields.ts'
import type { ModuleKey } from './modules.ts'

/**
 * What columns are called elsewhere, by the field they fill: exports of Zoho CRM, HubSpot, Salesforce, Google Contacts and
 * Outlook, and what Japanese address lists use. Folded before they are compared.
 */
const names: Readonly<Record<string, string>> = {
  firstName: 'first name|given name|forename|名|ファーストネーム|vorname|prénom',
  lastName:
    'last name|family name|surname|lead name|contact name|full name|姓|名前|氏名|お名前|ラストネーム|nachname|nom',
  company:
    'company|company name|organization|organization name|organization 1 name|organisation|employer|会社|会社名|社名|勤務先|企業名|firma',
  title: 'title|job title|position|organization title|organization 1 title|designation|役職|肩書|肩書き|職位',
  department: 'department|organization department|organization 1 department|部署|部署名|所属|abteilung',
  primaryAddress:
    'email|e-mail|mail|email address|e-mail address|mail address|primary email|work email|e-mail 1 value|email 1 value|メール|メールアドレス|eメール|電子メール|電子メールアドレス',
  secondaryAddress:
    'secondary email|second email|other email|alternate email|e-mail 2 address|email 2|e-mail 2 value|別のメールアドレス|メールアドレス2|サブメールアドレス',
  phone:
    'phone|phone number|telephone|tel|work phone|business phone|company phone|office phone|phone 1 value|電話|電話番号|固定電話|会社電話|代表電話|telefon',
  mobile:
    'mobile|mobile phone|mobile phone number|cell|cell phone|phone 2 value|携帯|携帯電話|携帯番号|携帯電話番号|mobiltelefon',
  website: 'website|website url|web site|web page|url|homepage|home page|webサイト|ホームページ|ウェブサイト',
  source: 'source|lead source|original source|contact source|獲得元|リードソース|流入経路',
  industry: 'industry|業種|業界|branche',
  street:
    'street|street address|address|mailing street|billing street|business street|address 1 street|address line 1|番地|住所|住所1|町名番地|straße|strasse',
  city: 'city|town|mailing city|billing city|business city|address 1 city|市区町村|市町村|stadt|ort',
  postalCode:
    'postal code|zip|zip code|zip/postal code|postcode|mailing zip|billing code|business postal code|address 1 postal code|郵便番号|plz',
  region:
    'region|state|state/region|province|mailing state|billing state|business state|address 1 region|都道府県|県|bundesland',
  country:
    'country|country/region|mailing country|billing country|business country/region|address 1 country|国|国名|land',
  zone: 'time zone|timezone|タイムゾーン',
  description: 'description|notes|note|comments|remarks|memo|備考|メモ|詳細|説明|コメント|bemerkung|notizen',
  ownerId:
    'owner|record owner|lead owner|contact owner|account owner|deal owner|company owner|quote owner|invoice owner|担当|担当者|所有者|営業担当',
  accountId:
    'account|account name|company|company name|associated company|organization name|取引先|取引先名|会社|会社名|顧客|顧客名',
  mainContactId:
    'main contact|contact|contact name|primary contact|associated contact|主な連絡先|連絡先|連絡先名|先方担当者',
  dealId: 'deal|deal name|opportunity|potential name|商談|商談名|案件|案件名',
  accountName:
    'account name|account|company|company name|name|organization name|取引先名|取引先|会社名|会社|社名|企業名|firma',
  domain: 'domain|company domain name|mail domain|email domain|ドメイン|メールドメイン',
  parentAccount: 'parent account|parent company|親取引先|親会社',
  dealName: 'deal name|deal|opportunity name|potential name|name|商談名|商談|案件名|案件',
  stage: 'stage|deal stage|sales stage|ステージ|フェーズ|商談ステージ',
  amount: 'amount|deal amount|value|金額|商談金額|betrag',
  currency: 'currency|currency code|通貨|währung',
  closingOn: 'closing date|close date|expected close date|完了予定日|クローズ日|完了日|受注予定日',
  probability: 'probability|probability (%)|deal probability|確度|受注確度',
  number:
    'number|no|quote number|quote no|invoice number|invoice no|order number|so number|po number|sales order number|purchase order number|番号|見積番号|請求番号|請求書番号|注文番号|受注番号|発注番号|rechnungsnummer',
  subject: 'subject|title|件名|タイトル|betreff',
  status: 'status|lead status|quote stage|invoice status|ステータス|状態|状況',
  issuedOn: 'date|issue date|issued on|invoice date|quote date|order date|発行日|日付|請求日|見積日|datum',
  validUntil: 'valid until|valid till|expiry date|expiration date|有効期限|見積有効期限',
  dueOn: 'due date|due on|payment due|delivery date|期限|支払期限|支払期日|納期|fällig am',
  total: 'total|grand total|total amount|amount|合計|合計金額|総額|金額|gesamt',
  name: 'name|名前|名称',
  contactIds: 'contacts|associated contacts|other contacts|その他の連絡先',
  id: 'inlay id',
}

/** Case, width, marks and space make no difference between column names. */
function foldHeader(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\([2-9]\)$/, '')
    .replace(/[\s_\-:*#."'’・]+/g, ' ')
    .trim()
}

const folded = new Map(
  Object.entries(names).map(([key, all]) => [key, all.split('|').map((name) => foldHeader(name))] as const),
)

/**
 * Column number (as text) → field key for the columns whose name says what they are. What Inlay itself calls a field comes
 * first, then what others call it; every field is taken once, by the leftmost column.
 */
export function guessColumns(
  module: ModuleKey,
  fields: readonly FieldDescription[],
  headers: readonly string[],
): Record<string, string> {
  const columns: Record<string, string> = {}
  const taken = new Set<string>()
  const wanted = headers.map(foldHeader)
  const take = (matches: (field: FieldDescription, header: string) => boolean) => {
    for (const [n, header] of wanted.entries()) {
      const field =
        columns[n] === undefined && fields.find((one) => !taken.has(one.key) && matches(one, header))
      if (!field) continue
      columns[n] = field.key
      taken.add(field.key)
    }
  }
  take((field, header) => [...ownNames(field)].some((name) => foldHeader(name) === header))
  take((field, header) => !field.custom && (folded.get(field.key) ?? []).includes(header))
  // A person's company is their account; the text field is for people without one.
  if (module === 'contacts' && !taken.has('accountId'))
    for (const [n, key] of Object.entries(columns)) if (key === 'company') columns[n] = 'accountId'
  return columns
}

/** In both languages, by key, and as an export writes it where two fields have one name. */
function* ownNames(field: FieldDescription): Generator<string> {
  yield field.key
  for (const language of ['en', 'ja'] as const) {
    yield fieldWords(field, language)
    yield `${fieldWords(field, language)} [${field.key}]`
  }
}

/** By which mapped field existing records are best found; null when nothing says who is who. */
export function guessMatchKey(module: ModuleKey, mapped: ReadonlySet<string>): string | null {
  const order = module === 'accounts' ? ['id', 'accountName', 'domain'] : ['id', 'primaryAddress', 'number']
  return order.find((key) => mapped.has(key)) ?? null
}
