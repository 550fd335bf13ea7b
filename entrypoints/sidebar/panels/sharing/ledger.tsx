import { useEffect, useState } from 'preact/hooks'
import type { Ledger } from '@/lib/contract/sharing.ts'
import { listOf, whenFull, whenShort } from '@/lib/domain/format.ts'
import type { LedgerKind } from '@/lib/domain/sharing.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { leavePlace } from '../../keys.ts'
import { readLedger, revokeFrom, stopSharing } from '../../load/sharing/ledger.ts'
import { problemSentence, sentences } from '../../load/words.ts'
import { busy, view } from '../../state.ts'
import { ledger } from '../../state-sharing.ts'
import { levelIcons } from './who-list.tsx'
import './sharing.css'

type Entry = Ledger['entries'][number]
type ReceivedAs = Ledger['received'][number]['as']

const icons: Record<LedgerKind, IconName> = {
  shared: 'people',
  stopped: 'lock',
  linked: 'link',
  unlinked: 'unlink',
  deal_chosen: 'deal',
  switched_on: 'people',
  switched_off: 'lock',
  older_agreed: 'history',
  older_kept: 'lock',
  mode_changed: 'settings',
  requested: 'person',
  granted: 'check',
  declined: 'slash',
  revoked: 'lock',
  opened: 'eye',
}

/** Design 05 C: who could and did see a mail of mine, newest first, and the way to stop it. */
export function LedgerPage({ messageId, subject }: { messageId: string; subject: string }) {
  useEffect(() => readLedger(messageId), [messageId])
  const open = ledger.value?.messageId === messageId ? ledger.value : undefined
  const known = open?.ledger
  const bones = useSkeleton(known === undefined && open?.problem === undefined)
  return (
    <Page
      title={t('sharing.ledger.title')}
      subtitle={subject || t('sharing.mine.subject_none')}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="ledger-page"
    >
      <div class="pad pad-block stack">
        {open?.problem !== undefined && (
          <Note tone="warn" testid="ledger-problem">
            {problemSentence(open.problem)}
          </Note>
        )}
        {known === undefined && bones && <Bone width="100%" height="132px" />}
        {known !== undefined && (
          <>
            <Now of={known} />
            <Happened of={known} />
            <p class="quiet small">{t('sharing.ledger.told')}</p>
          </>
        )}
      </div>
    </Page>
  )
}

/** Who sees it besides me, and whether they have opened it. */
function Now({ of }: { of: Ledger }) {
  const [asks, setAsks] = useState(false)
  const others = of.now
  const has = new Map(of.received.map((one) => [one.id, one.as]))
  if (others.length === 0)
    return (
      <Empty
        title={t('sharing.ledger.nobody')}
        text={t('sharing.ledger.nobody_text')}
        testid="ledger-nobody"
      />
    )
  return (
    <section aria-label={t('sharing.ledger.now')} class="stack-small">
      <h2>{t('sharing.ledger.now')}</h2>
      <ul class="who-list" data-testid="ledger-now">
        {others.map((one) => (
          <li class="who-line" key={one.id} data-testid="ledger-person">
            <Avatar name={one.name} address={one.id} large />
            <bdi class="who-name cut">{t('sharing.person', { name: one.name })}</bdi>
            <span class="who-why second small">{whyNow(one, has.get(one.id))}</span>
            {one.granted && !has.has(one.id) ? (
              <span class="who-level">
                <Button
                  kind="text"
                  small
                  busy={busy.value.has(`revoke:${one.id}`)}
                  onPress={() => revokeFrom(one.id, one.name)}
                  testid="ledger-revoke"
                >
                  {t('sharing.ledger.revoke')}
                  <span class="hidden">{t('sharing.ledger.revoke_of', { name: one.name })}</span>
                </Button>
              </span>
            ) : (
              <span class="who-level second small">
                <Icon name={levelIcons[one.level]} />
                {t(`sharing.sees.${one.level}`)}
              </span>
            )}
          </li>
        ))}
      </ul>
      {asks ? (
        <Stop of={of} onKeep={() => setAsks(false)} />
      ) : (
        <div>
          <Button kind="outline" onPress={() => setAsks(true)} testid="ledger-stop">
            {t('sharing.stop')}
          </Button>
        </div>
      )}
    </section>
  )
}

/** What they did with it; of who got the mail themselves first of all that, since nothing takes it back. */
function whyNow({ opened, granted }: Ledger['now'][number], as: ReceivedAs | undefined): string {
  const said = [
    as === undefined ? '' : t(`sharing.who.has.${as}`),
    opened ? t('sharing.ledger.has_opened') : as === undefined ? t('sharing.ledger.not_opened') : '',
    granted && as === undefined ? t('sharing.ledger.granted') : '',
  ]
  return said.filter((one) => one !== '').join(' · ')
}

