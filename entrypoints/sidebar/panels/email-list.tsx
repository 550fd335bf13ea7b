import { useEffect, useRef, useState } from 'preact/hooks'
import type { EmailRow, EmailsPage } from '@/lib/contract/emails.ts'
import { dayDistance } from '@/lib/domain/format.ts'
import { hasMessage, t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { FilterChip } from '@/lib/extension/ui/chip.tsx'
import { LazyRows, manyRows } from '@/lib/extension/ui/lazy-rows.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { askEmails, moreEmails } from '../load/emails.ts'
import { allow } from '../load/me.ts'
import { problemSentence, reasonSentence } from '../load/words.ts'
import { cards, mailbox, view } from '../state.ts'
import { type EmailList, isFiltered, type ListedEmail } from '../state-emails.ts'
import { route } from '../state-workspace.ts'
import { EmailFilter } from './email-filter.tsx'
import { countWord, statusOf } from './email-marks.tsx'
import { MailRow, WideMailRow } from './email-row.tsx'
import { useNarrow } from './workspace/narrow.ts'
import './emails.css'

const kinds = ['all', 'received', 'sent', 'scheduled'] as const

/** Received, sent, scheduled; and at the end the filter (design 04 B). */
export function EmailBar({ list }: { list: EmailList }) {
  return (
    <div class="filters">
      <fieldset class="filters-kinds">
        <legend class="hidden">{t('emails.filter')}</legend>
        {kinds.map((kind) => (
          <FilterChip
            key={kind}
            chosen={list.ask.filter === kind && list.ask.statuses.length === 0}
            onPress={() => askEmails(list, { filter: kind, statuses: [] })}
            testid={`filter-${kind}`}
          >
            {t(`emails.filter.${kind}`)}
          </FilterChip>
        ))}
      </fieldset>
      <FilterButton list={list} />
    </div>
  )
}

export function FilterButton({ list }: { list: EmailList }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const box = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (list.begin === 'filter') box.current?.querySelector('button')?.click()
  }, [list.begin])
  return (
    <span class={isFiltered(list.ask) ? 'end filter-on' : 'end'} ref={box}>
      <IconButton
        icon="filter"
        label={isFiltered(list.ask) ? t('emails.filter.on') : t('emails.filter.open')}
        expanded={at !== undefined}
        onPress={(button) => setAt(at === undefined ? button : undefined)}
        testid="open-email-filter"
      />
      {at !== undefined && <EmailFilter at={at} list={list} onClose={() => setAt(undefined)} />}
    </span>
  )
}

/** What was searched for or left out, and what the search could not reach. */
function Result({ list }: { list: EmailList }) {
  const { ask, total, all, answered } = list
  const searching = ask.q !== ''
  if (!searching && !isFiltered(ask)) return null
  const problems = ['held', 'delayed', 'bounced_soft', 'bounced_hard', 'failed']
  const withProblem = ask.statuses.length > 0 && ask.statuses.every((one) => problems.includes(one))
  const facts = { count: countWord(total), all: countWord(all ?? total) }
  return (
    <div class="result" data-testid="email-result">
      <p class="group-head">
        <span>
          {!answered
            ? t(searching ? 'emails.asking_gmail' : 'emails.asking')
            : searching
              ? t('emails.found', { count: countWord(total), q: ask.q })
              : withProblem
                ? t('emails.some_problem', facts)
                : t('emails.some', facts)}
        </span>
        <Button
          kind="text"
          small
          onPress={() =>
            askEmails(list, {
              ...(searching ? { q: '' } : { people: [], withFiles: false, archived: true, byHand: false }),
              ...(!searching && { statuses: [] }),
            })
          }
          testid="show-everything"
        >
          {t('emails.show_all')}
        </Button>
      </p>
      {searching && answered && (
        <>
          {list.people.some((one) => one.level === 'metadata') && (
            <p class="quiet small">{t('emails.search_who_when')}</p>
          )}
          {list.notSearched.map((one) => (
            <p class="quiet small" key={one.name} data-testid="not-searched">
              {t('emails.not_searched', { name: one.name })}
              {hasMessage(`error.${one.reason}`) && ` ${reasonSentence(one.reason)}`}
            </p>
          ))}
        </>
      )}
    </div>
  )
}

/** Going out, today, earlier; nothing moves while it is pointed at. `name`: of the record. */
export function EmailGroups({ list, name }: { list: EmailList; name: string }) {
  const still = useStill(list.rows, list.ask)
  const bones = useSkeleton(!list.answered && list.rows.length === 0 && list.problem === undefined)
  const { recordId } = list
  const wide = useWide()
  return (
    <div
      class={wide ? 'groups groups-wide' : 'pad groups'}
      onPointerEnter={still.hold}
      onPointerLeave={still.release}
    >
      <p class="hidden" role="status">
        {list.loading ? '' : t('emails.shown', { n: list.rows.length })}
      </p>
      {list.problem && (
        <div class="pad-block">
          <Note tone="warn" testid="emails-problem">
            {problemSentence(list.problem)}
          </Note>
        </div>
      )}
      <Result list={list} />
      {still.held > 0 && (
        <Button kind="text" small onPress={still.release} testid="new-rows">
          {t('list.new', { n: still.held })}
        </Button>
      )}
      {bones && <Bones />}
      {list.rows.length === 0 && list.answered && <Nothing list={list} name={name} />}
      {groupsOf(still.rows).map(([group, rows]) => (
        <section key={group} aria-label={t(`emails.group.${group}`)} data-testid={`group-${group}`}>
          <p class="group-head">
            <span>{t(`emails.group.${group}`)}</span>
            {group !== 'earlier' && <span class="number">{rows.length}</span>}
          </p>
          <LazyRows label={t(`emails.group.${group}`)} rows={rows} lazy={still.rows.length > manyRows}>
            {(row) => {
              const props = { row, recordId, first: row === rows[0] }
              return wide ? <WideMailRow key={row.key} {...props} /> : <MailRow key={row.key} {...props} />
            }}
          </LazyRows>
        </section>
      ))}
      {list.nextCursor !== undefined && (
        <Button kind="text" busy={list.loading} onPress={() => void moreEmails(list)} testid="more-emails">
          {t('list.more')}
        </Button>
      )}
    </div>
  )
}

