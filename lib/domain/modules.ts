import type { Choice, FieldDescription } from './fields.ts'

/** The standard modules; their words are Zoho's (decisions, Words). */
export const standardModules = [
  'leads',
  'contacts',
  'accounts',
  'deals',
  'quotes',
  'sales_orders',
  'purchase_orders',
  'invoices',
] as const
export type StandardModule = (typeof standardModules)[number]

/** An admin's own modules and fields are named `x_…`, so that no standard name of tomorrow meets one of theirs. */
export type CustomKey = `x_${string}`
export type ModuleKey = StandardModule | CustomKey

/** The four documents of a sale. */
export const documentModules = ['quotes', 'sales_orders', 'purchase_orders', 'invoices'] as const
export type DocumentModule = (typeof documentModules)[number]

export function isStandardModule(key: string): key is StandardModule {
  return standardModules.some((known) => known === key)
}

export function isDocumentModule(key: string): key is DocumentModule {
  return documentModules.some((known) => known === key)
}

export function isModuleKey(key: string): key is ModuleKey {
  return isStandardModule(key) || /^x_[a-z0-9_]{1,40}$/.test(key)
}

/** Stages of a deal, in order; the last two close it. */
export const dealStages = [
  'qualification',
  'needs_analysis',
  'proposal',
  'negotiation',
  'won',
  'lost',
] as const

/** True while the deal can still be won. */
export function isOpenStage(stage: string | undefined): boolean {
  return stage !== 'won' && stage !== 'lost'
}

const settled = ['accepted', 'declined', 'expired', 'delivered', 'paid', 'cancelled']

/** True while something is still to be done about a document. */
export function isOpenStatus(status: string | undefined): boolean {
  return !settled.includes(status ?? '')
}

/** How a record of a module is written to: at its own address, through its contact, or not at all (decisions 2). */
export type Reach = 'address' | 'contact' | 'none'

export interface ModuleDescription {
  key: ModuleKey
  /** An admin's words for one and for many; standard modules are named by the catalogues. */
  labels?: { one: string; many: string }
  reach: Reach
  fields: readonly FieldDescription[]
  /** Keys of the fields its card shows, in order; the admin's choice. */
  cardFields: readonly string[]
  /** Keys of the columns its list shows before anybody chose others. */
  listColumns: readonly string[]
}

const choices = (...keys: string[]): Choice[] => keys.map((key) => ({ key }))

const person: FieldDescription[] = [
  { key: 'firstName', type: 'text' },
  { key: 'lastName', type: 'text' },
]
const reach: FieldDescription[] = [
  { key: 'primaryAddress', type: 'email' },
  { key: 'secondaryAddress', type: 'email' },
  { key: 'phone', type: 'phone' },
  { key: 'mobile', type: 'phone' },
]
const place: FieldDescription[] = [
  { key: 'street', type: 'text' },
  { key: 'city', type: 'text' },
  { key: 'postalCode', type: 'text' },
  { key: 'region', type: 'text' },
  { key: 'country', type: 'text' },
  { key: 'zone', type: 'zone' },
]
const end: FieldDescription[] = [
  { key: 'description', type: 'long_text' },
  { key: 'ownerId', type: 'owner' },
]
const account: FieldDescription = { key: 'accountId', type: 'lookup', lookup: 'accounts' }
const mainContact: FieldDescription = { key: 'mainContactId', type: 'lookup', lookup: 'contacts' }
const deal: FieldDescription = { key: 'dealId', type: 'lookup', lookup: 'deals' }
const money = (key: string): FieldDescription[] => [
  { key, type: 'money', currencyKey: 'currency' },
  { key: 'currency', type: 'currency' },
]

/** A document: number, dates, currency, total, and whom it concerns; no line items yet. */
function documentModule(key: DocumentModule, statuses: string[], until: string): ModuleDescription {
  return {
    key,
    reach: 'contact',
    fields: [
      { key: 'number', type: 'text', required: true },
      { key: 'subject', type: 'text' },
      { key: 'status', type: 'choice', choices: choices(...statuses) },
      { key: 'issuedOn', type: 'date' },
      { key: until, type: 'date' },
      ...money('total'),
      deal,
      mainContact,
      account,
      ...end,
    ],
    cardFields: ['status', 'total', 'issuedOn', until, 'dealId', 'mainContactId', 'accountId'],
    listColumns: ['name', 'status', 'total', until, 'mainContactId', 'accountId', 'ownerId'],
  }
}

