import type { PanelToPage } from '@/lib/extension/messages.ts'
import { roadToPage } from '@/lib/extension/relay.ts'

const road = roadToPage()

/** Says something to the Gmail page of this tab. */
export function toPage<Name extends keyof PanelToPage>(name: Name, payload: PanelToPage[Name]): void {
  void road(name, payload)
}
