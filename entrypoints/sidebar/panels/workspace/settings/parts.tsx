import type { ComponentChildren } from 'preact'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { problemSentence } from '../../../load/words.ts'
import { me } from '../../../state.ts'
import { refusals, savedMark, settingsProblem } from '../../../state-settings.ts'
import './settings.css'

/** A titled part of a settings place. */
export function Block(props: { title: string; text?: string; testid?: string; children: ComponentChildren }) {
  return (
    <section class="settings-block" data-testid={props.testid}>
      <h2>{props.title}</h2>
      {props.text !== undefined && <p class="second">{props.text}</p>}
      {props.children}
    </section>
  )
}

/** ✓ beside what has just been saved. */
export function Saved({ name }: { name: string }) {
  return (
    <span role="status">
      {savedMark.value === name && (
        <span class="given small">
          <Icon name="check" size={14} /> {t('settings.saved')}
        </span>
      )}
    </span>
  )
}

/** Why something was not saved, in one sentence; undefined when it was. */
export function refusalOf(name: string): string | undefined {
  const problem = refusals.value.get(name)
  if (problem === undefined) return undefined
  const own = problem.kind === 'refused' ? problem.fields[0]?.reason : undefined
  return problemSentence(problem.kind === 'refused' && own ? { ...problem, reason: own } : problem)
}

/** What the place could not read, and that only admins change it. */
export function Heads() {
  const problem = settingsProblem.value
  return (
    <>
      {problem !== undefined && <Note tone="danger">{problemSentence(problem)}</Note>}
      {!isAdmin() && <Note tone="neutral">{t('settings.only_admin')}</Note>}
    </>
  )
}

export function isAdmin(): boolean {
  return me.value?.user.role === 'admin'
}
