import type { ComponentChildren } from 'preact'
import { hasMessage, t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { openOptions, signIn } from '../load/me.ts'
import { reasonSentence } from '../load/words.ts'
import { google, page, settings, stage } from '../state.ts'
import './setup.css'

/** Everything before the first card: which server, and who. */
export function Setup() {
  return (
    <main class="setup" tabIndex={-1} data-testid={`setup-${stage.value}`}>
      <span class="mark">
        <Icon name="mark" size={20} />
      </span>
      {stage.value === 'no_server' && <NoServer />}
      {stage.value === 'signed_out' && <SignIn />}
      {stage.value === 'starting' && <p class="second">{t('setup.starting')}</p>}
    </main>
  )
}

function NoServer() {
  return (
    <Step title={t('setup.server.title')} text={t('setup.server.text')}>
      <Button kind="filled" onPress={openOptions} testid="open-options">
        {t('setup.server.action')}
      </Button>
    </Step>
  )
}

function SignIn() {
  const { waiting, problem } = google.value
  const account = page.value?.account ?? ''
  const server = hostOf(settings.value?.server)
  return (
    <Step title={t('setup.sign_in.title')} text={t('setup.sign_in.text', { account, server })}>
      <Button kind="filled" onPress={() => void signIn()} testid="sign-in">
        {t('setup.sign_in.action')}
      </Button>
      {waiting !== undefined && <Note tone="neutral">{t('setup.sign_in.waiting')}</Note>}
      {problem !== undefined && (
        <Note tone="danger" bold={t('setup.sign_in.failed')} testid="sign-in-problem">
          {googleProblem(problem)}
        </Note>
      )}
    </Step>
  )
}

/** Why Google's page did not end well. */
export function googleProblem(reason: string): string {
  const key = `setup.sign_in.${reason}`
  if (hasMessage(key) && (reason === 'unreachable' || reason === 'closed'))
    return t(`setup.sign_in.${reason}`)
  return reasonSentence(reason)
}

function Step(props: { title: string; text: string; children: ComponentChildren }) {
  return (
    <>
      <h1>{props.title}</h1>
      <p class="second">{props.text}</p>
      {props.children}
    </>
  )
}

function hostOf(server: string | undefined): string {
  return server === undefined ? '' : new URL(server).host
}
