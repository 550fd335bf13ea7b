import { useEffect } from 'preact/hooks'
import type { FilingTargets } from '@/lib/contract/threads.ts'
import { joined } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { isTyping } from '@/lib/extension/ui/focus.ts'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { fileOn } from '../load/files.ts'
import { type PartRef, targets, view } from '../state.ts'
import { RecordSearch } from './search.tsx'
import './file-sheet.css'

/** 06 B: opens only when no single record is certain. Ranked, each with its reason; number keys file at once. */
export function FileSheet({ part }: { part: PartRef }) {
  const found = targets.value?.targets ?? []
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const one = /^[1-9]$/.test(event.key) ? found[Number(event.key) - 1] : undefined
      if (one === undefined || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey)
        return
      event.preventDefault()
      void fileOn(part, one.recordId, one.name)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
  return (
    <Sheet
      title={t('file.title')}
      subtitle={part.name}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="file-sheet"
    >
      <div class="pad pad-block stack">
        {found.length === 0 && <p class="second">{t('file.nobody')}</p>}
        <ul class="choices" data-list aria-label={t('file.title')}>
          {found.map((one, index) => (
            <Target key={one.recordId} target={one} index={index} part={part} />
          ))}
        </ul>
        <RecordSearch
          label={t('file.other')}
          hint={t('file.other')}
          onChoose={(record) => void fileOn(part, record.id, record.name)}
        />
        <p class="quiet small zone-line">
          <Icon name="people" size={14} />
          {t('file.who')}
        </p>
      </div>
    </Sheet>
  )
}

/** One record it may go to, with the reason and its number key. */
function Target(props: { target: FilingTargets['targets'][number]; index: number; part: PartRef }) {
  const { target: one, index, part } = props
  return (
    <li>
      <button
        type="button"
        class={index === 0 ? 'choice choice-best' : 'choice'}
        data-row
        data-autofocus={index === 0 ? '' : undefined}
        tabIndex={index === 0 ? 0 : -1}
        data-testid="file-target"
        onClick={() => void fileOn(part, one.recordId, one.name)}
      >
        <span class="choice-icon">
          <Icon name={iconOf(one.module)} size={18} />
        </span>
        <span class="choice-text">
          <strong class="cut" dir="auto">
            {one.name}
          </strong>
          <span class="second cut" dir="auto">
            {joined([moduleName(one.module), one.detail], view.value.language)}
          </span>
          <span class="second choice-why">
            <Icon name="info" size={14} />
            {t(`file.why.${one.why}`)}
          </span>
        </span>
        {index < 9 && (
          <span aria-hidden="true">
            <kbd>{index + 1}</kbd>
          </span>
        )}
      </button>
    </li>
  )
}

function iconOf(module: string): IconName {
  return module === 'deals' ? 'deal' : 'person'
}