/** Keys are stored; a released one never changes its meaning. */
export const standardDescriptions: Readonly<Record<StandardModule, ModuleDescription>> = {
  leads: {
    key: 'leads',
    reach: 'address',
    fields: [
      ...person,
      { key: 'company', type: 'text' },
      { key: 'title', type: 'text' },
      ...reach,
      { key: 'website', type: 'url' },
      {
        key: 'status',
        type: 'choice',
        choices: choices('new', 'attempted', 'contacted', 'qualified', 'unqualified', 'converted'),
      },
      { key: 'source', type: 'text' },
      { key: 'industry', type: 'text' },
      ...place,
      ...end,
    ],
    cardFields: ['title', 'company', 'primaryAddress', 'phone', 'status', 'source'],
    listColumns: ['name', 'company', 'primaryAddress', 'lastContact', 'nextStep', 'status', 'ownerId'],
  },
  contacts: {
    key: 'contacts',
    reach: 'address',
    fields: [
      ...person,
      account,
      { key: 'company', type: 'text' },
      { key: 'title', type: 'text' },
      { key: 'department', type: 'text' },
      ...reach,
      { key: 'source', type: 'text' },
      ...place,
      ...end,
    ],
    cardFields: ['title', 'accountId', 'primaryAddress', 'phone', 'mobile'],
    listColumns: ['name', 'accountId', 'primaryAddress', 'lastContact', 'nextStep', 'openDeals', 'ownerId'],
  },
  accounts: {
    key: 'accounts',
    reach: 'address',
    fields: [
      { key: 'accountName', type: 'text', required: true },
      /** Mail domain, e.g. `haldenmarine.example`; a new contact finds its account by it. */
      { key: 'domain', type: 'text' },
      { key: 'primaryAddress', type: 'email' },
      { key: 'secondaryAddress', type: 'email' },
      { key: 'phone', type: 'phone' },
      { key: 'website', type: 'url' },
      { key: 'industry', type: 'text' },
      { key: 'parentAccount', type: 'lookup', lookup: 'accounts' },
      ...place,
      ...end,
    ],
    cardFields: ['industry', 'domain', 'phone', 'website', 'city', 'country'],
    listColumns: ['name', 'industry', 'domain', 'phone', 'city', 'openDeals', 'ownerId'],
  },
  deals: {
    key: 'deals',
    reach: 'contact',
    fields: [
      { key: 'dealName', type: 'text', required: true },
      { key: 'stage', type: 'choice', choices: choices(...dealStages) },
      ...money('amount'),
      { key: 'closingOn', type: 'date' },
      { key: 'probability', type: 'number', min: 0, max: 100 },
      account,
      mainContact,
      { key: 'company', type: 'text' },
      { key: 'source', type: 'text' },
      ...end,
    ],
    cardFields: ['accountId', 'mainContactId', 'ownerId', 'probability', 'source'],
    listColumns: ['name', 'stage', 'amount', 'closingOn', 'accountId', 'mainContactId', 'ownerId'],
  },
  quotes: documentModule('quotes', ['draft', 'sent', 'accepted', 'declined', 'expired'], 'validUntil'),
  sales_orders: documentModule('sales_orders', ['created', 'approved', 'delivered', 'cancelled'], 'dueOn'),
  purchase_orders: documentModule(
    'purchase_orders',
    ['created', 'approved', 'delivered', 'cancelled'],
    'dueOn',
  ),
  invoices: documentModule('invoices', ['created', 'sent', 'paid', 'cancelled'], 'dueOn'),
}

/** What a record of a module is called by: the field whose value is its name; a person's name has parts. */
export function nameKey(module: ModuleKey): string {
  if (module === 'leads' || module === 'contacts') return 'lastName'
  if (module === 'accounts') return 'accountName'
  if (module === 'deals') return 'dealName'
  return isDocumentModule(module) ? 'number' : 'name'
}

/** True for an invoice that should have been paid before `today` (ISO date). */
export function isOverdue(
  module: ModuleKey,
  fields: Readonly<Record<string, string>>,
  today: string,
): boolean {
  const due = fields['dueOn'] ?? ''
  const open = fields['status'] !== 'paid' && fields['status'] !== 'cancelled'
  return module === 'invoices' && open && due !== '' && due < today
}
