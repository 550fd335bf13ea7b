import { useEffect, useRef, useState } from 'preact/hooks'
import type { Found } from '@/lib/contract/records.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Dialog } from '@/lib/extension/ui/dialog.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { closeSheet } from '../../keys.ts'
import { attempt } from '../../load/core.ts'
import { detailOf } from '../../load/search.ts'
import { goToRecord } from '../../load/workspace/place.ts'
import { modules } from '../../state.ts'
import { moduleIcon } from '../record-icons.ts'
import { enter } from './nav.tsx'
import { placesNow } from './places.tsx'

/** Ms without a key before records are looked for. */
const rest = 100

interface Target {
  id: string
  icon: IconName
  label: string
  hint: string
  aside: string
  go: () => void
}

/** ⌘K: any place or record by a few letters; arrows choose, Enter goes. */
export function GoTo() {
  const [q, setQ] = useState('')
  const [marked, setMarked] = useState(0)
  const records = useRecords(q)
  const targets = [...placesFor(q), ...records.map(targetOf)]
  const active = Math.min(marked, targets.length - 1)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector(`#go-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [active, targets.length])
  const take = (target: Target | undefined) => {
    if (target === undefined) return
    closeSheet()
    target.go()
  }
  return (
    <Dialog title={t('nav.go_to')} hideTitle flush onClose={closeSheet} testid="go-to-dialog">
      <div class="go-to">
        <Icon name="search" size={18} />
        <input
          class="bare"
          type="text"
          role="combobox"
          dir="auto"
          autocomplete="off"
          spellcheck={false}
          aria-label={t('nav.go_to')}
          aria-expanded={targets.length > 0}
          aria-controls="go-list"
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `go-${active}` : undefined}
          placeholder={t('goto.hint')}
          value={q}
          data-autofocus
          data-testid="go-to-input"
          onInput={(event) => {
            setQ(event.currentTarget.value)
            setMarked(0)
          }}
          onKeyDown={(event) => {
            if (event.isComposing || event.keyCode === 229) return
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
            if (step !== undefined && targets.length > 0) {
              setMarked((active + step + targets.length) % targets.length)
            } else if (event.key === 'Enter') take(targets[active])
            else return
            event.preventDefault()
          }}
        />
      </div>
      <div class="go-list" id="go-list" role="listbox" aria-label={t('nav.go_to')} ref={list}>
        {targets.map((target, index) => (
          <button
            type="button"
            key={target.id}
            id={`go-${index}`}
            role="option"
            tabIndex={-1}
            class={index === active ? 'go-option go-marked' : 'go-option'}
            aria-selected={index === active}
            data-testid="go-to-option"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(target)}
          >
            <Icon name={target.icon} />
            <span class="cut" dir="auto">
              {target.label}
            </span>
            <small class="cut" dir="auto">
              {target.hint}
            </small>
            <small class="quiet">{target.aside}</small>
          </button>
        ))}
      </div>
      {targets.length === 0 && <p class="go-none second">{t('search.none', { q })}</p>}
    </Dialog>
  )
}

function placesFor(q: string): Target[] {
  const wanted = q.trim().toLowerCase()
  return placesNow()
    .filter((place) => place.name().toLowerCase().includes(wanted))
    .map((place) => ({
      id: `place ${place.key}`,
      icon: place.icon,
      label: place.name(),
      hint: '',
      aside: '',
      go: () => enter(place),
    }))
}

function targetOf(record: Found['records'][number]): Target {
  return {
    id: record.id,
    icon: moduleIcon(record.module),
    label: plainName(record.name),
    hint: detailOf(record),
    aside: moduleName(record.module, modules.value),
    go: () => goToRecord(record.id),
  }
}

/** What the last question found; an earlier answer never comes after a later one. */
function useRecords(q: string): Found['records'] {
  const [found, setFound] = useState<Found['records']>([])
  const run = useRef(0)
  useEffect(() => {
    run.current += 1
    const mine = run.current
    if (q.trim() === '') {
      setFound([])
      return
    }
    const timer = setTimeout(async () => {
      const answer = await attempt(({ backend }) => backend.findRecords(q.trim()))
      if (mine === run.current) setFound(answer.ok ? answer.value.records.slice(0, 8) : [])
    }, rest)
    return () => clearTimeout(timer)
  }, [q])
  return found
}
