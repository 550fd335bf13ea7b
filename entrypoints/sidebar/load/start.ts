import { batch } from '@preact/signals'
import type { PageState } from '@/lib/extension/messages.ts'
import { listenAsPanel } from '@/lib/extension/relay.ts'
import { page, places, sheets, stage, targets } from '../state.ts'
import { openChip, showRows, showRowsAgain } from './chips.ts'
import { foreseeWriting } from './compose/editor.ts'
import { readDrafts, startDrafts } from './compose/list.ts'
import { saveKept, startKeeping } from './compose/save.ts'
import { startCarrying } from './files/jobs.ts'
import { fileAttachment, filingOf, loadFacts, loadTargets, turnFiles, undoFiling } from './files.ts'
import { gmailEars } from './gmail/open.ts'
import { toPage } from './host.ts'
import { pressLine } from './line.ts'
import { forgetLineFocus, startLineFocus } from './line-focus.ts'
import { mark } from './marks.ts'
import { freshenMe } from './me.ts'
import { startPageLines } from './page-lines.ts'
import { askAboutPeople, presentPeople, recallPeople, warmUp } from './people.ts'
import { poke } from './poke.ts'
import { openRecord } from './records.ts'
import { isAccount, startSettings, useAccount } from './session.ts'
import { loadStanding, turnStanding } from './standing.ts'
import { arrive, hearRoute, widen } from './workspace/place.ts'

/** The thread that is shown, by its people and its number of messages. */
let shown = ''
let turn = 0

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
    'page.route': ({ route }) => hearRoute(route),
    'page.widen': () => void widen(),
    'page.line': ({ threadId, press }) => pressLine(threadId, press),
    'page.rows': ({ threadIds }) => void showRows(threadIds),
    'page.chip': ({ threadId }) => openChip(threadId),
    'page.news': poke,
    ...gmailEars,
  })
  startPageLines()
  startKeeping()
  startDrafts()
  startCarrying()
  foreseeWriting()
  startLineFocus()
  toPage('panel.ready', {})
}

async function turnTo(next: PageState): Promise<void> {
  mark('inlay:page-changed', next.thread?.threadId)
  turn += 1
  const mine = turn
  const known = isAccount(next.account)
  if (known && stage.value === 'ready' && keyOf(next) !== shown) await recallPeople(next.thread)
  if (mine !== turn) return
  // In one go: nothing is drawn between the old mail's people and the new one's.
  batch(() => {
    if (page.value?.thread?.threadId !== next.thread?.threadId) leavePlaces()
    page.value = next
    if (known) showThread()
  })
  if (!known) await useAccount(next.account, showAnew)
}

/** After signing in, or for another account. */
async function showAnew(): Promise<void> {
  await recallPeople(page.value?.thread)
  shown = ''
  batch(showThread)
  void arrive()
  void warmUp()
  void showRowsAgain()
  void readDrafts()
  void saveKept()
}

/** The same thread with the same people is not looked up twice; Gmail redraws often. */
function showThread(): void {
  const state = page.value
  if (stage.value !== 'ready' || state === undefined || keyOf(state) === shown) return
  shown = keyOf(state)
  turnFiles()
  turnStanding()
  presentPeople(state.thread)
  void follow(state, shown)
}

/** What only the server and Gmail's API know, one after the other: the first answer needs no Google. */
async function follow({ thread }: PageState, key: string): Promise<void> {
  await askAboutPeople(thread)
  if (key !== shown) return
  freshenMe()
  await Promise.all([loadStanding(), loadFacts()])
  if (key === shown && targets.value === undefined && thread?.attachments.length) await loadTargets()
}

function keyOf({ account, thread }: PageState): string {
  const people = thread?.people.map((one) => one.address).join(' ')
  return `${account} ${thread?.threadId} ${thread?.messageCount} ${people}`
}

/** Another mail: what was opened about the one before closes, what is being written stays. */
function leavePlaces(): void {
  forgetLineFocus()
  places.value = []
  sheets.value = sheets.value.filter((sheet) =>
    ['create', 'compose', 'schedule', 'gmail'].includes(sheet.kind),
  )
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
