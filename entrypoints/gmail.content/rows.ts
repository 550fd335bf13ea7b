import { rowIdsOf } from './ids.ts'
import { all, one, type Visible } from './selectors.ts'

/** A row of Gmail's list that a person sees. */
export interface ListRow {
  threadId: string
  /** Its newest message, as far as the page says. */
  newest: string | undefined
  /** The cell of subject and snippet. */
  cell: HTMLElement
}

/** Gmail shows at most 100 rows a page, and the server answers as many at once. */
const most = 100

/** Rows of the list in the shown view; hidden sections of an inbox with several are left out. */
export function readRows(root: ParentNode, visible: Visible): ListRow[] {
  const rows: ListRow[] = []
  for (const row of all('listRow', root)) {
    const span = one('rowThread', row)
    const cell = span?.closest('td')
    if (span === undefined || !cell || !visible(row)) continue
    const { threadId, newest } = rowIdsOf(span)
    if (threadId !== undefined) rows.push({ threadId, newest, cell })
    if (rows.length === most) break
  }
  return rows
}
