import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { goTo, leave, openDialog } from './load/workspace/place.ts'
import { Foot } from './panels/foot.tsx'
import { Setup } from './panels/setup.tsx'
import { Nav } from './panels/workspace/nav.tsx'
import { placeOf } from './panels/workspace/places.tsx'
import { mailbox, offline, stage } from './state.ts'
import { route, where } from './state-workspace.ts'
import './workspace.css'

/** Without a mailbox that answers, every place says so in its foot. */
const reconnects = ['reauth_required', 'disconnected']

/** The frame widened over Gmail's own area: navigation left, the place right. `children` is a page of the panel over it. */
export function Workspace({ inert, children }: { inert: boolean; children?: ComponentChildren }) {
  useEffect(() => {
    const root = document.documentElement
    root.dataset['width'] = 'workspace'
    return () => {
      delete root.dataset['width']
    }
  }, [])
  const at = where.value
  if (at === undefined) return null
  if (stage.value !== 'ready') return <NotYet />
  const place = placeOf(at)
  return (
    <div class="workspace" inert={inert}>
      <Nav />
      <div class="place">
        <div class="place-menu">
          <Button kind="text" icon="back" onPress={() => leave(false)} testid="back-to-mail-small">
            {t('nav.back')}
          </Button>
          <Button kind="neutral" icon="menu" onPress={() => openDialog({ kind: 'places' })} testid="places">
            {place?.name() ?? t('nav.label')}
          </Button>
        </div>
        {children || (place === undefined ? <Nowhere /> : place.draw(at))}
        {(offline.value || reconnects.includes(mailbox.value?.status ?? '')) && <Foot />}
      </div>
    </div>
  )
}

/** Signing in, or the server's address, comes first; the way back to the mail is there. */
function NotYet() {
  return (
    <div class="workspace workspace-setup">
      <button type="button" class="nav-item" data-testid="back-to-mail" onClick={() => leave(false)}>
        <Icon name="back" />
        <span>{t('nav.back')}</span>
      </button>
      <Setup />
    </div>
  )
}

/** A link to a place that does not exist, or not for this person. */
function Nowhere() {
  return (
    <main class="place-body" tabIndex={-1}>
      <h1 class="hidden">{t('nav.nowhere')}</h1>
      <Empty
        title={t('nav.nowhere')}
        text={t('nav.nowhere_text', { place: route.value ?? '' })}
        action={
          <Button kind="neutral" onPress={() => goTo('contacts', true)} testid="to-contacts">
            {t('nav.to_contacts')}
          </Button>
        }
        testid="nowhere"
      />
    </main>
  )
}
