import { useEffect, useState } from 'preact/hooks'
import type { Import } from '@/lib/contract/imports.ts'
import { whenShort } from '@/lib/domain/format.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { modulesName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { SelectField } from '@/lib/extension/ui/select.tsx'
import { problemSentence } from '../../../load/words.ts'
import { readImports, saveExport, uploadFile } from '../../../load/workspace/imports.ts'
import { goTo } from '../../../load/workspace/place.ts'
import { me, modules, view } from '../../../state.ts'
import { dataProblem, exporting, imports, uploading } from '../../../state-data.ts'
import { Block } from '../settings/parts.tsx'
import { ImportPlace } from './import-place.tsx'
import './data.css'

/** Files of records, in and out. */
export function DataPlace({ id }: { id: string | undefined }) {
  return id === undefined ? <Overview /> : <ImportPlace key={id} id={id} />
}

function Overview() {
  useEffect(() => void readImports(), [])
  const problem = dataProblem.value
  const mayImport = me.value?.permissions.includes('records.import') !== false
  return (
    <div class="settings stack" data-testid="settings-data">
      {problem !== undefined && <Note tone="danger">{problemSentence(problem)}</Note>}
      <Block title={t('data.import')} text={t('data.import_text')}>
        {mayImport ? <Upload /> : <Note tone="neutral">{t('error.permission_missing')}</Note>}
      </Block>
      {imports.value !== undefined && imports.value.length > 0 && (
        <Block title={t('data.imports')}>
          <Rows label={t('data.imports')}>
            {imports.value.map((one) => (
              <ImportRow key={one.id} one={one} />
            ))}
          </Rows>
        </Block>
      )}
      <Export />
    </div>
  )
}

function moduleOptions() {
  return [...modules.value.keys()].map((value) => ({ value, label: modulesName(value, modules.value) }))
}

function Upload() {
  const [module, setModule] = useState<ModuleKey>('contacts')
  const [isOver, setOver] = useState(false)
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0]
    if (file) void uploadFile(module, file)
  }
  return (
    <div class="stack">
      <SelectField
        label={t('data.into')}
        value={module}
        options={moduleOptions()}
        onChange={setModule}
        testid="import-module"
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the file input inside is the first. */}
      <div
        class={isOver ? 'drop drop-over' : 'drop'}
        data-testid="import-drop"
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take(event.dataTransfer?.files)
        }}
      >
        <label class="button button-filled">
          {t('data.choose')}
          <input
            type="file"
            accept=".csv,.tsv,.txt,text/csv"
            data-testid="import-file"
            onChange={(event) => {
              take(event.currentTarget.files)
              event.currentTarget.value = ''
            }}
          />
        </label>
        <span class="second" role="status">
          {uploading.value === undefined ? t('data.drop') : t('data.uploading', { file: uploading.value })}
        </span>
      </div>
    </div>
  )
}

function ImportRow({ one }: { one: Import }) {
  return (
    <Row
      icon="file"
      title={one.fileName}
      aside={whenShort(Date.parse(one.createdAt), view.value)}
      below={
        <span class="cut">
          {modulesName(one.module, modules.value)} · {t(`import.status.${one.status}`)}
          {one.status === 'done' &&
            ` · ${t('import.counts', { created: one.created, updated: one.updated })}`}
        </span>
      }
      onOpen={() => goTo(`settings/data/${one.id}`)}
      testid="import-row"
    />
  )
}

function Export() {
  const [module, setModule] = useState<ModuleKey>('contacts')
  const busyWith = exporting.value
  return (
    <Block title={t('data.export')} text={t('data.export_text')}>
      <div class="line-form">
        <SelectField
          label={t('modules.which')}
          value={module}
          options={moduleOptions()}
          onChange={setModule}
          testid="export-module"
        />
        <Button
          kind="outline"
          icon="download"
          busy={busyWith === `${module}.csv`}
          onPress={() => void saveExport(`${module}.csv`)}
          testid="export-csv"
        >
          CSV
        </Button>
        <Button
          kind="outline"
          icon="download"
          busy={busyWith === `${module}.json`}
          onPress={() => void saveExport(`${module}.json`)}
          testid="export-json"
        >
          JSON
        </Button>
        <Button
          kind="outline"
          icon="download"
          busy={busyWith === 'everything.json'}
          onPress={() => void saveExport('everything.json')}
          testid="export-everything"
        >
          {t('data.everything')}
        </Button>
      </div>
      <p class="quiet small">{t('data.formulas')}</p>
    </Block>
  )
}
