import type { PageState } from '@/lib/extension/messages.ts'
import { listenAsPanel } from '@/lib/extension/relay.ts'
import { page, places, sheets, stage, targets } from '../state.ts'
import { fileAttachment, filingOf, loadFacts, loadTargets, undoFiling } from './files.ts'
import { toPage } from './host.ts'
import { mark } from './marks.ts'
import { startPageLines } from './page-lines.ts'
import { showPeople } from './people.ts'
import { openRecord } from './records.ts'
import { startSettings, useAccount } from './session.ts'

let shown = ''

/** Joins the panel to its page and keeps both going until the frame is gone. */
export async function start(focusPanel: () => void): Promise<void> {
  await startSettings()
  listenAsPanel({
    'page.changed': (next) => void turnTo(next),
    'page.file': ({ key, choose }) => withAttachment(key, (part) => void fileAttachment(part, choose)),
    'page.cancel-file': ({ key }) => withAttachment(key, (part) => void undoFiling(part)),
    'page.undo-file': ({ key }) => withAttachment(key, (part) => void undoFiling(part)),
    'page.open-filed': ({ key }) => withAttachment(key, openFiled),
    'page.focus-panel': focusPanel,
  })
  startPageLines()
  toPage('panel.ready', {})
}

async function turnTo(next: PageState): Promise<void> {
  mark('inlay:page-changed', next.thread?.threadId)
  const before = page.value?.thread?.threadId
  page.value = next
  if (before !== next.thread?.threadId) leavePlaces()
  await useAccount(next.account, showThread)
  if (stage.value === 'ready') showThread()
}

/** The same thread with the same people is not looked up twice; Gmail redraws often. */
function showThread(): void {
  const thread = page.value?.thread
  const people = thread?.people.map((one) => one.address).join(' ')
  const key = `${page.value?.account} ${thread?.threadId} ${thread?.messageCount} ${people}`
  if (key === shown && stage.value === 'ready') return
  shown = key
  void showPeople(thread).then(async () => {
    if (key !== shown) return
    await loadFacts()
    if (key === shown && targets.value === undefined && thread?.attachments.length) await loadTargets()
  })
}

/** Another mail: what was opened about the one before closes, what is being written stays. */
function leavePlaces(): void {
  places.value = []
  sheets.value = sheets.value.filter((sheet) => ['create', 'compose', 'schedule'].includes(sheet.kind))
}

function withAttachment(
  key: string,
  act: (part: { messageId: string; name: string; realAttachmentId: string | undefined }) => void,
): void {
  const found = page.value?.thread?.attachments.find((one) => one.key === key)
  if (found === undefined) return
  const { messageId, name, realAttachmentId } = found
  act({ messageId, name, realAttachmentId })
}

function openFiled(part: { messageId: string; name: string }): void {
  const recordId = filingOf(part)?.filing?.recordId
  if (recordId === undefined) return
  toPage('panel.open', { open: true })
  openRecord(recordId)
}