/** What stopping does, by name, and what it cannot undo. */
function Stop({ of, onKeep }: { of: Ledger; onKeep: () => void }) {
  const { language } = view.value
  const has = new Set(of.received.map((one) => one.id))
  const lose = of.now.filter((one) => !has.has(one.id))
  const opened = lose.filter((one) => one.opened)
  const names = (some: readonly { name: string }[]) => ({
    names: listOf(
      some.map((one) => one.name),
      language,
    ),
  })
  return (
    <Note
      tone="warn"
      bold={t('sharing.stop.ask')}
      testid="stop-sharing"
      actions={
        <>
          <Button kind="filled" busy={busy.value.has('share')} onPress={stopSharing} testid="stop-sharing-do">
            {t('sharing.stop')}
          </Button>
          <Button kind="text" onPress={onKeep} testid="stop-sharing-keep">
            {t('sharing.stop.keep')}
          </Button>
        </>
      }
    >
      {sentences([
        lose.length === 0 ? t('sharing.stop.nobody') : t('sharing.stop.lose', names(lose)),
        opened.length > 0 ? t('sharing.stop.opened', names(opened)) : '',
        of.received.length > 0 ? t('sharing.stop.copies', names(of.received)) : '',
        t('sharing.stop.files'),
      ])}
    </Note>
  )
}

type Line = { at: string; key: string; entry?: Entry; received?: Ledger['received'][number] }

function Happened({ of }: { of: Ledger }) {
  const lines: Line[] = [
    ...of.entries.map((entry) => ({ at: entry.at, key: entry.id, entry })),
    ...of.received.map((received) => ({ at: received.at, key: `received ${received.id}`, received })),
  ].sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  if (lines.length === 0) return null
  return (
    <section aria-label={t('sharing.ledger.happened')}>
      <h2>{t('sharing.ledger.happened')}</h2>
      <ol data-testid="ledger-entries">
        {lines.map(({ key, at, entry, received }) => (
          <li class="ledger-line" key={key} data-testid="ledger-entry" data-kind={entry?.kind ?? 'received'}>
            <Icon name={entry === undefined ? 'mail' : icons[entry.kind]} />
            <span>
              <strong dir="auto">{entry?.isMe ? t('sharing.you') : whoOf(entry ?? received)}</strong>{' '}
              {entry === undefined
                ? t(received?.as === 'from' ? 'sharing.ledger.wrote' : 'sharing.ledger.received')
                : phraseOf(entry)}
            </span>
            <time dateTime={at} title={whenFull(Date.parse(at), view.value)}>
              {whenShort(Date.parse(at), view.value)}
            </time>
            <span class="small" dir="auto">
              {entry === undefined ? received && t(`sharing.ledger.as.${received.as}`) : consequenceOf(entry)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function whoOf(of: Entry | Ledger['received'][number] | undefined): string {
  const name = of === undefined ? '' : 'who' in of ? of.who.name : of.name
  return t('sharing.person', { name })
}

/** What was done, after the name of who did it. */
function phraseOf(entry: Entry): string {
  const record = entry.record?.name ?? t('sharing.ledger.some_record')
  const name = entry.about?.name ?? ''
  switch (entry.kind) {
    case 'shared':
      return t(`sharing.ledger.shared.${entry.level ?? 'default'}`)
    case 'granted':
      return t('sharing.ledger.granted_to', { name })
    case 'declined':
      return t('sharing.ledger.declined', { name })
    case 'revoked':
      return t('sharing.ledger.revoked_from', { name })
    case 'opened':
    case 'stopped':
    case 'mode_changed':
    case 'requested':
      return t(`sharing.ledger.${entry.kind}`)
    default:
      return t(`sharing.ledger.${entry.kind}`, { record })
  }
}

/** Who gained or lost it by that, or by which way they came to it. */
function consequenceOf({ kind, gained, lost, record, level }: Entry): string {
  const { language } = view.value
  const names = (some: readonly { name: string }[]) =>
    listOf(
      some.map((one) => one.name),
      language,
    )
  if (gained.length > 0) return t('sharing.ledger.gained', { names: names(gained) })
  if (lost.length > 0) return t('sharing.ledger.lost', { names: names(lost) })
  if (kind === 'opened' && record !== null) return t('sharing.ledger.through', { record: record.name })
  if (kind === 'mode_changed' && level !== null) return t(`sharing.level.${level}`)
  return kind === 'linked' || kind === 'unlinked' ? t('sharing.ledger.by_hand') : ''
}
