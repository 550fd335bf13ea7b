import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Popover } from '@/lib/extension/ui/popover.tsx'
import { changeQuestion } from '../../load/workspace/list.ts'
import { keepColumns } from '../../load/workspace/memory.ts'
import { moduleOf } from '../../state-cards.ts'
import type { ListState } from '../../state-workspace.ts'
import { columnName, columnsOf } from './columns.ts'

/** Which columns a list has and in which order; kept for the module in this browser, and in a view that is saved. */
export function ColumnChooser(props: { at: HTMLElement; list: ListState; onClose: () => void }) {
  const { module, columns } = props.list
  const shown = columns.filter((key) => key !== 'name' && columnsOf(module).includes(key))
  const rest = columnsOf(module).filter((key) => key !== 'name' && !shown.includes(key))
  const set = (next: readonly string[]) => {
    const all = ['name', ...next]
    void keepColumns(module, all)
    void changeQuestion(module, { columns: all })
  }
  const move = (key: string, step: 1 | -1) => {
    const from = shown.indexOf(key)
    const next = shown.filter((one) => one !== key)
    next.splice(from + step, 0, key)
    set(next)
    // The moved row keeps the focus on the button that moved it.
    requestAnimationFrame(() =>
      document
        .querySelector<HTMLElement>(`[data-testid="column-${step < 0 ? 'up' : 'down'}-${key}"]`)
        ?.focus(),
    )
  }
  return (
    <Popover at={props.at} title={t('columns.title')} onClose={props.onClose} testid="column-chooser">
      <ul class="chooser" aria-label={t('columns.shown')}>
        {shown.map((key, index) => (
          <li key={key}>
            <Choice
              module={module}
              column={key}
              shown
              onChange={() => set(shown.filter((one) => one !== key))}
            />
            <span class="chooser-move">
              <IconButton
                icon="up"
                small
                label={t('columns.up', { column: columnName(module, key) })}
                off={index === 0 ? t('columns.first') : undefined}
                onPress={() => move(key, -1)}
                testid={`column-up-${key}`}
              />
              <IconButton
                icon="down"
                small
                label={t('columns.down', { column: columnName(module, key) })}
                off={index === shown.length - 1 ? t('columns.last') : undefined}
                onPress={() => move(key, 1)}
                testid={`column-down-${key}`}
              />
            </span>
          </li>
        ))}
      </ul>
      <ul class="chooser chooser-rest" aria-label={t('columns.hidden')}>
        {rest.map((key) => (
          <li key={key}>
            <Choice module={module} column={key} onChange={() => set([...shown, key])} />
          </li>
        ))}
      </ul>
      <span>
        <Button kind="text" small onPress={() => set(moduleOf(module).listColumns)} testid="columns-reset">
          {t('columns.reset')}
        </Button>
      </span>
    </Popover>
  )
}

function Choice(props: {
  module: ListState['module']
  column: string
  shown?: boolean
  onChange: () => void
}) {
  return (
    <label class="chooser-label">
      <input
        class="check"
        type="checkbox"
        checked={props.shown === true}
        data-testid={`column-on-${props.column}`}
        onChange={props.onChange}
      />
      <span class="cut" dir="auto">
        {columnName(props.module, props.column)}
      </span>
    </label>
  )
}
