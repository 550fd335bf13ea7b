import type { IconName } from '@/lib/extension/ui/icon.tsx'

const icons: Readonly<Record<string, IconName>> = {
  leads: 'add',
  contacts: 'person',
  accounts: 'building',
  deals: 'deal',
  quotes: 'file',
  sales_orders: 'crate',
  purchase_orders: 'tray',
  invoices: 'receipt',
}

/** The sign of a module; an admin's own has a tag. */
export function moduleIcon(module: string): IconName {
  return icons[module] ?? 'tag'
}
