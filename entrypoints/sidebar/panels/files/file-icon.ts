import type { IconName } from '@/lib/extension/ui/icon.tsx'

/** Picture, table or anything else, by type and name. */
export function iconOf(name: string, mimeType: string): IconName {
  if (mimeType.startsWith('image/') || /\.(?:png|jpe?g|gif|webp|heic)$/i.test(name)) return 'image'
  return /\.(?:xlsx?|csv|ods|numbers)$/i.test(name) ? 'sheet' : 'file'
}
