import { useEffect } from 'preact/hooks'
import type { BinPage } from '@/lib/contract/records.ts'
import { whenShort } from '@/lib/domain/format.ts'
import { isModuleKey, type ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName, modulesName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { SelectField } from '@/lib/extension/ui/select.tsx'
import { problemSentence } from '../../../load/words.ts'
import { readBin, restoreFromBin } from '../../../load/workspace/bin.ts'
import { modules, view } from '../../../state.ts'
import { bin, dataProblem } from '../../../state-data.ts'
import { moduleIcon } from '../../record-icons.ts'
import { Block } from '../settings/parts.tsx'
import './data.css'

/** What was deleted and can be restored until its days are over. */
export function BinPlace() {
  useEffect(() => void readBin(undefined), [])
  const here = bin.value
  const problem = dataProblem.value
  const rows = here?.page.rows ?? []
  return (
    <div class="settings stack" data-testid="settings-bin">
      {problem !== undefined && <Note tone="danger">{problemSentence(problem)}</Note>}
      <Block title={t('bin.title')} text={t('bin.text')}>
        <SelectField
          name={t('modules.which')}
          value={here?.module ?? ''}
          options={[
            { value: '', label: t('bin.all') },
            ...[...modules.value.keys()].map((value) => ({
              value: value as string,
              label: modulesName(value, modules.value),
            })),
          ]}
          onChange={(value) => void readBin(isModuleKey(value) ? (value as ModuleKey) : undefined)}
          testid="bin-module"
        />
      </Block>
      {here !== undefined && rows.length === 0 && <Empty title={t('bin.empty')} text={t('bin.empty_text')} />}
      {rows.length > 0 && <BinTable rows={rows} />}
      {here?.page.nextCursor != null && (
        <Button kind="text" onPress={() => void readBin(here.module as ModuleKey | undefined, true)}>
          {t('list.more')}
        </Button>
      )}
    </div>
  )
}

function BinTable({ rows }: { rows: BinPage['rows'] }) {
  return (
    <table class="settings-table">
      <thead>
        <tr>
          <th scope="col">{t('field.name')}</th>
          <th scope="col">{t('modules.which')}</th>
          <th scope="col">{t('bin.deleted')}</th>
          <th scope="col">
            <span class="hidden">{t('bin.restore')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ record, deletedBy }) => (
          <tr key={record.id} data-testid="bin-row">
            <td>
              <span class="who">
                <Icon name={moduleIcon(record.module)} />
                <span class="cut" dir="auto">
                  {record.name}
                </span>
              </span>
            </td>
            <td class="quiet">{moduleName(record.module, modules.value)}</td>
            <td class="quiet">
              {record.deletedAt !== null && whenShort(Date.parse(record.deletedAt), view.value)}
              {deletedBy !== null && `, ${deletedBy.name}`}
            </td>
            <td class="tools">
              <Button
                kind="soft"
                small
                off={record.access === 'edit' ? undefined : t('error.record_read_only')}
                onPress={() => void restoreFromBin(record.id, record.name)}
                testid="bin-restore"
              >
                {t('bin.restore')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
