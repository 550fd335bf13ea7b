import type { ListRow } from '@/lib/contract/lists.ts'
import type { Party } from '@/lib/domain/addresses.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { plainName } from '@/lib/domain/people.ts'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import { emptyDraft } from '@/lib/extension/mail-draft.ts'
import { cards, me } from '../../state.ts'
import { moduleOf } from '../../state-cards.ts'
import type { ListState } from '../../state-workspace.ts'
import { beginNew } from '../compose/begin.ts'
import { composeMass } from '../compose/mass.ts'
import { newId } from '../compose/open.ts'
import { attempt, once, say } from '../core.ts'
import { keepCard } from '../people.ts'
import { rowsOf, selectedCount } from './select.ts'

/** What one mass send takes. */
const mostMails = 1000

/** S-006: whether mail can be written from this list at all, by permission and by kind of record. */
export function mayMail(module: ModuleKey): boolean {
  const allowed = me.value === undefined || me.value.permissions.includes('mail.send')
  return allowed && moduleOf(module).reach !== 'none'
}

/** Why no mail can go to what is selected; undefined when one can. */
export function mailOff(list: ListState): string | undefined {
  const count = selectedCount(list)
  if (count > mostMails) return t('bulk.email_most', { n: mostMails, all: count })
  if (count > 1 && me.value?.permissions.includes('mail.mass') === false) return t('compose.no_mass')
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

/** S-005: one selected record opens a mail to it; several get one mail each, and nobody sees the others (decisions 13). */
export function mailSelected(list: ListState): Promise<void> {
  return once('mail-selected', async () => {
    const rows = await rowsOf(list, mostMails)
    const [first, second] = rows ?? []
    if (rows === undefined || first === undefined) return
    if (second !== undefined) {
      await composeMass(rows.map((row) => row.id))
      const mute = rows.filter(isMute)
      return mute.length > 0 ? say(leftOut(mute)) : undefined
    }
    const party = await partyOf(first)
    if (party === undefined) return say(t('bulk.email_nobody'))
    beginNew({ ...emptyDraft(newId(), now()), recordId: first.id, to: [party] })
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

function leftOut(mute: readonly ListRow[]): string {
  const names = mute.slice(0, 3).map((row) => plainName(row.name))
  return mute.length > names.length
    ? t('bulk.email_left_more', { names: names.join(', '), n: mute.length - names.length })
    : t('bulk.email_left', { names: names.join(', ') })
}
