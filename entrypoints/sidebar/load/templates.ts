import type { Template } from '@/lib/contract/templates.ts'
import { plainName } from '@/lib/domain/people.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { draft, sheetProblem, sheets, view } from '../state.ts'
import { mailEditor } from '../state-compose.ts'
import {
  mergeFields,
  type TemplateForm,
  templateForm,
  templatePreview,
  templates,
} from '../state-templates.ts'
import { changeDraft, takeText } from './compose/save.ts'
import { attempt, once, say } from './core.ts'
import { newest } from './newest.ts'
import { problemSentence } from './words.ts'

/** My templates and the shared ones. */
export async function readTemplates(): Promise<void> {
  const answer = await newest('templates', ({ backend }) => backend.templates())
  if (answer === undefined) return
  templates.value = answer.ok
    ? { rows: answer.value, problem: undefined }
    : { rows: templates.value?.rows ?? [], problem: answer.problem }
}

/** The stream says they are others now. */
export function hearTemplates(): void {
  if (templates.value !== undefined) void readTemplates()
}

/** Opens the picker over the composer. */
export function openTemplates(): void {
  templatePreview.value = undefined
  sheets.value = [...sheets.value, { kind: 'templates' }]
  void readTemplates()
}

/** Opens the fields that can be merged over whatever is being written. */
export async function openFields(): Promise<void> {
  sheets.value = [...sheets.value, { kind: 'merge-fields' }]
  const answer = await attempt(({ backend }) => backend.mergeFields({ language: view.value.language }))
  if (answer.ok) mergeFields.value = answer.value.groups
  else say(problemSentence(answer.problem))
}

/** For whom the open mail's text is merged: its recipients, or the record it is written from. */
function recipients(): { recordId: string | null; address: string; name: string }[] {
  const open = draft.value
  if (open === undefined) return []
  const to = [...open.to, ...open.cc]
  const recordId = open.recordId ?? null
  if (to.length === 0) return [{ recordId, address: '', name: '' }]
  // The record is the first one's; the others are found by their addresses.
  return to.map((party, index) => ({
    recordId: index === 0 ? recordId : null,
    address: party.address,
    name: plainName(party.name) || party.address,
  }))
}

/** The thread the open mail answers, which may be known to be about one deal. */
function threadOf(): string | null {
  return draft.value?.replyTo?.threadId ?? null
}

/** Shows a template as the nth recipient gets it. */
export async function previewTemplate(
  template: Template,
  nth = 0,
  dealId: string | null = null,
): Promise<void> {
  const all = draft.value?.mass === undefined ? recipients() : []
  const one = all[nth]
  const shown = { template, nth, of: all.length, name: one?.name ?? '', dealId }
  templatePreview.value = { ...shown, merged: templatePreview.value?.merged }
  const { subject, html } = template
  if (one === undefined) {
    templatePreview.value = { ...shown, merged: { subject, html, unresolved: [], broken: null, deals: [] } }
    return
  }
  const { recordId, address } = one
  const asked = { subject, html, recordId, address, dealId, threadId: threadOf(), gaps: true }
  const answer = await attempt(({ backend }) => backend.mergeText(asked))
  if (templatePreview.value?.template.id !== template.id || templatePreview.value.nth !== nth) return
  if (answer.ok) templatePreview.value = { ...shown, merged: answer.value }
  else say(problemSentence(answer.problem))
}

/** Puts the text into the mail: merged for its first recipient, or as it is where each gets their own. */
export function insertTemplate(template: Template): Promise<void> {
  return once('insert-template', async () => {
    const open = draft.value
    if (open === undefined) return
    let text: { subject: string; html: string } = template
    if (open.mass === undefined) {
      const [one = { recordId: null, address: '' }] = recipients()
      const { recordId, address } = one
      const { subject, html } = template
      const { dealId = null } = templatePreview.value ?? {}
      const asked = { subject, html, recordId, address, dealId, threadId: threadOf(), gaps: true }
      const answer = await attempt(({ backend }) => backend.mergeText(asked))
      if (!answer.ok) return say(problemSentence(answer.problem))
      const { broken } = answer.value
      if (broken !== null) return say(brokenSentence(broken))
      // A mark stands where a field is empty, and the composer asks about it before the mail goes.
      text = answer.value.unresolved.length > 0 ? withGaps(answer.value) : answer.value
    }
    await leaveSheet('templates')
    mailEditor.value?.insert(text.html)
    takeText()
    const now = draft.value ?? open
    changeDraft({ templateId: template.id, ...(now.subject.trim() === '' && { subject: text.subject }) })
  })
}

function withGaps(merged: { subject: string; html: string; unresolved: string[] }) {
  say(t('templates.gaps_marked', { fields: merged.unresolved.slice(0, 3).join(', ') }))
  return merged
}