/** True where a mail has room for one line. */
export function useWide(): boolean {
  const narrow = useNarrow()
  return route.value !== undefined && !narrow
}

type Group = 'out' | 'today' | 'earlier'

function groupsOf(rows: readonly ListedEmail[]): [Group, ListedEmail[]][] {
  const groups: Record<Group, ListedEmail[]> = { out: [], today: [], earlier: [] }
  for (const row of rows) {
    const status = statusOf(row)
    if (status === 'scheduled' || status === 'held' || status === 'sending') groups.out.push(row)
    else groups[dayDistance(Date.parse(row.at), view.value) === 0 ? 'today' : 'earlier'].push(row)
  }
  return (['out', 'today', 'earlier'] as const).flatMap((name): [Group, ListedEmail[]][] =>
    groups[name].length > 0 ? [[name, groups[name]]] : [],
  )
}

function Nothing({ list, name }: { list: EmailList; name: string }) {
  const { ask } = list
  if (ask.q !== '')
    return (
      <Empty
        title={t('emails.nothing_found')}
        text={t('emails.nothing_found_text', { q: ask.q })}
        testid="empty-search"
      />
    )
  const plain = ask.filter === 'all' && !isFiltered(ask)
  if (!plain) return <EmptyEmails name={name} reason="filter" />
  if (list.recordId === undefined && list.emptyReason !== 'no_read')
    return <Empty title={t('empty.no_mail.title')} text={t('emails.tab_empty')} testid="empty-no_mail" />
  const module = cards.value.get(list.recordId ?? '')?.record.module
  return <EmptyEmails name={name} module={module} reason={list.emptyReason} />
}

/** An empty list says why, and offers the one thing to do (S-064). */
export function EmptyEmails({
  name: recordName,
  module,
  reason,
}: {
  name: string
  module?: string | undefined
  reason: EmailsPage['emptyReason'] | 'filter'
}) {
  const kind = reason ?? 'no_mail'
  const name =
    module !== 'leads' && module !== 'contacts' ? recordName : t('standing.person', { name: recordName })
  if (kind === 'colleague' || kind === 'robot' || kind === 'never_link')
    return <Empty title={t(`standing.none.${kind}`)} text={t('empty.never.text')} testid={`empty-${kind}`} />
  // Decisions 5: an account has its own address or none; its people's mail is theirs.
  if (kind === 'no_address' && module === 'accounts')
    return (
      <Empty
        title={t('empty.no_address.title')}
        text={t('empty.account.text', { name })}
        testid="empty-account"
      />
    )
  // One way back is enough, and the foot has it.
  if (kind === 'no_read' && mailbox.value?.status === 'disconnected')
    return <Empty title={t('empty.away.title')} text={t('empty.away.text')} testid="empty-away" />
  return (
    <Empty
      title={t(`empty.${kind}.title`)}
      text={kind === 'filter' && name === '' ? t('emails.none_of_kind') : t(`empty.${kind}.text`, { name })}
      testid={`empty-${kind}`}
      action={
        kind === 'no_read' && (
          <Button kind="filled" small onPress={() => void allow(['read'])} testid="allow-read">
            {t('consent.allow')}
          </Button>
        )
      }
    />
  )
}

function Bones() {
  return (
    <div class="emails-bones" aria-hidden="true" data-testid="emails-skeleton">
      {[68, 54, 76, 60, 48].map((width) => (
        <div key={width}>
          <Bone width={`${width}%`} height="13px" />
          <Bone width={`${width - 24}%`} height="11px" />
        </div>
      ))}
    </div>
  )
}

/**
 * Rows that don't move while they are pointed at: changes swap in place, new rows wait, and `held` says how many
 * (design 9). Another question is another list.
 */
export function useStill<Row extends EmailRow>(rows: readonly Row[], of?: unknown) {
  const [kept, setKept] = useState<{ of: unknown; keys: readonly string[] } | undefined>(undefined)
  const known = new Map(rows.map((row) => [row.key, row]))
  const holds = kept !== undefined && kept.of === of
  // Rows below, which were asked for, are no news.
  const lastKept = holds ? rows.findLastIndex((row) => kept.keys.includes(row.key)) : -1
  const shown = holds
    ? [...kept.keys.flatMap((key) => known.get(key) ?? []), ...rows.slice(lastKept + 1)]
    : rows
  return {
    rows: shown,
    held: rows.length - shown.length,
    hold: () =>
      setKept((now) => (now !== undefined && now.of === of ? now : { of, keys: rows.map((row) => row.key) })),
    release: () => setKept(undefined),
  }
}
