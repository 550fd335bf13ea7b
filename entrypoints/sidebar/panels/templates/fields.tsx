import { useState } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../../keys.ts'
import { insertField } from '../../load/templates.ts'
import { mergeFields } from '../../state-templates.ts'

const groups = ['recipient', 'record', 'contact', 'account', 'deal', 'me', 'organisation'] as const
const ownWords = ['name', 'firstName', 'lastName', 'company', 'address', 'email'] as const

/** What can be merged, by the record it comes from. */
export function FieldsSheet() {
  const [q, setQ] = useState('')
  const wanted = q.normalize('NFKC').toLowerCase().trim()
  const shown = (mergeFields.value ?? []).map(({ key, fields }) => ({
    key,
    fields: fields
      .map((field) => ({ ...field, label: field.label || ownWord(field.path) }))
      .filter(({ path, label }) => `${path} ${label}`.toLowerCase().includes(wanted)),
  }))
  return (
    <Sheet
      title={t('templates.field')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="merge-fields"
    >
      <div class="pad pad-block">
        <input
          class="input"
          type="search"
          dir="auto"
          data-autofocus=""
          aria-label={t('templates.field_search')}
          placeholder={t('templates.field_search')}
          value={q}
          data-testid="fields-search"
          onInput={(event) => setQ(event.currentTarget.value)}
        />
      </div>
      {shown
        .filter(({ fields }) => fields.length > 0)
        .map(({ key, fields }) => (
          <section key={key} class="pad pad-block">
            <h2 class="group-title">{groupWord(key)}</h2>
            <Rows label={groupWord(key)}>
              {fields.map((field) => (
                <Row
                  key={field.path}
                  icon="braces"
                  title={field.label}
                  aside={<span class="quiet small">{field.example}</span>}
                  testid={`field-${field.path}`}
                  onOpen={() => void insertField(field.path)}
                />
              ))}
            </Rows>
          </section>
        ))}
    </Sheet>
  )
}

function groupWord(key: string): string {
  const known = groups.find((one) => one === key)
  return known === undefined ? key : t(`templates.group.${known}`)
}

function ownWord(path: string): string {
  const known = ownWords.find((one) => path.endsWith(`.${one}`))
  return known === undefined ? path : t(`templates.word.${known}`)
}
