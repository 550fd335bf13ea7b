import { useState } from 'preact/hooks'
import type { Template } from '@/lib/contract/templates.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../../keys.ts'
import { brokenSentence, editTemplate, insertTemplate, previewTemplate } from '../../load/templates.ts'
import { problemSentence } from '../../load/words.ts'
import { busy } from '../../state.ts'
import { templatePreview, templates } from '../../state-templates.ts'
import { PreviewText } from './preview-text.tsx'

/** Templates for the open mail: chosen, looked at as its recipient gets it, put in. */
export function TemplatesSheet() {
  return templatePreview.value === undefined ? <Picker /> : <Preview />
}

function Picker() {
  const [q, setQ] = useState('')
  const known = templates.value
  const rows = matching(known?.rows ?? [], q)
  return (
    <Sheet
      title={t('templates.title')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="templates-sheet"
      bar={
        <Button kind="text" onPress={() => editTemplate(undefined)} testid="new-template">
          {t('templates.new')}
        </Button>
      }
    >
      <div class="pad pad-block">
        <input
          class="input"
          type="search"
          dir="auto"
          data-autofocus=""
          aria-label={t('templates.search')}
          placeholder={t('templates.search')}
          value={q}
          data-testid="templates-search"
          onInput={(event) => setQ(event.currentTarget.value)}
        />
      </div>
      {known?.problem && (
        <div class="pad">
          <Note tone="warn">{problemSentence(known.problem)}</Note>
        </div>
      )}
      {known !== undefined && rows.length === 0 && known.problem === undefined && (
        <Empty
          title={q === '' ? t('templates.none') : t('templates.none_match')}
          text={q === '' ? t('templates.none_text') : ''}
        />
      )}
      <div class="pad">
        <TemplateRows rows={rows} onOpen={(one) => void previewTemplate(one)} />
      </div>
    </Sheet>
  )
}

export function TemplateRows(props: {
  rows: readonly Template[]
  onOpen: (one: Template) => void
  actions?: (one: Template) => preact.ComponentChildren
}) {
  return (
    <Rows label={t('templates.title')}>
      {props.rows.map((one, index) => (
        <Row
          key={one.id}
          first={index === 0}
          icon={one.shared ? 'people' : 'file'}
          title={plainName(one.name)}
          below={
            <span class="cut" dir="auto">
              {one.shared ? t('templates.by', { name: plainName(one.owner.name) }) : t('templates.only_you')}
              {one.subject !== '' && ` · ${plainName(one.subject)}`}
            </span>
          }
          actions={props.actions?.(one)}
          testid="template-row"
          onOpen={() => props.onOpen(one)}
        />
      ))}
    </Rows>
  )
}

export function matching(rows: readonly Template[], q: string): Template[] {
  const wanted = q.normalize('NFKC').toLowerCase().trim()
  return rows.filter((one) => `${one.name} ${one.subject}`.normalize('NFKC').toLowerCase().includes(wanted))
}

/** The text as one recipient gets it; with several, arrows go from one to the next. */
function Preview() {
  const shown = templatePreview.value
  if (shown === undefined) return null
  const { template, nth, of, name, merged } = shown
  const broken = merged?.broken
  return (
    <Sheet
      title={plainName(template.name)}
      subtitle={name === '' ? undefined : t('templates.as', { name })}
      closeLabel={t('common.close')}
      backLabel={t('common.back')}
      onClose={() => {
        templatePreview.value = undefined
      }}
      testid="template-preview"
      tools={of > 1 && <Arrows template={template} nth={nth} of={of} />}
      bar={
        <Button
          kind="filled"
          busy={busy.value.has('insert-template')}
          off={broken ? brokenSentence(broken) : undefined}
          onPress={() => void insertTemplate(template)}
          testid="insert-template"
        >
          {t('templates.put_in')}
        </Button>
      }
    >
      {broken && (
        <div class="pad pad-block">
          <Note tone="danger" testid="template-broken">
            {brokenSentence(broken)}
          </Note>
        </div>
      )}
      {merged && merged.deals.length > 0 && (
        <div class="pad pad-block">
          <Note
            tone="warn"
            bold={t('templates.which_deal')}
            testid="which-deal"
            actions={merged.deals.map((deal) => (
              <Button
                key={deal.id}
                kind="outline"
                small
                onPress={() => void previewTemplate(template, nth, deal.id)}
                testid="choose-deal"
              >
                {plainName(deal.name)}
              </Button>
            ))}
          />
        </div>
      )}
      {merged && !broken && (
        <PreviewText subject={merged.subject} html={merged.html} open={merged.unresolved} />
      )}
    </Sheet>
  )
}

function Arrows({ template, nth, of }: { template: Template; nth: number; of: number }) {
  const go = (step: number) => void previewTemplate(template, (nth + step + of) % of)
  return (
    <span class="actions">
      <IconButton
        icon="left"
        small
        label={t('templates.before')}
        onPress={() => go(-1)}
        testid="preview-before"
      />
      <span class="quiet small number">{t('templates.nth', { nth: nth + 1, of })}</span>
      <IconButton
        icon="right"
        small
        label={t('templates.after')}
        onPress={() => go(1)}
        testid="preview-after"
      />
    </span>
  )
}
