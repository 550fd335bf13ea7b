import { t } from '@/lib/extension/i18n.ts'
import { Dialog } from '@/lib/extension/ui/dialog.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { closeSheet } from '../../keys.ts'
import { openDialog } from '../../load/workspace/place.ts'
import { where } from '../../state-workspace.ts'
import { enter } from './nav.tsx'
import { placeOf, placesNow } from './places.tsx'

/** The navigation of narrow windows. */
export function PlacesMenu() {
  const here = where.value && placeOf(where.value)?.key
  return (
    <Dialog title={t('nav.label')} onClose={closeSheet} testid="places-menu">
      <ul class="places-list">
        <li>
          <button
            type="button"
            class="nav-wide"
            data-autofocus
            data-testid="places-go-to"
            onClick={() => {
              closeSheet()
              openDialog({ kind: 'go-to' })
            }}
          >
            <Icon name="search" />
            {t('nav.go_to')}
          </button>
        </li>
        {placesNow().map((place) => (
          <li key={place.key}>
            <button
              type="button"
              class={place.key === here ? 'nav-wide nav-here' : 'nav-wide'}
              aria-current={place.key === here ? 'page' : undefined}
              data-testid={`place-${place.key}`}
              onClick={() => {
                closeSheet()
                enter(place)
              }}
            >
              <Icon name={place.icon} />
              {place.name()}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
