import { t } from '@/lib/extension/i18n.ts'
import { inView, type ListState } from '../../state-workspace.ts'

/** Which keys there are, and which rows of how many are seen. */
export function ListFoot({ list }: { list: ListState }) {
  const seen = inView.value
  if (list.total === undefined || list.total === 0 || seen?.module !== list.module) {
    return <footer class="foot list-foot" />
  }
  return (
    <footer class="foot list-foot">
      <span class="list-keys" aria-hidden="true">
        <kbd>J</kbd>
        <kbd>K</kbd> {t('table.key_move')}
        <kbd>X</kbd> {t('table.key_select')}
        <kbd>↵</kbd> {t('table.key_open')}
      </span>
      <span class="end number" data-testid="list-range">
        {t('table.range', { from: seen.first + 1, to: Math.min(seen.last, list.total), all: list.total })}
      </span>
    </footer>
  )
}
