import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'

/** The way from the top of the library to the open folder, each step to be gone back. */
export function Path(props: {
  path: readonly { id: string; name: string }[]
  onOpen: (id: string | undefined) => void
}) {
  return (
    <nav class="pick-path" aria-label={t('library.path')} data-testid="library-path">
      <ol>
        <li>
          <button type="button" data-testid="path-top" onClick={() => props.onOpen(undefined)}>
            {t('library.title')}
          </button>
        </li>
        {props.path.map(({ id, name }, index) => (
          <li key={id}>
            <Icon name="right" size={14} />
            <button
              type="button"
              dir="auto"
              aria-current={index === props.path.length - 1 ? 'page' : undefined}
              data-testid="path-step"
              onClick={() => props.onOpen(id)}
            >
              {plainName(name)}
            </button>
          </li>
        ))}
      </ol>
    </nav>
  )
}
