import type { StreamEvent } from '@/lib/contract/stream.ts'
import { setServerTime } from '@/lib/extension/clock.ts'
import { listenToStream } from '@/lib/extension/stream.ts'
import { card, cards, mailbox, openSend, places, tick } from '../state.ts'
import { goneSend } from '../state-emails.ts'
import { shownRecord } from '../state-workspace.ts'
import { hearChips, showRowsAgain } from './chips.ts'
import { hearDrafts } from './compose/list.ts'
import { hearDraft } from './compose/open.ts'
import { link, note, problemOf } from './core.ts'
import { refreshMailTab } from './emails.ts'
import { hearLibrary } from './files/library.ts'
import { hearFile } from './files/place.ts'
import { hearFiling, refreshFacts, refreshFilings, refreshTargets } from './files.ts'
import { refreshList } from './lists.ts'
import { hearMass } from './mass.ts'
import { freshenMe, loadMe } from './me.ts'
import { refreshMessage } from './messages.ts'
import { loadModules } from './modules.ts'
import { refreshPeople } from './people.ts'
import { refreshCard } from './records.ts'
import { readSend } from './sends.ts'
import { hearPolicy, hearSharing } from './sharing/hear.ts'
import { hearStanding } from './standing.ts'
import { hearTemplates } from './templates.ts'
import { freshenTrust, hearMailbox, hearSync, unsayDisconnected } from './trust.ts'
import { hearRecords } from './workspace/fresh.ts'
import { hearImport } from './workspace/imports.ts'
import { hearTodo } from './workspace/tasks.ts'

let stream: { stop(): void; retryNow(): void } | undefined
let ticking: ReturnType<typeof setInterval> | undefined
let wasDown = false
const waiting = new Set<string>()
let timer: ReturnType<typeof setTimeout> | undefined
let mailTimer: ReturnType<typeof setTimeout> | undefined

/** One stream per sidebar; it drives every refresh, so nothing is polled. */
export function startLive(): void {
  stopLive()
  const to = link()
  if (to === undefined) return
  ticking = setInterval(() => {
    tick.value += 1
    freshenMe()
    freshenTrust()
  }, 15_000)
  stream = listenToStream({
    open: to.backend.stream,
    lastEventId: undefined,
    onEvent: hear,
    onState: (state, error) => {
      if (state === 'down' && error !== undefined) note(problemOf(error))
      if (state === 'up' && wasDown) void refreshAll()
      wasDown = state === 'down'
    },
  })
  addEventListener('online', retryNow)
}

export function stopLive(): void {
  stream?.stop()
  stream = undefined
  clearInterval(ticking)
  clearTimeout(timer)
  timer = undefined
  clearTimeout(mailTimer)
  mailTimer = undefined
  waiting.clear()
  removeEventListener('online', retryNow)
}

/** The person asks, or the browser is online again: no waiting for the next try. */
export function retryNow(): void {
  stream?.retryNow()
  void refreshAll()
}

async function refreshAll(): Promise<void> {
  await Promise.all([loadMe(), refreshPeople()])
  refreshFilings()
  hearSharing()
  hearMailbox()
  hearStanding()
  hearChips()
  hearRecords()
  refreshRecords([...cards.value.keys()].filter(isOpen))
}

function hear(event: StreamEvent): void {
  switch (event.type) {
    case 'hello':
    case 'clock':
      setServerTime(event.now)
      tick.value += 1
      freshenMe()
      freshenTrust()
      return
    case 'send':
      hearDraft(event)
      hearDrafts(event)
      if (openSend.value?.id === event.id) void readSend(event.id)
      // Held mail is counted in the foot and on the button in Gmail's rail.
      if (event.status === 'held' || mailbox.value?.held) void loadMe()
      refreshRecords(event.recordIds)
      refreshMail()
      return
    case 'emails':
      refreshRecords(event.recordIds)
      refreshMail()
      hearStanding()
      hearChips()
      return
    case 'sharing':
      hearSharing()
      refreshRecords([...cards.value.keys()].filter(isOpen))
      refreshMail()
      hearStanding()
      return
    case 'record':
      refreshRecords([event.id])
      refreshMail()
      hearStanding()
      hearChips()
      refreshTargets()
      hearRecords()
      return
    case 'records':
      hearRecords()
      refreshMail()
      hearStanding()
      hearChips()
      refreshRecords([...cards.value.keys()].filter(isOpen))
      return
    case 'filing':
      hearFiling(event)
      if (event.status === 'done') refreshRecords([event.recordId])
      return
    case 'send_file':
      hearFile(event)
      return
    case 'mass':
      hearMass(event.id)
      return
    case 'templates':
      hearTemplates()
      return
    case 'library':
      hearLibrary()
      return
    case 'todo':
      hearTodo()
      return
    case 'import':
      hearImport(event.id)
      hearRecords()
      return
    case 'mailbox':
      hearMailbox()
      void loadMe().then(afterMailbox)
      return
    case 'sync':
      hearSync(event)
      // Mail found for a new address may be older than the address, and wait for a yes.
      if (event.done >= event.found) hearSharing()
      return
    case 'policy':
      hearPolicy()
      void loadMe()
      // It may say who opens which record, and how mail is shared.
      refreshMail()
      refreshRecords([...cards.value.keys()].filter(isOpen))
      return
    case 'modules':
      void loadModules()
  }
}

/** It may be readable now, or not any more. */
function afterMailbox(): void {
  unsayDisconnected()
  void refreshFacts()
  hearStanding()
  void showRowsAgain()
}

/** The mail tab and the mail that is open; several events of one moment make one request. */
function refreshMail(): void {
  if (mailTimer !== undefined) return
  mailTimer = setTimeout(() => {
    mailTimer = undefined
    refreshMailTab()
    refreshMessage()
    const send = openSend.value?.id ?? goneSend.value
    if (send !== undefined) void readSend(send)
  }, 30)
}

/** Several events of one moment make one request per record. */
function refreshRecords(ids: readonly string[]): void {
  for (const id of ids) if (cards.value.has(id) || isOpen(id)) waiting.add(id)
  // A contact's card shows its deals, their stage and their files.
  for (const [id, one] of cards.value) if (one.deals.some((deal) => ids.includes(deal.id))) waiting.add(id)
  if (waiting.size === 0 || timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    for (const id of waiting) {
      void refreshCard(id)
      refreshList(id)
    }
    waiting.clear()
  }, 30)
}

/** In front of the person: the open person's card, a record's page in the workspace, or a place in the panel. */
function isOpen(id: string): boolean {
  if (shownRecord.value === id || card.value?.record.id === id) return true
  return places.value.some((place) => 'recordId' in place && place.recordId === id)
}
