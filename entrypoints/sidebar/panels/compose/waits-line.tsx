import { useEffect, useState } from 'preact/hooks'
import { whenShort } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { chooseDraft, waitingDrafts } from '../../load/compose/begin.ts'
import { readDrafts } from '../../load/compose/list.ts'
import { view } from '../../state.ts'

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
  const [first, ...others] = known ? waitingDrafts(open) : []
  if (first === undefined) return null
  const { name } = first
  return (
    <p class="compose-line quiet" data-testid="draft-waits">
      <Icon name="file" size={14} />
      <span class="cut" dir="auto">
        {others.length > 0
          ? t('compose.waits_many', { name, n: others.length + 1 })
          : t('compose.waits', { name, when: whenShort(first.at, view.value) })}
      </span>
      <button
        type="button"
        class="link-button"
        data-testid="draft-waits-open"
        onClick={others.length > 0 ? chooseDraft : first.open}
      >
        {t('compose.waits_open')}
      </button>
    </p>
  )
}
