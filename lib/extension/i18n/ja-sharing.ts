import type { Message } from '../i18n.ts'
import type { enSharing } from './en-sharing.ts'

/** Words of who sees a mail. */
export const jaSharing: Record<keyof typeof enSharing, Message> = {
  'sharing.who.title': '閲覧できる人',
  'sharing.mine.title': '自分の共有設定',
  'sharing.ledger.title': '閲覧の記録',
}
