import { effect } from '@preact/signals'
import { sheets } from '../state.ts'
import { toPage } from './host.ts'

/** Whether the sheets that stand now were opened by the line in Gmail's page, which then gets the focus back. */
let isFromLine = false

/** Does what was pressed in the line, and remembers it when a sheet comes of it. */
export function fromLine(act: () => void): void {
  const before = sheets.value.length
  act()
  if (before === 0 && sheets.value.length > 0) isFromLine = true
}

/** The person has gone on to another mail. */
export function forgetLineFocus(): void {
  isFromLine = false
}

/** A sheet gives the focus back to its opener (design 6), also where that stands in Gmail's page. */
export function startLineFocus(): void {
  effect(() => {
    if (sheets.value.length > 0 || !isFromLine) return
    isFromLine = false
    // Whoever has left for the page meanwhile is not called back.
    if (document.hasFocus()) toPage('panel.focus-page', {})
  })
}
