import type { ListRow } from '@/lib/contract/lists.ts'
import type { Party } from '@/lib/domain/addresses.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { cards, me } from '../../state.ts'
import { moduleOf } from '../../state-cards.ts'
import type { ListState } from '../../state-workspace.ts'
import { newMail, openDraft } from '../compose/open.ts'
import { attempt, once, say } from '../core.ts'
import { keepCard } from '../people.ts'
import { rowsOf, selectedCount } from './select.ts'

/** What one mail takes (`CreateSend`). */
const mostRecipients = 100
/** Contacts of deals and documents that are asked for at one time. */
const atOnce = 4

/** S-006: whether mail can be written from this list at all, by permission and by kind of record. */
export function mayMail(module: ModuleKey): boolean {
  const allowed = me.value === undefined || me.value.permissions.includes('mail.send')
  return allowed && moduleOf(module).reach !== 'none'
}

/** Why no mail can go to what is selected; undefined when one can. */
export function mailOff(list: ListState): string | undefined {
  const count = selectedCount(list)
  if (count > mostRecipients) return t('bulk.email_most', { n: mostRecipients, all: count })
  if (list.selected.kind === 'all') return undefined
  const rows = [...list.selected.rows.values()]
  return rows.every((row) => isMute(row)) ? t('bulk.email_nobody') : undefined
}

/** Who of the selected has no address and is left out; undefined when nobody is. */
export function mailHint(list: ListState): string | undefined {
  if (list.selected.kind === 'all') return undefined
  const rows = [...list.selected.rows.values()]
  const mute = rows.filter(isMute)
  if (mute.length === 0 || mute.length === rows.length) return undefined
  return leftOut(mute)
}

/** S-005: n selected records, one mail to n recipients; each is reached at its address or through its contact. */
export function mailSelected(list: ListState): Promise<void> {
  return once('mail-selected', async () => {
    const rows = await rowsOf(list)
    if (rows === undefined) return
    const reached = await inTurns(rows, async (row) => ({ row, party: await partyOf(row) }))
    const parties = reached.flatMap(({ party }) => party ?? [])
    const mute = reached.filter(({ party }) => party === undefined).map(({ row }) => row)
    if (parties.length === 0) return say(t('bulk.email_nobody'))
    const to = [...new Map(parties.map((party) => [party.address, party])).values()]
    const draft = newMail(undefined)
    const id = `many:${to.map((party) => party.address).join(' ')}`
    openDraft({ ...draft, id, to, ...(rows.length === 1 && { recordId: rows[0]?.id }) }, 'clean')
    if (mute.length > 0) say(leftOut(mute))
  })
}

/** True where the row itself says that nobody can be reached. */
function isMute(row: ListRow): boolean {
  return moduleOf(row.module).reach === 'address' ? row.primaryAddress === null : row.mainContactId === null
}

async function partyOf(row: ListRow): Promise<Party | undefined> {
  if (moduleOf(row.module).reach === 'address') {
    return row.primaryAddress === null
      ? undefined
      : { address: row.primaryAddress, name: plainName(row.name) }
  }
  const id = row.mainContactId
  if (id === null) return undefined
  const known = cards.value.get(id)
  const answer = known ?? (await attempt(({ backend }) => backend.record(id)))
  const card = 'record' in answer ? answer : answer.ok ? answer.value : undefined
  if (card === undefined) return undefined
  if (card !== known) keepCard(card)
  const { primaryAddress, name } = card.record
  return primaryAddress === null ? undefined : { address: primaryAddress, name: plainName(name) }
}

async function inTurns<Value, Made>(
  values: readonly Value[],
  make: (value: Value) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = []
  for (let from = 0; from < values.length; from += atOnce)
    made.push(...(await Promise.all(values.slice(from, from + atOnce).map(make))))
  return made
}

function leftOut(mute: readonly ListRow[]): string {
  const names = mute.slice(0, 3).map((row) => plainName(row.name))
  return mute.length > names.length
    ? t('bulk.email_left_more', { names: names.join(', '), n: mute.length - names.length })
    : t('bulk.email_left', { names: names.join(', ') })
}
