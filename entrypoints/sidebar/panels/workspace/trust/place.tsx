import { useEffect } from 'preact/hooks'
import type { MailboxTrust } from '@/lib/contract/sync.ts'
import { timeOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { allow } from '../../../load/me.ts'
import { readTrust, resync, stopSync } from '../../../load/trust.ts'
import { problemSentence, reasonSentence } from '../../../load/words.ts'
import { saveMailbox } from '../../../load/workspace/imports.ts'
import { goTo } from '../../../load/workspace/place.ts'
import { busy, mailbox, page, view } from '../../../state.ts'
import { exporting } from '../../../state-data.ts'
import { shownMailbox, trust } from '../../../state-trust.ts'
import { where } from '../../../state-workspace.ts'
import { Allowance, askDisconnect, LastRun, OnServer, offReason, Scopes, Skipped } from './cards.tsx'
import { Finding, SetAside, Talked } from './more-cards.tsx'
import { RunsPage } from './runs.tsx'
import '../settings/settings.css'
import './trust.css'

/** Design 12 E: what is taken of my mailboxes, what is not and why, what it costs, where the data went. */
export function TrustPlace() {
  useEffect(() => void readTrust(), [])
  const { trust: known, problem } = trust.value
  const one = shownMailbox.value
  const bones = useSkeleton(known === undefined && problem === undefined)
  if (one !== undefined && where.value?.id === 'runs') return <RunsPage account={one.email} />
  return (
    <>
      <div class="place-head">
        <h1>{t('trust.title')}</h1>
        {one !== undefined && known?.mailboxes.length === 1 && (
          <span class="second cut" dir="auto">
            {one.email}
          </span>
        )}
        <Tools of={one} />
      </div>
      {known !== undefined && known.mailboxes.length > 1 && <Tabs all={known.mailboxes} chosen={one} />}
      <main class="place-body" tabIndex={-1} aria-label={t('trust.title')}>
        <div class="trust" data-testid="trust">
          {problem !== undefined && (
            <Note tone="danger" testid="trust-problem">
              {problemSentence(problem)}
            </Note>
          )}
          {known === undefined && bones && <Bone width="100%" height="320px" />}
          {known !== undefined && one === undefined && <Nothing />}
          {one !== undefined && <Cards of={one} />}
        </div>
      </main>
    </>
  )
}

function Cards({ of }: { of: MailboxTrust }) {
  return (
    <>
      <State of={of} />
      <div class="trust-cards">
        <OnServer of={of} />
        <Skipped of={of} />
        <LastRun of={of} />
        <Allowance of={of} />
        <Scopes of={of} />
        <Talked />
        <Finding of={of} />
        <SetAside of={of} />
      </div>
    </>
  )
}

function Tools({ of }: { of: MailboxTrust | undefined }) {
  const off = of && offReason(of)
  const stopped = of?.state === 'stopped'
  const live = of !== undefined && of.state !== 'disconnected'
  return (
    <div class="place-tools trust-tools">
      {of !== undefined && (
        <Button
          kind="neutral"
          icon="download"
          busy={exporting.value !== undefined}
          onPress={() => void saveMailbox(of.email)}
          testid="trust-export"
        >
          {t('trust.export')}
        </Button>
      )}
      {live && of.state !== 'no_read' && (
        <>
          <Button
            kind="neutral"
            busy={busy.value.has('trust:stop')}
            onPress={() => void stopSync(of.email, !stopped)}
            testid={stopped ? 'trust-start' : 'trust-stop'}
          >
            {t(stopped ? 'trust.start' : 'trust.stop')}
          </Button>
          <Button
            kind="neutral"
            busy={busy.value.has('trust:resync')}
            off={off}
            onPress={() => void resync(of.email)}
            testid="trust-resync"
          >
            {t('trust.resync')}
          </Button>
        </>
      )}
      {live && (
        <Button kind="danger" onPress={() => askDisconnect(of)} testid="trust-disconnect">
          {t('trust.disconnect')}
        </Button>
      )}
    </div>
  )
}

function Tabs({ all, chosen }: { all: readonly MailboxTrust[]; chosen: MailboxTrust | undefined }) {
  return (
    <nav class="settings-tabs" aria-label={t('trust.mailboxes')}>
      {all.map((one) => (
        <button
          key={one.id}
          type="button"
          class="settings-tab"
          aria-current={one === chosen ? 'page' : undefined}
          data-testid="trust-tab"
          onClick={() => goTo(`trust/${one.id}`)}
        >
          <bdi>{one.email}</bdi>
        </button>
      ))}
    </nav>
  )
}

/** Why nothing runs, and what to do; nothing at all when it runs. */
function State({ of }: { of: MailboxTrust }) {
  const isHere = mailbox.value?.email === of.email || page.value?.account === of.email
  const again = (stages: ('send' | 'read')[], words: string) =>
    isHere && (
      <Button kind="filled" small onPress={() => void allow(stages)} testid="trust-connect">
        {words}
      </Button>
    )
  switch (of.state) {
    case 'stopped':
      return (
        <Note tone="warn" icon="pause" bold={t('trust.state.stopped')} testid="trust-state">
          {t('trust.state.stopped_text')}
        </Note>
      )
    case 'paused_by_google':
      return (
        <Note tone="warn" icon="hourglass" bold={t('trust.state.paused')} testid="trust-state">
          {of.pausedUntil === null
            ? t('trust.state.paused_soon')
            : t('trust.state.paused_text', { time: timeOf(Date.parse(of.pausedUntil), view.value.zone) })}
        </Note>
      )
    case 'reauth_required':
      return (
        <Note
          tone="warn"
          icon="plug"
          bold={t('trust.state.reauth')}
          actions={again(of.scopes.length > 0 ? of.scopes : ['send'], t('trust.reconnect'))}
          testid="trust-state"
        >
          {t('trust.state.reauth_text')}
        </Note>
      )
    case 'no_read':
      return (
        <Note
          tone="neutral"
          icon="shield"
          bold={t('trust.state.no_read')}
          actions={again(['read'], t('trust.allow_read'))}
          testid="trust-state"
        >
          {t('trust.state.no_read_text')}
        </Note>
      )
    case 'disconnected':
      return (
        <Note
          tone="warn"
          icon="plug"
          bold={t('trust.state.disconnected')}
          actions={again(
            of.scopes.length > 0 ? of.scopes : ['send', 'read'],
            t('trust.connect', { account: of.email }),
          )}
          testid="trust-state"
        >
          {t(isErased(of) ? 'trust.state.erased_text' : 'trust.state.disconnected_text')}
        </Note>
      )
    case 'running':
      return of.error === null ? null : (
        <Note tone="warn" bold={t('trust.state.error')} testid="trust-state">
          {reasonSentence(of.error)}
        </Note>
      )
  }
}

/** Disconnected, and nothing of its mail is here: it was deleted, or never taken. */
function isErased(of: MailboxTrust): boolean {
  return of.stored === 0 && of.syncedAt === null
}

/** S-023: nothing is connected, so nothing is taken, and here is the way. */
function Nothing() {
  const account = page.value?.account ?? ''
  return (
    <Empty
      title={t('trust.none')}
      text={t('trust.none_text')}
      action={
        account !== '' && (
          <Button kind="filled" onPress={() => void allow(['send', 'read'])} testid="trust-connect">
            {t('trust.connect', { account })}
          </Button>
        )
      }
      testid="trust-nothing"
    />
  )
}
