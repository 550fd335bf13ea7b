import { useEffect, useRef } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { TextField } from '@/lib/extension/ui/field.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { SwitchLine } from '@/lib/extension/ui/switch.tsx'
import { closeSheet } from '../../keys.ts'
import { loadEditor } from '../../load/compose/editor.ts'
import { changeForm, openFields, saveTemplate, templateProblem } from '../../load/templates.ts'
import { busy, sheetProblem } from '../../state.ts'
import { editorState, linkAt, mailEditor } from '../../state-compose.ts'
import { templateForm } from '../../state-templates.ts'
import type { MailEditor } from '../compose/editor.ts'
import { LinkBox, Toolbar } from '../compose/toolbar.tsx'
import '../compose/compose.css'
import './templates.css'

/** A template being written: who may use it, its subject and its text with fields. */
export function TemplateSheet() {
  const place = useRef<HTMLDivElement>(null)
  const form = templateForm.value
  useEditor(place)
  if (form === undefined) return null
  const save = () => void saveTemplate(mailEditor.value?.html() ?? form.html)
  return (
    <Sheet
      title={form.id === undefined ? t('templates.new') : t('templates.change')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="template"
      bar={
        <div class="compose-bar">
          <Toolbar />
          <LinkBox />
          <div class="compose-buttons">
            <IconButton
              icon="braces"
              label={t('templates.field')}
              onPress={() => void openFields()}
              testid="template-field"
            />
            <span class="end actions">
              <Button
                kind="filled"
                busy={busy.value.has('save-template')}
                off={form.name.trim() === '' ? t('templates.name_first') : undefined}
                onPress={save}
                testid="save-template"
              >
                {t('templates.save')}
              </Button>
            </span>
          </div>
        </div>
      }
    >
      <div class="template-form">
        <div class="pad pad-block template-facts">
          <TextField
            label={t('templates.name')}
            value={form.name}
            autofocus
            onInput={(name) => changeForm({ name })}
            testid="template-name"
          />
          <TextField
            label={t('compose.subject')}
            value={form.subject}
            onInput={(subject) => changeForm({ subject: subject.replace(/[\r\n]+/g, ' ') })}
            testid="template-subject"
          />
          <SwitchLine
            checked={form.shared}
            hint={t('templates.shared_hint')}
            onChange={(shared) => changeForm({ shared })}
            testid="template-shared"
          >
            {t('templates.shared')}
          </SwitchLine>
          <Problem />
        </div>
        <div class="compose-text">
          <div class="compose-editor" ref={place} />
        </div>
      </div>
    </Sheet>
  )
}

function Problem() {
  const problem = sheetProblem.value
  if (problem === undefined) return null
  return (
    <Note tone="danger" bold={t('templates.not_saved')} testid="template-problem">
      {templateProblem(problem)}
    </Note>
  )
}

/** The editor of mails, without pictures: a template carries no files. */
function useEditor(place: { readonly current: HTMLDivElement | null }): void {
  useEffect(() => {
    let over = false
    let mine: MailEditor | undefined
    void loadEditor().then((code) => {
      const element = place.current
      if (over || element === null) return
      mine = code.openEditor({
        place: element,
        html: templateForm.value?.html ?? '',
        label: t('templates.text'),
        hint: () => t('templates.hint'),
        atOnce: false,
        imageUrl: async () => undefined,
        onChange: () => changeForm({ html: mine?.html() ?? '' }),
        onState: () => {
          editorState.value += 1
        },
        onFiles: () => undefined,
        onLink: (line) => {
          linkAt.value = line
        },
      })
      mailEditor.value = mine
    })
    return () => {
      over = true
      // The composer below may have drawn its own again by now.
      if (mailEditor.value === mine) mailEditor.value = undefined
      mine?.destroy()
    }
  }, [place])
}
