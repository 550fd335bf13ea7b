import { useEffect } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { goTo } from '../../../load/workspace/place.ts'
import { readSettings } from '../../../load/workspace/settings.ts'
import { where } from '../../../state-workspace.ts'
import { MySharingParts } from '../../sharing/mine.tsx'
import { BinPlace } from '../data/bin-place.tsx'
import { DataPlace } from '../data/data-place.tsx'
import { ModulesPlace } from './modules.tsx'
import { PeoplePlace } from './people.tsx'
import { PolicyPlace } from './policy.tsx'
import { TokensPlace } from './tokens.tsx'
import './settings.css'

const parts = ['people', 'sharing', 'policy', 'modules', 'data', 'bin', 'tokens'] as const
type Part = (typeof parts)[number]

/** What an organisation arranges for itself; `settings/<part>` in the address. */
export function SettingsPlace() {
  const part = parts.find((one) => one === where.value?.part) ?? 'people'
  useEffect(() => void readSettings(part), [part])
  return (
    <>
      <div class="place-head">
        <h1>{t('settings.title')}</h1>
      </div>
      <nav class="settings-tabs" aria-label={t('settings.title')}>
        {parts.map((one) => (
          <button
            key={one}
            type="button"
            class="settings-tab"
            aria-current={one === part ? 'page' : undefined}
            data-testid={`settings-tab-${one}`}
            onClick={() => goTo(`settings/${one}`)}
          >
            {t(`settings.tab.${one}`)}
          </button>
        ))}
      </nav>
      <main class="place-body" tabIndex={-1} aria-label={t(`settings.tab.${part}`)}>
        <Shown part={part} id={where.value?.id} />
      </main>
    </>
  )
}

function Shown({ part, id }: { part: Part; id: string | undefined }) {
  switch (part) {
    case 'people':
      return <PeoplePlace />
    case 'sharing':
      return (
        <div class="settings" data-testid="settings-sharing">
          <MySharingParts />
        </div>
      )
    case 'policy':
      return <PolicyPlace />
    case 'modules':
      return <ModulesPlace />
    case 'data':
      return <DataPlace id={id} />
    case 'bin':
      return <BinPlace />
    case 'tokens':
      return <TokensPlace />
  }
}