/** Closes a picker; what lies below can take the focus only when it is drawn again. */
async function leaveSheet(kind: 'templates' | 'merge-fields'): Promise<void> {
  sheets.value = sheets.value.filter((sheet) => sheet.kind !== kind)
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
}

/** Puts one field at the caret: its value where the mail has one recipient, the field itself where each gets their own. */
export function insertField(path: string): Promise<void> {
  return once('insert-field', async () => {
    const written = `{{ ${path} }}`
    const open = draft.value
    await leaveSheet('merge-fields')
    const inTemplate = sheets.value.at(-1)?.kind === 'template'
    if (inTemplate || open?.mass !== undefined) return mailEditor.value?.insert(written)
    const [one = { recordId: null, address: '' }] = recipients()
    const { recordId, address } = one
    const asked = { html: written, recordId, address, threadId: threadOf() }
    const answer = await attempt(({ backend }) => backend.mergeText(asked))
    if (!answer.ok) return say(problemSentence(answer.problem))
    const { broken } = answer.value
    if (broken !== null) return say(brokenSentence(broken))
    if (answer.value.html.trim() === '') return say(t('templates.gaps', { fields: written }))
    mailEditor.value?.insert(answer.value.html)
  })
}

/** Opens a template to be changed, or a new one, with the open mail's text when there is one. */
export function editTemplate(template: Template | undefined, from?: { subject: string; html: string }): void {
  sheetProblem.value = undefined
  templateForm.value = {
    id: template?.id,
    version: template?.version ?? 0,
    name: template?.name ?? '',
    subject: template?.subject ?? from?.subject ?? '',
    html: template?.html ?? from?.html ?? '',
    shared: template?.shared ?? false,
    key: crypto.randomUUID(),
  }
  sheets.value = [...sheets.value, { kind: 'template' }]
}

/** Somebody else's, as the beginning of one's own. */
export function copyTemplate(template: Template, name: string): void {
  editTemplate(undefined, template)
  changeForm({ name })
}

export function saveAsTemplate(): void {
  takeText()
  const open = draft.value
  if (open !== undefined) editTemplate(undefined, { subject: open.subject, html: open.html })
}

export function changeForm(part: Partial<TemplateForm>): void {
  if (templateForm.value !== undefined) templateForm.value = { ...templateForm.value, ...part }
}

export function saveTemplate(html: string): Promise<void> {
  return once('save-template', async () => {
    const form = templateForm.value
    if (form === undefined) return
    const { id, version, name, subject, shared, key } = form
    const text = { name, subject, shared, html }
    const answer = await attempt(({ backend }) =>
      id === undefined ? backend.createTemplate(text, key) : backend.updateTemplate(id, { ...text, version }),
    )
    if (!answer.ok) {
      sheetProblem.value = answer.problem
      changeForm({ html, key: answer.problem.kind === 'refused' ? crypto.randomUUID() : key })
      return
    }
    templateForm.value = undefined
    sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'template')
    say(t('templates.saved', { name }))
    await readTemplates()
  })
}

export function removeTemplate(template: Template): Promise<void> {
  return once(`template:${template.id}`, async () => {
    const answer = await attempt(({ backend }) => backend.deleteTemplate(template.id, template.version))
    if (!answer.ok) return say(problemSentence(answer.problem))
    const mine = template.canChange
    say(
      t('templates.deleted', { name: template.name }),
      mine ? { kind: 'restore-template', templateId: template.id } : undefined,
    )
    await readTemplates()
  })
}

export async function bringBack(templateId: string): Promise<void> {
  const answer = await attempt(({ backend }) => backend.restoreTemplate(templateId))
  if (!answer.ok) say(problemSentence(answer.problem))
  await readTemplates()
}

/** Why a text can't be merged, in words. */
export function brokenSentence(broken: { why: string; line: number; field?: string | undefined }): string {
  if (broken.why === 'unknown_field')
    return t('templates.unknown_field', { line: broken.line, field: broken.field ?? '' })
  const why = whys.find((known) => known === broken.why) ?? 'syntax'
  return t('templates.broken', { line: broken.line, why: t(`templates.why.${why}`) })
}

/** A problem in words, with the line and the field where a text can't be merged. */
export function templateProblem(problem: ApiProblem): string {
  if (problem.kind !== 'refused' || problem.reason !== 'template_broken') return problemSentence(problem)
  const { why, line, field } = problem.facts
  return brokenSentence({ why: String(why), line: Number(line), field: String(field ?? '') })
}

const whys = ['endless', 'unknown_filter', 'unknown_tag', 'not_closed', 'syntax'] as const
