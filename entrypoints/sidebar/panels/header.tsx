import { useState } from 'preact/hooks'
import { displayName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Menu, type MenuItem } from '@/lib/extension/ui/menu.tsx'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { widenHere } from '../keys.ts'
import { openDrafts } from '../load/compose/list.ts'
import { openOptions } from '../load/me.ts'
import { openPerson } from '../load/records.ts'
import { signOut } from '../load/session.ts'
import { openMySharing } from '../load/sharing/mine.ts'
import { lastDone, undoLast } from '../load/undo.ts'
import { goTo } from '../load/workspace/place.ts'
import { chosen, type Person, people, places, sheets } from '../state.ts'
import { waitingForMe } from '../state-sharing.ts'

/** So many people fit in the strip; with more, two stand beside the open one and the rest are in a menu. */
const most = 4

/** Mark, the people of the mail as tabs, search, menu. */
export function Header() {
  return (
    <header class="frame-head header">
      <span class="mark">
        <Icon name="mark" size={20} />
      </span>
      <People />
      <IconButton
        icon="search"
        label={t('header.search')}
        testid="open-search"
        onPress={() => {
          sheets.value = [...sheets.value, { kind: 'search' }]
        }}
      />
      <IconButton icon="widen" label={t('header.widen')} testid="widen" onPress={widenHere} />
      <MainMenu />
    </header>
  )
}

function People() {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const others = people.value.filter((one) => one.kind !== 'me')
  const open = others.findIndex((one) => one.address === chosen.value)
  // The order never changes; only who falls off its end does.
  const room = others.length <= most ? most : open < 3 ? 3 : 2
  const visible = others.filter((_, index) => index === open || index < room)
  const rest = others.filter((one) => !visible.includes(one))
  return (
    <div class="people">
      <div
        class="tabs"
        role="tablist"
        aria-label={t('header.people')}
        onKeyDown={(event) => moveTab(event, visible)}
      >
        {visible.map((one, index) => (
          <PersonTab key={one.address} person={one} first={index === 0 && open < 0} />
        ))}
      </div>
      {rest.length > 0 && (
        <button
          type="button"
          class="people-more number"
          aria-label={t('header.more_people', { n: rest.length })}
          aria-haspopup="menu"
          data-testid="more-people"
          onClick={(event) => setAt(event.currentTarget)}
        >
          +{rest.length}
        </button>
      )}
      {at && (
        <Menu
          at={at}
          label={t('header.people')}
          onClose={() => setAt(undefined)}
          items={rest.map((one) => ({
            id: one.address,
            label: displayName(one.name, one.address),
            hint: one.address,
            run: () => openPerson(one.address),
          }))}
        />
      )}
    </div>
  )
}

function PersonTab({ person, first }: { person: Person; first: boolean }) {
  const name = displayName(person.name, person.address)
  const isOpen = person.address === chosen.value
  const unknown = person.kind === 'unknown'
  const mark = unknown ? '+' : person.kind === 'several' ? String(person.cardIds.length) : undefined
  return (
    <Tooltip text={`${name}, ${person.address}`}>
      <button
        type="button"
        role="tab"
        class={isOpen ? 'tab tab-open' : 'tab'}
        aria-selected={isOpen}
        aria-controls="card"
        aria-label={labelOf(person, name)}
        tabIndex={isOpen || first ? 0 : -1}
        data-testid="person-tab"
        data-kind={person.kind}
        data-address={person.address}
        onClick={() => openPerson(person.address)}
      >
        <Avatar name={name} address={person.address} unknown={unknown} mark={isOpen ? undefined : mark} />
        {isOpen && (
          <bdi class="cut" aria-hidden="true">
            {name}
          </bdi>
        )}
      </button>
    </Tooltip>
  )
}

function labelOf(person: Person, name: string): string {
  if (person.kind === 'several') return t('person.several', { name, n: person.cardIds.length })
  if (person.kind === 'pending') return t('person.known', { name })
  return t(`person.${person.kind}`, { name })
}

/** Left and right, Home and End, as in every tab strip; what is reached is opened. */
function moveTab(event: KeyboardEvent, visible: readonly Person[]): void {
  const here = visible.findIndex((one) => one.address === chosen.value)
  const rtl = getComputedStyle(event.currentTarget as Element).direction === 'rtl'
  const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  const to =
    event.key === 'Home'
      ? 0
      : event.key === 'End'
        ? visible.length - 1
        : step === 0
          ? -1
          : here + (rtl ? -step : step)
  const next = visible[to]
  if (next === undefined) return
  event.preventDefault()
  openPerson(next.address)
  const tabs = (event.currentTarget as Element).querySelectorAll<HTMLElement>('[role=tab]')
  tabs[to]?.focus()
}

function MainMenu() {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const done = lastDone()
  const waiting = waitingForMe.value.requests.length + waitingForMe.value.older.length
  const items: MenuItem[] = [
    ...(done === undefined
      ? []
      : [
          {
            id: 'undo',
            icon: 'turn' as const,
            label: t('common.undo'),
            hint: done,
            run: () => void undoLast(),
          },
        ]),
    {
      id: 'sharing',
      icon: 'people',
      label: t('sharing.mine.menu'),
      ...(waiting > 0 && { hint: t('sharing.mine.menu_waits', { n: waiting }) }),
      run: openMySharing,
    },
    { id: 'drafts', icon: 'file', label: t('compose.drafts'), run: openDrafts },
    { id: 'trust', icon: 'radar', label: t('trust.title'), run: () => goTo('trust') },
    {
      id: 'permissions',
      icon: 'shield',
      label: t('menu.permissions'),
      run: () => {
        places.value = [...places.value, { kind: 'permissions' }]
      },
    },
    {
      id: 'keys',
      icon: 'keys',
      label: t('menu.keys'),
      run: () => {
        sheets.value = [...sheets.value, { kind: 'keys' }]
      },
    },
    { id: 'options', icon: 'settings', label: t('menu.options'), run: openOptions },
    {
      id: 'sign-out',
      icon: 'exit',
      label: t('menu.sign_out'),
      hint: t('menu.sign_out_hint'),
      run: () => void signOut(),
    },
  ]
  return (
    <>
      <IconButton
        icon="more"
        label={t('header.menu')}
        expanded={at !== undefined}
        testid="open-menu"
        onPress={setAt}
      />
      {at && <Menu at={at} label={t('header.menu')} items={items} onClose={() => setAt(undefined)} />}
    </>
  )
}
