import { computed, effect } from '@preact/signals'
import { t } from '@/lib/extension/i18n.ts'
import type { ComposeMail, LineMenuRow, PageToPanel } from '@/lib/extension/messages.ts'
import { sheets, stage } from '../../state.ts'
import {
  type GmailRow,
  gmailChecked,
  gmailFiles,
  gmailMail,
  gmailProblem,
  gmailRows,
  gmailTemplates,
  taking,
} from '../../state-gmail.ts'
import { attempt } from '../core.ts'
import { toPage } from '../host.ts'
import { handOver } from './take.ts'
import { hearWindow } from './window.ts'

/** What Gmail's compose windows say to the panel. */
export const gmailEars = {
  'page.compose-hello': () => startWords(),
  'page.compose': ({ row, mail }: PageToPanel['page.compose']) => openRow(row, mail),
  'page.compose-mail': ({ window, mail }: PageToPanel['page.compose-mail']) =>
    hearWindow(window, { name: 'mail', mail }),
  'page.compose-done': ({ window, act, ok }: PageToPanel['page.compose-done']) =>
    hearWindow(window, { name: act, ok }),
}

let stopWords: (() => void) | undefined
let isFollowing = false

/** What is chosen here must not lie under the window it is for. */
const isFront = computed(() => sheets.value.at(-1)?.kind === 'gmail')

/** The words of the button, told anew when the language is another. */
function startWords(): void {
  stopWords?.()
  stopWords = effect(() => {
    const rows = gmailRows.map((id) => menuRow(id, t(`handover.${id}`)))
    toPage('panel.compose-words', { button: t('handover.button'), rows })
  })
  if (isFollowing) return
  isFollowing = true
  effect(() => toPage('panel.front', { front: isFront.value }))
}

function menuRow(id: GmailRow, text: string): LineMenuRow {
  const hint = id === 'take' ? t('handover.take_hint') : ''
  return { id, text, hint, aside: '', kind: 'plain', icon: undefined, on: false, off: false }
}

function openRow(asked: string, mail: ComposeMail): void {
  toPage('panel.open', { open: true })
  const row = gmailRows.find((known) => known === asked)
  // Signed out, the panel says so by itself.
  if (row === undefined || stage.value !== 'ready') return
  gmailMail.value = mail
  gmailProblem.value = undefined
  taking.value = undefined
  sheets.value = [...sheets.value.filter((sheet) => sheet.kind !== 'gmail'), { kind: 'gmail', row }]
  if (row === 'template') void readTemplates()
  if (row === 'files') void readFiles(mail)
  if (row === 'check') void checkAll(mail)
  if (row === 'take') void handOver(mail)
}

async function readTemplates(): Promise<void> {
  gmailTemplates.value = undefined
  const answer = await attempt(({ backend }) => backend.templates())
  if (answer.ok) gmailTemplates.value = answer.value
  else gmailProblem.value = answer.problem
}

/** What is known of everybody the mail would go to. */
export async function checkAll({ window, to, cc, bcc }: ComposeMail): Promise<void> {
  gmailChecked.value = undefined
  const addresses = [...new Set([...to, ...cc, ...bcc])].slice(0, 500)
  if (addresses.length === 0) {
    gmailChecked.value = []
    return
  }
  const answer = await attempt(({ backend }) => backend.checkRecipients({ addresses }))
  if (gmailMail.value?.window !== window) return
  if (answer.ok) gmailChecked.value = answer.value.rows
  else gmailProblem.value = answer.problem
}

/** So many people's records are looked at for files. */
const mostRecords = 3

/** What lies on the records of its recipients, and in the library. */
async function readFiles({ window, to, cc }: ComposeMail): Promise<void> {
  gmailFiles.value = undefined
  const addresses = [...new Set([...to, ...cc])].slice(0, 20)
  const answer = await attempt(async ({ backend }) => {
    const { rows } = addresses.length === 0 ? { rows: [] } : await backend.checkRecipients({ addresses })
    const known = rows.flatMap(({ record }) => (record === null ? [] : [record]))
    const found = known.filter((one, nth) => known.findIndex(({ id }) => id === one.id) === nth)
    const records = await Promise.all(
      found.slice(0, mostRecords).map(async ({ id, name }) => ({
        ...{ id, name },
        rows: (await backend.attachments(id, {})).rows,
      })),
    )
    return { records, library: (await backend.library()).files }
  })
  if (gmailMail.value?.window !== window) return
  if (answer.ok) gmailFiles.value = answer.value
  else gmailProblem.value = answer.problem
}

/** Files of the library by name, or those at its top. */
export async function findInLibrary(q: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.library(q.trim() === '' ? {} : { q: q.trim() }))
  const shown = gmailFiles.value
  if (answer.ok && shown !== undefined) gmailFiles.value = { ...shown, library: answer.value.files }
}
