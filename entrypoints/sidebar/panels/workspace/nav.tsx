import { plainNumber } from '@/lib/domain/intl.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { goTo, goToModule, leave, openDialog } from '../../load/workspace/place.ts'
import { view } from '../../state.ts'
import { where } from '../../state-workspace.ts'
import { commandKey } from '../compose/may-send.ts'
import { placeOf, placesNow, type WorkspacePlace } from './places.tsx'

/** The way through the workspace: icons alone below 1100 px of window, a menu below 800. */
export function Nav() {
  const all = placesNow()
  const here = where.value && placeOf(where.value)?.key
  const group = (name: WorkspacePlace['group']) =>
    all
      .filter((one) => one.group === name)
      .map((one) => (
        <NavItem
          key={one.key}
          place={one}
          isHere={one.key === here}
          first={one === all[0] && here === undefined}
        />
      ))
  return (
    <nav class="nav" aria-label={t('nav.label')} data-testid="nav" onKeyDown={walk}>
      <Tooltip text={t('nav.back')}>
        <button
          type="button"
          class="nav-item nav-back"
          data-testid="back-to-mail"
          onClick={() => leave(false)}
        >
          <Icon name="back" />
          <span class="nav-name">{t('nav.back')}</span>
          <span class="nav-aside" aria-hidden="true">
            <kbd>Esc</kbd>
          </span>
        </button>
      </Tooltip>
      <Tooltip text={t('nav.go_to')}>
        <button
          type="button"
          class="nav-item nav-go"
          data-testid="go-to"
          onClick={() => openDialog({ kind: 'go-to' })}
        >
          <Icon name="search" />
          <span class="nav-name">{t('nav.go_to_hint')}</span>
          <span class="nav-aside" aria-hidden="true">
            <kbd>{`${commandKey}K`}</kbd>
          </span>
        </button>
      </Tooltip>
      <ul>{group('mine')}</ul>
      <h2 class="nav-group" id="nav-records">
        {t('nav.records')}
      </h2>
      <ul aria-labelledby="nav-records">{group('records')}</ul>
      <ul class="nav-end">{group('end')}</ul>
    </nav>
  )
}

function NavItem({ place, isHere, first }: { place: WorkspacePlace; isHere: boolean; first: boolean }) {
  const name = place.name()
  const count = place.count?.() ?? 0
  return (
    <li>
      <Tooltip text={name}>
        <button
          type="button"
          class={isHere ? 'nav-item nav-here' : 'nav-item'}
          aria-current={isHere ? 'page' : undefined}
          data-testid={`place-${place.key}`}
          data-nav
          tabIndex={isHere || first ? 0 : -1}
          onClick={() => enter(place)}
        >
          <Icon name={place.icon} />
          <span class="nav-name" dir="auto">
            {name}
          </span>
          {count > 0 && <span class="nav-aside number">{plainNumber(count, view.value.language)}</span>}
        </button>
      </Tooltip>
    </li>
  )
}

/** A module opens at the view one was in; a second press leads from a record to its list. */
export function enter(place: WorkspacePlace): void {
  if (place.group === 'records') goToModule(place.key)
  else goTo(place.key)
}

/** One tab stop for all places; arrows walk. */
function walk(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const items = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('[data-nav]')]
  const here = items.indexOf(document.activeElement as HTMLElement)
  const next = step === undefined || here < 0 ? undefined : items[here + step]
  if (next === undefined) return
  event.preventDefault()
  for (const item of items) item.tabIndex = item === next ? 0 : -1
  next.focus()
}
