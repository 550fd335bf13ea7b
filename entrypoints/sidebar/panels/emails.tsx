import { useState } from 'preact/hooks'
import type { EmailRow, RecordCard } from '@/lib/contract/records.ts'
import { dayDistance, joined } from '@/lib/domain/format.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import type { EmailFilter } from '@/lib/extension/api.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { FilterChip } from '@/lib/extension/ui/chip.tsx'
import { Empty, RelatedList, Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../keys.ts'
import { composeTo } from '../load/drafts.ts'
import { filterEmails, moreEmails, openEmails } from '../load/lists.ts'
import { allow } from '../load/me.ts'
import { problemSentence, whyNoMail } from '../load/words.ts'
import { cards, emails, type Person, person, view } from '../state.ts'
import { MailRow, statusOf } from './email-row.tsx'
import './emails.css'

/** The newest three mails of a record; all of them are one step away. */
export function EmailsSection({ card, person: one }: { card: RecordCard; person: Person | undefined }) {
  const { rows, total, emptyReason } = card.emails
  const { id } = card.record
  const still = useStill(rows)
  return (
    <RelatedList
      title={t('list.emails')}
      count={plainNumber(total, view.value.language)}
      testid="emails"
      tools={
        <>
          {still.held > 0 && (
            <Button kind="text" small onPress={still.release} testid="new-rows">
              {t('list.new', { n: still.held })}
            </Button>
          )}
          <IconButton
            icon="pencil"
            small
            label={t('list.compose')}
            off={whyNoMail()}
            onPress={() => void composeTo(one, card)}
            testid="compose-email"
          />
        </>
      }
    >
      {rows.length === 0 ? (
        <EmptyEmails name={card.record.name} reason={emptyReason} />
      ) : (
        <div onPointerEnter={still.hold} onPointerLeave={still.release}>
          <Rows label={t('list.emails')}>
            {still.rows.slice(0, 3).map((row, index) => (
              <MailRow key={row.key} row={row} recordId={id} first={index === 0} />
            ))}
          </Rows>
          {total > 3 && (
            <span class="section-all">
              <Button kind="text" small onPress={() => openEmails(id)} testid="all-emails">
                {t('list.all', { n: total })}
              </Button>
            </span>
          )}
        </div>
      )}
    </RelatedList>
  )
}

const filters: readonly EmailFilter[] = ['all', 'received', 'sent', 'scheduled']

/** 04 A: everything, in groups, with each mail's status. */
export function EmailsPage({ recordId }: { recordId: string }) {
  const list = emails.value
  const card = cards.value.get(recordId)
  const name = card?.record.name ?? ''
  const total = list?.total ?? 0
  if (list === undefined) return null
  return (
    <Page
      title={t('list.emails')}
      subtitle={joined([name, plainNumber(total, view.value.language)], view.value.language)}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="emails-page"
      tools={
        <Button
          kind="soft"
          small
          icon="pencil"
          off={whyNoMail()}
          onPress={() =>
            void composeTo(person.value?.cardIds.includes(recordId) ? person.value : undefined, card)
          }
          testid="compose"
        >
          {t('list.compose')}
        </Button>
      }
    >
      <fieldset class="filters">
        <legend class="hidden">{t('emails.filter')}</legend>
        {filters.map((filter) => (
          <FilterChip
            key={filter}
            chosen={list.filter === filter}
            onPress={() => filterEmails(filter)}
            testid={`filter-${filter}`}
          >
            {t(`emails.filter.${filter}`)}
          </FilterChip>
        ))}
      </fieldset>
      <p class="hidden" role="status">
        {list.loading ? '' : t('emails.shown', { n: list.rows.length })}
      </p>
      {list.problem && (
        <div class="pad">
          <Note tone="warn">{problemSentence(list.problem)}</Note>
        </div>
      )}
      <Groups list={list} recordId={recordId} name={name} />
    </Page>
  )
}

/** Going out, today, earlier; nothing moves while it is pointed at. */
function Groups(props: { list: NonNullable<typeof emails.value>; recordId: string; name: string }) {
  const { list, recordId, name } = props
  const still = useStill(list.rows)
  return (
    <div class="pad groups" onPointerEnter={still.hold} onPointerLeave={still.release}>
      {still.held > 0 && (
        <Button kind="text" small onPress={still.release} testid="new-rows">
          {t('list.new', { n: still.held })}
        </Button>
      )}
      {list.rows.length === 0 && !list.loading && (
        <EmptyEmails name={name} reason={list.filter === 'all' ? list.emptyReason : 'filter'} />
      )}
      {groupsOf(still.rows).map(([group, rows]) => (
        <section key={group} aria-label={t(`emails.group.${group}`)} data-testid={`group-${group}`}>
          <p class="group-head">
            <span>{t(`emails.group.${group}`)}</span>
            {group !== 'earlier' && <span class="number">{rows.length}</span>}
          </p>
          <Rows label={t(`emails.group.${group}`)}>
            {rows.map((row, index) => (
              <MailRow key={row.key} row={row} recordId={recordId} first={index === 0} />
            ))}
          </Rows>
        </section>
      ))}
      {list.nextCursor !== undefined && (
        <Button kind="text" busy={list.loading} onPress={() => void moreEmails()} testid="more-emails">
          {t('list.more')}
        </Button>
      )}
    </div>
  )
}

type Group = 'out' | 'today' | 'earlier'

function groupsOf(rows: readonly EmailRow[]): [Group, EmailRow[]][] {
  const groups: Record<Group, EmailRow[]> = { out: [], today: [], earlier: [] }
  for (const row of rows) {
    const status = statusOf(row)
    if (status === 'scheduled' || status === 'held' || status === 'sending') groups.out.push(row)
    else groups[dayDistance(Date.parse(row.at), view.value) === 0 ? 'today' : 'earlier'].push(row)
  }
  return (['out', 'today', 'earlier'] as const).flatMap((name): [Group, EmailRow[]][] =>
    groups[name].length > 0 ? [[name, groups[name]]] : [],
  )
}

/** An empty list says why, and offers the one thing to do (S-064). */
export function EmptyEmails({
  name,
  reason,
}: {
  name: string
  reason: RecordCard['emails']['emptyReason'] | 'filter'
}) {
  const kind = reason ?? 'no_mail'
  return (
    <Empty
      title={t(`empty.${kind}.title`)}
      text={t(`empty.${kind}.text`, { name })}
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

/**
 * Rows that don't move while they are pointed at: changes swap in place, new rows wait, and `held` says how many
 * (design 9).
 */
function useStill(rows: readonly EmailRow[]) {
  const [kept, setKept] = useState<readonly string[] | undefined>(undefined)
  const known = new Map(rows.map((row) => [row.key, row]))
  const shown = kept === undefined ? rows : kept.flatMap((key) => known.get(key) ?? [])
  return {
    rows: shown,
    held: rows.length - shown.length,
    hold: () => setKept((now) => now ?? rows.map((row) => row.key)),
    release: () => setKept(undefined),
  }
}
