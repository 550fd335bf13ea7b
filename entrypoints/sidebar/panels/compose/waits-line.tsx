import { useEffect, useState } from 'preact/hooks'
import type { RecordCard } from '@/lib/contract/records.ts'
import { whenShort } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { chooseDraft, type WaitingDraft, waitingDrafts, waitingOn } from '../../load/compose/begin.ts'
import { openDrafts, readDrafts } from '../../load/compose/list.ts'
import { draft, type Person, view } from '../../state.ts'

/** A new mail is always new; what waits unsent about the same record is one press away until something is written. */
export function WaitsLine({ open }: { open: Draft }) {
  const [known, setKnown] = useState(false)
  useEffect(() => {
    let gone = false
    void readDrafts().then(() => {
      if (!gone) setKnown(true)
    })
    return () => {
      gone = true
    }
  }, [])
  return <Waiting all={known ? waitingDrafts(open) : []} choose={chooseDraft} testid="draft-waits" />
}

/** The same on the card of whom it is about, or of the thread it answers: nothing begun is forgotten. */
export function CardDrafts({ card, person }: { card: RecordCard | undefined; person: Person | undefined }) {
  if (draft.value !== undefined) return null
  return <Waiting all={waitingOn(card, person)} choose={openDrafts} testid="card-draft" />
}

function Waiting(props: { all: readonly WaitingDraft[]; choose: () => void; testid: string }) {
  const [first, ...others] = props.all
  if (first === undefined) return null
  const { name } = first
  return (
    <p class="compose-line quiet" data-testid={props.testid}>
      <Icon name="file" size={14} />
      <span class="cut" dir="auto">
        {others.length > 0
          ? t('compose.waits_many', { name, n: others.length + 1 })
          : t('compose.waits', { name, when: whenShort(first.at, view.value) })}
      </span>
      <button
        type="button"
        class="link-button"
        data-testid={`${props.testid}-open`}
        onClick={others.length > 0 ? props.choose : first.open}
      >
        {t('compose.waits_open')}
      </button>
    </p>
  )
}
