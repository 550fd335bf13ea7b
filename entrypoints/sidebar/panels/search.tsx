import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { Found, RecordSummary } from '@/lib/contract/records.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleInSentence, moduleName } from '@/lib/extension/record-words.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Marked } from '@/lib/extension/ui/marked.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { startCreateNamed } from '../load/create.ts'
import { addAddressTo } from '../load/duplicates.ts'
import { openRecord } from '../load/records.ts'
import { whyNoRecords } from '../load/rights.ts'
import { detailOf, findRecords, leaveSearch } from '../load/search.ts'
import { putOn } from '../load/standing.ts'
import { modules, search } from '../state.ts'
import type { WhoSeesAbout } from '../state-sharing.ts'
import { moduleIcon } from './record-icons.ts'
import './search.css'

/** Any record, by name, company, address, phone or number. With an address: the record it joins; `put`: a mail. */
export function SearchSheet({
  address,
  put,
}: {
  address: string | undefined
  put: WhoSeesAbout | undefined
}) {
  const title = put
    ? t('standing.put.title')
    : address === undefined
      ? t('search.title')
      : t('address.add_title', { address })
  return (
    <Sheet
      title={title}
      subtitle={put?.subject}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="search-sheet"
    >
      <div class="pad pad-block">
        <RecordSearch
          label={t('search.title')}
          autofocus
          recent
          creates={address === undefined && put === undefined && whyNoRecords() === undefined}
          onChoose={(record) => {
            if (put) putOn(put, { id: record.id, module: record.module, name: record.name })
            else if (address === undefined) openRecord(record.id)
            else void addAddressTo(record, address)
          }}
        />
      </div>
    </Sheet>
  )
}

interface RecordSearchProps {
  label: string
  hint?: string
  autofocus?: boolean
  /** Shows the records met last while nothing is typed. */
  recent?: boolean
  /** Offers to make what was not found. */
  creates?: boolean
  onChoose: (record: RecordSummary) => void
}

type Line =
  | { kind: 'record'; record: Found['records'][number] }
  | { kind: 'create'; module: ModuleKey; name: string }

/** A field and what it finds; the arrows move through the lines, Enter takes the marked one, the field keeps the focus. */
export function RecordSearch(props: RecordSearchProps) {
  const { q, records, done } = search.value
  const [marked, setMarked] = useState(0)
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const lines = linesOf(props, q, records)
  const active = Math.min(marked, lines.length - 1)
  useEffect(() => {
    // Whoever types before this runs keeps what they typed.
    if (props.recent && search.value.q === '') findRecords('')
    return leaveSearch
  }, [props.recent])
  useEffect(() => {
    box.current?.querySelector(`[data-line="${active}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [active])
  const take = (line: Line | undefined) => {
    if (line?.kind === 'record') props.onChoose(line.record)
    else if (line) startCreateNamed(line.module, line.name)
  }
  const none = done && records.length === 0 && q.trim() !== ''
  return (
    <div class="stack-small" ref={box}>
      <input
        class="input"
        type="text"
        inputMode="search"
        role="combobox"
        dir="auto"
        aria-label={props.label}
        aria-expanded={lines.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={lines.length > 0 ? `${id}-${active}` : undefined}
        placeholder={props.hint ?? t('search.any')}
        value={q}
        data-autofocus={props.autofocus ? '' : undefined}
        data-testid="search-input"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          setMarked(0)
          findRecords(event.currentTarget.value)
        }}
        onKeyDown={(event) => {
          if (event.isComposing || event.keyCode === 229 || lines.length === 0) return
          const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
          if (step !== undefined) setMarked((active + step + lines.length) % lines.length)
          else if (event.key === 'Enter') take(lines[active])
          else return
          event.preventDefault()
        }}
      />
      <p class="hidden" role="status">
        {none ? t('search.none', { q }) : done && q !== '' ? t('search.found', { n: records.length }) : ''}
      </p>
      {q.trim() === '' && records.length > 0 && <p class="group-head">{t('search.recent')}</p>}
      <div
        class="found"
        id={`${id}-list`}
        role="listbox"
        aria-label={props.label}
        hidden={lines.length === 0}
      >
        {lines.map((line, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field keeps the focus and has the keys.
          <div
            key={line.kind === 'record' ? line.record.id : line.module}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            class={index === active ? 'found-line found-marked' : 'found-line'}
            aria-selected={index === active}
            data-line={index}
            data-testid={line.kind === 'record' ? 'search-row' : `search-create-${line.module}`}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(line)}
          >
            {line.kind === 'record' ? <Hit record={line.record} q={q} /> : <Make {...line} />}
          </div>
        ))}
      </div>
      {none && (
        <p class="quiet" data-testid="search-none">
          {t('search.none', { q })}
        </p>
      )}
    </div>
  )
}

function linesOf(props: RecordSearchProps, q: string, records: Found['records']): Line[] {
  const name = plainName(q)
  // Without `recent` an empty field shows nothing.
  if (name === '' && !props.recent) return []
  const found = records.map((record): Line => ({ kind: 'record', record }))
  if (!props.creates || name.length < 2) return found
  return [...found, { kind: 'create', module: 'leads', name }, { kind: 'create', module: 'contacts', name }]
}

function Hit({ record, q }: { record: Found['records'][number]; q: string }) {
  const detail = lookedAt(record)
  return (
    <>
      <Icon name={moduleIcon(record.module)} />
      <span class="cut found-name" dir="auto">
        <Marked text={plainName(record.name)} q={q} />
      </span>
      <span class="found-aside">{moduleName(record.module, modules.value)}</span>
      <span class="found-below cut" dir="auto">
        <Marked text={plainName(detail)} q={q} />
        {record.matched === 'similar' && <span> {t('search.similar')}</span>}
      </span>
    </>
  )
}

/** The second line says what was found, when that is not the name. */
function lookedAt(record: Found['records'][number]): string {
  const { fields } = record
  if (record.matched === 'phone') return fields['phone'] || fields['mobile'] || ''
  if (record.matched === 'address') return record.primaryAddress ?? record.secondaryAddress ?? ''
  return detailOf(record)
}

function Make({ module, name }: { module: ModuleKey; name: string }) {
  return (
    <>
      <Icon name="plus" />
      <span class="cut found-name found-make" dir="auto">
        {t('search.create', { module: moduleInSentence(module, modules.value), name })}
      </span>
    </>
  )
}
