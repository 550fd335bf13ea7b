import { useState } from 'preact/hooks'
import type { NotLinked, Standing, ThreadStanding } from '@/lib/contract/messages.ts'
import { timeOf, whenFull } from '@/lib/domain/format.ts'
import { displayName, plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Menu, type MenuItem } from '@/lib/extension/ui/menu.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../../keys.ts'
import { startCreate } from '../../load/create.ts'
import { menuRows, ordered, pressLine, whyNot } from '../../load/line.ts'
import { seers } from '../../load/line-seers.ts'
import { openRecord } from '../../load/records.ts'
import { whyNoRecords } from '../../load/rights.ts'
import { aboutThread, findRecordFor, takeOff } from '../../load/standing.ts'
import { me, page, places, view } from '../../state.ts'
import { openStanding } from '../../state-standing.ts'
import './standing.css'

/** So many records reached through one contact are named before the rest is asked for. */
const mostThrough = 4

/** 03 C: every link says why it exists, every missing link why not, and who sees the mail. */
export function StandingPage() {
  const found = openStanding.value
  return (
    <Page
      title={t('standing.why.title')}
      subtitle={page.value?.thread?.subject}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="standing-page"
    >
      {found === undefined ? (
        <div class="pad pad-block">
          <Note tone="neutral">{t('standing.why.unknown')}</Note>
        </div>
      ) : (
        <Found found={found} />
      )}
    </Page>
  )
}

function Found({ found }: { found: ThreadStanding }) {
  const all = ordered(found)
  const direct = all.filter((one) => one.by !== 'contact')
  const through = all.filter((one) => one.by === 'contact')
  const missing = found.notLinked.filter((one) => one.why !== 'me')
  const nothing = found.standings.length === 0
  return (
    <>
      {nothing && missing.length === 0 && (
        <div class="pad-block">
          <Empty title={t('standing.why.nothing')} text={t('standing.why.nothing_text')} />
        </div>
      )}
      <ul class="standings" data-list aria-label={t('standing.why.title')}>
        {direct.map((one) => (
          <StandingRow key={`${one.by} ${one.record.id}`} one={one} />
        ))}
        <Through rows={through} />
        {missing.map((one) => (
          <MissingRow key={one.party.address || one.party.name} one={one} />
        ))}
      </ul>
      <div class="pad end-pad">
        <Button kind="text" small icon="plus" onPress={put} testid="put-on">
          {t('standing.menu.put')}
        </Button>
      </div>
      <Older found={found} />
      <Seers found={found} />
    </>
  )
}

function put(): void {
  const about = aboutThread()
  if (about !== undefined) findRecordFor(about)
}

/** What stands there through a contact follows that contact; the long tail waits until it is asked for. */
function Through({ rows }: { rows: readonly Standing[] }) {
  const [all, setAll] = useState(false)
  const shown = all || rows.length <= mostThrough ? rows : rows.slice(0, mostThrough - 1)
  const rest = rows.length - shown.length
  return (
    <>
      {shown.map((one) => (
        <StandingRow key={`contact ${one.record.id}`} one={one} />
      ))}
      {rest > 0 && (
        <li class="standing">
          <span />
          <Button kind="text" small onPress={() => setAll(true)} testid="standing-all">
            {t('standing.more', { n: rest })}
          </Button>
        </li>
      )}
    </>
  )
}

function StandingRow({ one }: { one: Standing }) {
  const { record } = one
  return (
    <li class="standing" data-testid="standing" data-by={one.by}>
      <Icon name="link" />
      <div class="standing-text">
        <button
          type="button"
          class="link-button standing-name cut"
          dir="auto"
          data-row
          onClick={() => openRecord(record.id)}
        >
          {plainName(record.name)}
        </button>
        <p class="second small">{reasonOf(one)}</p>
        {one.chosen && <p class="second small">{t('standing.why.chosen')}</p>}
      </div>
      <IconButton
        icon="close"
        small
        label={t('standing.menu.off', { record: plainName(record.name) })}
        onPress={() => void takeOff(record)}
        testid="take-off"
      />
    </li>
  )
}

/** "By address: the sender", "By hand: you chose it, 15:13", "Through Elena Brandt". */
export function reasonOf(one: Standing): string {
  if (one.by === 'contact')
    return one.through === null
      ? t('standing.why.address')
      : t('standing.why.through', { name: plainName(one.through.name) })
  if (one.by === 'address')
    return one.party === null ? t('standing.why.address') : t(`standing.why.party.${one.party}`)
  const at = one.madeAt === null ? undefined : Date.parse(one.madeAt)
  const isToday = at !== undefined && view.value.now - at < 12 * 3_600_000
  const when = at === undefined ? '' : isToday ? timeOf(at, view.value.zone) : whenFull(at, view.value)
  const mine = one.madeBy === null || one.madeBy.id === me.value?.user.id
  if (when === '') return t('standing.why.hand')
  return mine
    ? t('standing.why.hand_you', { when })
    : t('standing.why.hand_by', { name: one.madeBy?.name ?? '', when })
}

function MissingRow({ one }: { one: NotLinked }) {
  const { party, why } = one
  const name = displayName(party.name, party.address)
  return (
    <li class="standing" data-testid="not-linked" data-why={why}>
      <Icon name="slash" />
      <div class="standing-text">
        <p class="standing-name cut" dir="auto">
          {why === 'no_record' ? party.address : name}
        </p>
        <p class="second small">{why === 'no_record' ? t('standing.why.no_record') : whyNot(one)}</p>
      </div>
      {why === 'no_record' && whyNoRecords() === undefined && (
        <Button
          kind="text"
          small
          onPress={() => startCreate('leads', { address: party.address, name: party.name })}
          testid="add-party"
        >
          {t('standing.why.add')}
        </Button>
      )}
    </li>
  )
}

/** Mail from before its address came onto the record is the owner's alone until they agree (decisions 6). */
function Older({ found }: { found: ThreadStanding }) {
  const mails = found.older.reduce((sum, one) => sum + one.mails, 0)
  if (mails === 0) return null
  return (
    <div class="pad end-pad">
      <Note
        tone="info"
        icon="history"
        actions={
          <Button
            kind="text"
            small
            onPress={() => {
              places.value = [...places.value, { kind: 'sharing' }]
            }}
            testid="standing-older"
          >
            {t('standing.why.look')}
          </Button>
        }
      >
        {t('standing.why.older', { n: mails })}
      </Note>
    </div>
  )
}

function Seers({ found }: { found: ThreadStanding }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const items = menuRows(found)
    .filter((row) => row.id !== '' && !row.off)
    .map(
      (row): MenuItem => ({
        id: row.id,
        label: row.text,
        ...(row.hint === '' ? {} : { hint: row.hint }),
        ...(row.kind === 'plain' ? {} : { chosen: row.on }),
        run: () => pressLine(found.threadId, row.id),
      }),
    )
  return (
    <div class="standing-seers" data-testid="standing-seers">
      <Icon name="people" />
      <span class="standing-text">{seers(found)}</span>
      <button
        type="button"
        class="link-button"
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        data-testid="standing-change"
        onClick={(event) => setAt(event.currentTarget)}
      >
        {t('standing.change')}
      </button>
      {at && <Menu at={at} label={t('standing.change')} items={items} onClose={() => setAt(undefined)} />}
    </div>
  )
}
