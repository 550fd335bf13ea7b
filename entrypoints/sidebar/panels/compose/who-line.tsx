import { useEffect, useState } from 'preact/hooks'
import type { WhoSees } from '@/lib/contract/sharing.ts'
import { listOf } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { partiesOf } from '../../load/compose/parties.ts'
import { seersOf } from '../../load/compose/seers.ts'
import { cards, view } from '../../state.ts'
import { checked } from '../../state-compose.ts'
import { mySharing } from '../../state-sharing.ts'
import { openStanding } from '../../state-standing.ts'

/** On which records the mail will be listed, and who will see it there. */
export function WhoLine({ open }: { open: Draft }) {
  const names = recordsOf(open)
  const seen = useSeers(open)
  return (
    <p class="compose-line quiet" data-testid="who-line">
      {names.length > 0 && (
        <>
          <Icon name="mark" size={14} />
          <span class="cut" dir="auto">
            {t('compose.on', { records: namesShort(names) })}
          </span>
        </>
      )}
      <span class="end only-you">
        <Icon name={seen.icon} size={14} />
        {seen.words}
      </span>
    </p>
  )
}

function recordsOf(open: Draft): string[] {
  const card = open.recordId === undefined ? undefined : cards.value.get(open.recordId)
  // A contact's mail stands on their open deals too; of an answer its thread says where it stands.
  const found = openStanding.value
  const isIts = found !== undefined && found.threadId === open.replyTo?.threadId
  const deals = isIts
    ? found.standings.map((one) => one.record.name)
    : card?.record.module === 'contacts'
      ? card.deals.map((deal) => deal.name)
      : []
  const theirs = partiesOf(open).map((party) => checked.value.get(party.address)?.record?.name)
  return [
    ...new Set([card?.record.name, ...deals, ...theirs].flatMap((name) => (name ? [plainName(name)] : []))),
  ]
}

function namesShort(names: readonly string[]): string {
  if (names.length <= 2) return listOf(names, view.value.language)
  return t('common.and_more', { names: names.slice(0, 2).join(', '), n: names.length - 2 })
}

/** Of an answer the server says who sees its thread; of a new mail my own settings do. */
function useSeers(open: Draft): { icon: IconName; words: string } {
  const [seen, setSeen] = useState<WhoSees | undefined>(undefined)
  const threadId = open.replyTo?.threadId
  useEffect(() => {
    setSeen(undefined)
    if (threadId === undefined) return
    let gone = false
    void seersOf(threadId).then((answer) => {
      if (!gone) setSeen(answer)
    })
    return () => {
      gone = true
    }
  }, [threadId])
  if (seen !== undefined) {
    const people = seen.people.filter((one) => !one.isMe && one.level !== 'none')
    if (people.length === 0) return { icon: 'lock', words: t('compose.only_you') }
    const names = people.slice(0, 2).map((one) => plainName(one.name))
    const rest = people.length - names.length
    const all = rest > 0 ? t('common.and_more', { names: names.join(', '), n: rest }) : names.join(', ')
    return { icon: 'people', words: t('compose.seen_by', { names: all }) }
  }
  return byMode(open)
}

function byMode(open: Draft): { icon: IconName; words: string } {
  const sharing = mySharing.value.sharing
  if (sharing?.mode === 'public') return { icon: 'people', words: t('compose.seen_full') }
  if (sharing?.mode === 'metadata') return { icon: 'eye', words: t('compose.seen_metadata') }
  const on = sharing?.switched.some(({ record }) => record.id === open.recordId)
  return sharing?.mode === 'per_record' && on
    ? { icon: 'people', words: t('compose.seen_full') }
    : { icon: 'lock', words: t('compose.only_you') }
}
