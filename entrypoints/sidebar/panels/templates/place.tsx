import { useEffect, useState } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { copyTemplate, editTemplate, readTemplates, removeTemplate } from '../../load/templates.ts'
import { problemSentence } from '../../load/words.ts'
import { templates } from '../../state-templates.ts'
import { matching, TemplateRows } from './picker.tsx'
import './templates.css'

/** The workspace's templates: mine and the shared ones. */
export function TemplatesPlace() {
  const [q, setQ] = useState('')
  useEffect(() => void readTemplates(), [])
  const known = templates.value
  const rows = matching(known?.rows ?? [], q)
  return (
    <>
      <div class="place-head">
        <h1>{t('templates.title')}</h1>
        <span class="place-tools">
          <input
            class="input template-search"
            type="search"
            dir="auto"
            aria-label={t('templates.search')}
            placeholder={t('templates.search')}
            value={q}
            data-testid="templates-search"
            onInput={(event) => setQ(event.currentTarget.value)}
          />
          <Button kind="filled" onPress={() => editTemplate(undefined)} testid="new-template">
            {t('templates.new')}
          </Button>
        </span>
      </div>
      <main class="place-body" tabIndex={-1} aria-label={t('templates.title')} data-testid="templates-place">
        {known?.problem && <Note tone="danger">{problemSentence(known.problem)}</Note>}
        {known !== undefined && rows.length === 0 && known.problem === undefined && (
          <Empty
            title={q === '' ? t('templates.none') : t('templates.none_match')}
            text={q === '' ? t('templates.none_text') : ''}
          />
        )}
        <div class="pad">
          <TemplateRows
            rows={rows}
            onOpen={(one) => (one.canChange ? editTemplate(one) : copyTemplate(one, copyName(one.name)))}
            actions={(one) =>
              one.canChange && (
                <IconButton
                  icon="trash"
                  small
                  label={t('templates.delete', { name: one.name })}
                  onPress={() => void removeTemplate(one)}
                  testid="template-delete"
                />
              )
            }
          />
        </div>
      </main>
    </>
  )
}

/** Somebody else's opens as a copy of one's own. */
function copyName(name: string): string {
  return t('templates.copy', { name })
}
