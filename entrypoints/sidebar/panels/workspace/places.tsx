import type { ComponentChild } from 'preact'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { modulesName } from '@/lib/extension/record-words.ts'
import type { IconName } from '@/lib/extension/ui/icon.tsx'
import { cards, me, modules } from '../../state.ts'
import { hasMailbox } from '../../state-emails.ts'
import { counts, tasks, type Where } from '../../state-workspace.ts'
import { LibraryPlace } from '../files/library-place.tsx'
import { MassPlace } from '../mass/place.tsx'
import { moduleIcon } from '../record-icons.ts'
import { TemplatesPlace } from '../templates/place.tsx'
import { MergePlace } from './data/merge-place.tsx'
import { EmailsPlace } from './emails-place.tsx'
import { ListPlace } from './list.tsx'
import { RecordPlace } from './record.tsx'
import { SettingsPlace } from './settings/place.tsx'
import { TasksPlace } from './tasks.tsx'
import { TrustPlace } from './trust/place.tsx'

/** One place of the workspace: an entry of the navigation and of "Go to", a route, and what stands there. */
export interface WorkspacePlace {
  /** First part of its route; what follows it is the place's own. */
  key: string
  group: 'mine' | 'records' | 'end'
  icon: IconName
  name: () => string
  /** Beside the name; undefined or 0 shows none. */
  count?: () => number | undefined
  /** Where false there is no such place, e.g. for who is no admin. */
  shown?: () => boolean
  draw: (where: Where) => ComponentChild
}

/** What is always there. A further place is one entry here; one that is no part of the navigation stands in `placeOf`. */
const fixed: readonly WorkspacePlace[] = [
  {
    key: 'emails',
    group: 'mine',
    icon: 'mail',
    name: () => t('list.emails'),
    shown: () => hasMailbox.value,
    draw: () => <EmailsPlace />,
  },
  {
    key: 'mass',
    group: 'mine',
    icon: 'people',
    name: () => t('mass.mine'),
    shown: () => me.value?.permissions.includes('mail.mass') ?? false,
    draw: () => <MassPlace />,
  },
  {
    key: 'tasks',
    group: 'mine',
    icon: 'task',
    name: () => t('place.tasks'),
    count: () => tasks.value.total - tasks.value.done.size,
    draw: () => <TasksPlace />,
  },
  {
    key: 'templates',
    group: 'end',
    icon: 'braces',
    name: () => t('templates.title'),
    draw: () => <TemplatesPlace />,
  },
  {
    key: 'library',
    group: 'end',
    icon: 'books',
    name: () => t('library.title'),
    draw: () => <LibraryPlace />,
  },
  {
    key: 'trust',
    group: 'end',
    icon: 'shield',
    name: () => t('trust.title'),
    draw: () => <TrustPlace />,
  },
  {
    key: 'settings',
    group: 'end',
    icon: 'settings',
    name: () => t('place.settings'),
    draw: () => <SettingsPlace />,
  },
]

/** Every place of the navigation for this person, in its order. */
export function placesNow(): readonly WorkspacePlace[] {
  const open = fixed.filter((one) => one.shown?.() ?? true)
  return [
    ...open.filter((one) => one.group === 'mine'),
    ...[...modules.value.keys()].map(modulePlace),
    ...open.filter((one) => one.group === 'records'),
    ...open.filter((one) => one.group === 'end'),
  ]
}

/** What stands at an address; undefined for none of ours. A record's page belongs to its module. */
export function placeOf(where: Where): WorkspacePlace | undefined {
  if (where.place === 'record') return recordPlace(where.part ?? '')
  if (where.place === 'merge') return mergePlace(where)
  return placesNow().find((one) => one.key === where.place)
}

/** Reached from two records, never from the navigation. */
function mergePlace({ part, id }: Where): WorkspacePlace {
  return {
    key: 'merge',
    group: 'end',
    icon: 'people',
    name: () => t('merge.start'),
    draw: () => <MergePlace winnerId={part} loserId={id} />,
  }
}

function recordPlace(id: string): WorkspacePlace {
  const module = cards.value.get(id)?.record.module ?? ''
  return {
    key: module,
    group: 'records',
    icon: moduleIcon(module),
    name: () => modulesName(module, modules.value),
    draw: () => <RecordPlace recordId={id} />,
  }
}

function modulePlace(module: ModuleKey): WorkspacePlace {
  return {
    key: module,
    group: 'records',
    icon: moduleIcon(module),
    name: () => modulesName(module, modules.value),
    count: () => counts.value.get(module),
    draw: () => <ListPlace module={module} />,
  }
}
