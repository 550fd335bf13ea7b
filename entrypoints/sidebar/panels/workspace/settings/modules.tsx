import { useState } from 'preact/hooks'
import type { ModuleDescription, ModuleKey, Reach } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { modulesName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError, TextField } from '@/lib/extension/ui/field.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { SelectField } from '@/lib/extension/ui/select.tsx'
import {
  createModule,
  deleteModule,
  purgePart,
  restorePart,
  updateModule,
} from '../../../load/workspace/settings.ts'
import { busy, modules } from '../../../state.ts'
import { deletedParts } from '../../../state-settings.ts'
import { CardFields } from './card-fields.tsx'
import { Fields } from './fields.tsx'
import { Block, Heads, isAdmin, refusalOf, Saved } from './parts.tsx'

/** Modules and fields: what there is, what is the organisation's own, what was deleted. */
export function ModulesPlace() {
  const [key, setKey] = useState<ModuleKey>('contacts')
  const module = modules.value.get(key) ?? modules.value.get('contacts')
  return (
    <div class="settings stack" data-testid="settings-modules">
      <Heads />
      <SelectField
        label={t('modules.which')}
        value={module?.key ?? key}
        options={[...modules.value.values()].map((one) => ({
          value: one.key,
          label: modulesName(one.key, modules.value),
        }))}
        onChange={setKey}
        testid="which-module"
      />
      {module !== undefined && (
        <>
          {module.labels !== undefined && isAdmin() && <Own key={module.key} module={module} />}
          <Fields key={`fields-${module.key}`} module={module} />
          <CardFields key={`card-${module.key}-${module.cardFields.join()}`} module={module} />
        </>
      )}
      {isAdmin() && <NewModule onMade={() => undefined} />}
      {isAdmin() && <Deleted />}
    </div>
  )
}

/** An own module's names, and the way to delete it. */
function Own({ module }: { module: ModuleDescription }) {
  const [one, setOne] = useState(module.labels?.one ?? '')
  const [many, setMany] = useState(module.labels?.many ?? '')
  const [isAsking, setAsking] = useState(false)
  const name = `module:${module.key}`
  const isSame = one === module.labels?.one && many === module.labels?.many
  return (
    <Block title={t('modules.own')}>
      <div class="line-form">
        <TextField label={t('modules.one')} value={one} onInput={setOne} testid="label-one" />
        <TextField
          label={t('modules.many')}
          value={many}
          error={refusalOf(name)}
          onInput={setMany}
          testid="label-many"
        />
        <Button
          kind="outline"
          off={isSame ? t('settings.nothing_changed') : undefined}
          onPress={() => void updateModule(module.key, { labels: { one, many } })}
        >
          {t('settings.save')}
        </Button>
        <Button kind="danger" onPress={() => setAsking(true)} testid="delete-module">
          {t('modules.delete')}
        </Button>
        <Saved name={name} />
      </div>
      {isAsking && (
        <Note
          tone="warn"
          bold={t('modules.delete_question', { module: modulesName(module.key, modules.value) })}
          actions={
            <>
              <Button
                kind="filled"
                small
                testid="delete-module-start"
                onPress={async () => {
                  await deleteModule(module.key)
                  setAsking(false)
                }}
              >
                {t('modules.delete')}
              </Button>
              <Button kind="text" small onPress={() => setAsking(false)}>
                {t('common.cancel')}
              </Button>
            </>
          }
        >
          {t('modules.delete_text')}
        </Note>
      )}
    </Block>
  )
}

const reaches: readonly Reach[] = ['none', 'address', 'contact']

function NewModule(props: { onMade: () => void }) {
  const [one, setOne] = useState('')
  const [many, setMany] = useState('')
  const [reach, setReach] = useState<Reach>('none')
  const make = async () => {
    if (!(await createModule({ labels: { one: one.trim(), many: many.trim() }, reach }))) return
    setOne('')
    setMany('')
    props.onMade()
  }
  const isEmpty = one.trim() === '' || many.trim() === ''
  return (
    <Block title={t('modules.new')} text={t('modules.new_text')}>
      <div class="line-form">
        <TextField label={t('modules.one')} value={one} onInput={setOne} testid="new-one" />
        <TextField
          label={t('modules.many')}
          value={many}
          error={refusalOf('module')}
          onInput={setMany}
          testid="new-many"
        />
        <SelectField
          label={t('modules.reach')}
          value={reach}
          options={reaches.map((value) => ({ value, label: t(`modules.reach.${value}`) }))}
          onChange={setReach}
          testid="new-reach"
        />
        <Button
          kind="outline"
          busy={busy.value.has('settings:module')}
          off={isEmpty ? t('modules.names_first') : undefined}
          onPress={() => void make()}
          testid="new-module"
        >
          {t('modules.create')}
        </Button>
        <Saved name="module" />
      </div>
    </Block>
  )
}

/** Kept until an admin erases it for good. */
function Deleted() {
  const parts = deletedParts.value
  if (parts === undefined || parts.modules.length + parts.fields.length === 0) return null
  return (
    <Block title={t('modules.deleted')} text={t('modules.deleted_text')} testid="deleted-parts">
      <ul class="order-list">
        {parts.modules.map((one) => (
          <Part
            key={one.key}
            name={`part:${one.key}.`}
            label={t('modules.deleted_module', { module: one.label, n: one.records })}
            onRestore={() => void restorePart(one.key)}
            onPurge={() => void purgePart(one.key)}
          />
        ))}
        {parts.fields.map((one) => (
          <Part
            key={`${one.module}.${one.key}`}
            name={`part:${one.module}.${one.key}`}
            label={t('modules.deleted_field', {
              field: one.label,
              module: modulesName(one.module, modules.value),
            })}
            onRestore={() => void restorePart(one.module, one.key)}
            onPurge={() => void purgePart(one.module, one.key)}
          />
        ))}
      </ul>
    </Block>
  )
}

function Part(props: { name: string; label: string; onRestore: () => void; onPurge: () => void }) {
  const [isSure, setSure] = useState(false)
  return (
    <li data-testid="deleted-part">
      <span>
        <span dir="auto">{props.label}</span>
        <FieldError id={props.name} text={refusalOf(props.name)} />
      </span>
      <Button kind="text" small onPress={props.onRestore} testid="restore-part">
        {t('modules.restore')}
      </Button>
      <Button kind="danger" small onPress={isSure ? props.onPurge : () => setSure(true)} testid="purge-part">
        {t(isSure ? 'modules.purge_sure' : 'modules.purge')}
      </Button>
    </li>
  )
}
