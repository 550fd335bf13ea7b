import { useState } from 'preact/hooks'
import type { SavedView } from '@/lib/contract/lists.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Menu, type MenuItem } from '@/lib/extension/ui/menu.tsx'
import { openDialog } from '../../load/workspace/place.ts'
import { deleteView, isChanged, openView, saveView, shareView, viewOf } from '../../load/workspace/views.ts'
import { me } from '../../state.ts'
import { type ListState, views } from '../../state-workspace.ts'

/** Which view it is, the others, and what can be done with it. */
export function ViewMenu({ list }: { list: ListState }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const saved = viewOf(list.module, list.viewId)
  const changed = isChanged(list.module)
  const name = nameOf(list, saved)
  return (
    <>
      <button
        type="button"
        class="view-button"
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        data-testid="view-menu"
        onClick={(event) => setAt(event.currentTarget)}
      >
        <span class="hidden">{t('view.prefix')}</span>
        <span class="cut" dir="auto">
          {name}
        </span>
        {changed && <span class="quiet">{t('view.changed')}</span>}
        <Icon name="down" />
      </button>
      {at && (
        <Menu
          at={at}
          from="start"
          label={t('view.prefix')}
          items={itemsOf(list, saved, changed)}
          onClose={() => setAt(undefined)}
        />
      )}
    </>
  )
}

function nameOf(list: ListState, saved: SavedView | undefined): string {
  if (saved !== undefined) return plainName(saved.name)
  return list.viewId === 'mine' ? t('view.mine') : t('view.all')
}

function itemsOf(list: ListState, saved: SavedView | undefined, changed: boolean): MenuItem[] {
  const { module } = list
  const others = views.value.get(module) ?? []
  const chosen = (id: string) => ({ chosen: list.viewId === id })
  const own = saved !== undefined && saved.owner.id === me.value?.user.id
  return [
    { id: 'view-all', label: t('view.all'), ...chosen('all'), run: () => openView(module, 'all') },
    { id: 'view-mine', label: t('view.mine'), ...chosen('mine'), run: () => openView(module, 'mine') },
    ...others.map(
      (view): MenuItem => ({
        id: `view-${view.id}`,
        label: plainName(view.name),
        ...(view.shared && { hint: sharedBy(view) }),
        ...chosen(view.id),
        run: () => openView(module, view.id),
      }),
    ),
    ...(own && changed
      ? [
          {
            id: 'view-save',
            icon: 'tray' as const,
            label: t('view.save', { name: plainName(saved.name) }),
            run: () => void saveView(saved),
          },
        ]
      : []),
    {
      id: 'view-save-as',
      icon: 'plus',
      label: t('view.save_as'),
      run: () => openDialog({ kind: 'save-view', module }),
    },
    ...(own ? ownItems(saved) : []),
  ]
}

function ownItems(view: SavedView): MenuItem[] {
  return [
    {
      id: 'view-share',
      icon: view.shared ? 'lock' : 'people',
      label: view.shared ? t('view.unshare') : t('view.share'),
      hint: view.shared ? t('view.unshare_hint') : t('view.share_hint'),
      run: () => void shareView(view, !view.shared),
    },
    {
      id: 'view-rename',
      icon: 'pencil',
      label: t('view.rename'),
      run: () => openDialog({ kind: 'rename-view', view }),
    },
    { id: 'view-delete', icon: 'trash', label: t('view.delete'), run: () => void deleteView(view) },
  ]
}

function sharedBy(view: SavedView): string {
  if (view.owner.id === me.value?.user.id) return t('view.shared_mine')
  return t('view.shared_by', { name: plainName(view.owner.name) })
}
