import { useState } from 'preact/hooks'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Menu, type MenuItem } from '@/lib/extension/ui/menu.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet, widenHere } from '../../keys.ts'
import { discardDraft, openDrafts } from '../../load/compose/list.ts'
import { keepMineAsCopy, keepMyEdit, takeNewer } from '../../load/compose/open.ts'
import { changeDraft } from '../../load/compose/save.ts'
import { allow } from '../../load/me.ts'
import { problemSentence } from '../../load/words.ts'
import { switchWidth } from '../../load/workspace/place.ts'
import { draft, draftState, maySend, offline, sheetProblem } from '../../state.ts'
import { draftClash, saveFailed, textTurn } from '../../state-compose.ts'
import { route } from '../../state-workspace.ts'
import { ComposeFiles } from '../files/compose-files.tsx'
import { ComposeBar } from './bar.tsx'
import { MailBody } from './body.tsx'
import { GuardNotes } from './guards.tsx'
import { Head } from './head.tsx'
import { actsOf, whyOff } from './may-send.ts'
import './compose.css'

/** 07: a mail being written; it is kept here and at the server until it is sent or discarded. */
export function ComposeSheet() {
  const open = draft.value
  if (open === undefined) return null
  const act = actsOf(open, whyOff(open))
  return (
    <Sheet
      title={open.editing === undefined ? open.subject || t('compose.title') : t('compose.edit_title')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="compose"
      tools={<Tools open={open} />}
      bar={<ComposeBar open={open} act={act} />}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the whole form; every part can be reached alone. */}
      <div
        class="compose"
        onKeyDown={(event) => {
          // 229 is what an input method's Enter looks like where composition ends first.
          if (event.isComposing || event.keyCode === 229 || event.key !== 'Enter') return
          if (!event.ctrlKey && !event.metaKey) return
          event.preventDefault()
          if (event.shiftKey) act.schedule()
          else act.go()
        }}
      >
        <Head open={open} />
        <Problems editing={open.editing !== undefined} />
        <Clash />
        <MailBody key={`${open.id} ${textTurn.value}`} open={open} />
        <ComposeFiles />
        <GuardNotes />
      </div>
    </Sheet>
  )
}

/** How safe the text is, the full width, and what is seldom needed. */
function Tools({ open }: { open: Draft }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const items: MenuItem[] = [
    { id: 'drafts', icon: 'file', label: t('compose.drafts'), run: openDrafts },
    ...(partialMatters(open)
      ? [
          {
            id: 'partial',
            label: t('compose.partial'),
            hint: t('compose.partial_hint'),
            chosen: open.partial === 'drop',
            run: () => changeDraft({ partial: open.partial === 'drop' ? 'hold' : 'drop' }),
          },
        ]
      : []),
    { id: 'discard', icon: 'trash', label: t('compose.discard'), danger: true, run: discardDraft },
  ]
  return (
    <>
      <span class="quiet small compose-state" role="status" data-testid="draft-state">
        {stateWord(open)}
      </span>
      {route.value === undefined ? (
        <IconButton icon="widen" label={t('header.widen')} onPress={widenHere} testid="compose-widen" />
      ) : (
        <IconButton
          icon="narrow"
          label={t('nav.narrow')}
          onPress={() => void switchWidth()}
          testid="compose-narrow"
        />
      )}
      <IconButton
        icon="more"
        label={t('common.more')}
        expanded={at !== undefined}
        onPress={setAt}
        testid="compose-more"
      />
      {at && <Menu at={at} label={t('common.more')} items={items} onClose={() => setAt(undefined)} />}
    </>
  )
}

/** With one recipient there is nothing to go without. */
function partialMatters({ to, cc, bcc, mass }: Draft): boolean {
  return mass === undefined && to.length + cc.length + bcc.length > 1
}

/** An edit of a mail in the queue is saved by its button alone; until then it is kept here. */
function stateWord(open: Draft): string {
  if (draftState.value === 'saved') return t('compose.saved')
  if (open.editing !== undefined) return open.unsaved ? t('compose.unsaved') : ''
  const isHereOnly = offline.value || saveFailed.value
  return draftState.value === 'kept' && isHereOnly ? t('compose.kept') : ''
}

/** Why it was not sent, or that it can't be yet. */
function Problems({ editing }: { editing: boolean }) {
  const problem = sheetProblem.value
  if (problem !== undefined) {
    return (
      <Note
        tone="danger"
        bold={editing ? t('send.not_changed') : t('send.failed')}
        testid="send-problem"
        actions={needsConsent(problem) && <AllowSend />}
      >
        {problemSentence(problem)} {t('send.kept')}
      </Note>
    )
  }
  if (maySend.value) return null
  return (
    <Note tone="info" bold={t('card.no_send.title')} actions={<AllowSend />} testid="no-send">
      {t('compose.no_send')}
    </Note>
  )
}

function needsConsent(problem: ApiProblem): boolean {
  return problem.kind === 'refused' && problem.reason === 'scope_send_missing'
}

function AllowSend() {
  return (
    <Button kind="outline" small onPress={() => void allow(['send'])} testid="allow-send">
      {t('consent.allow')}
    </Button>
  )
}

/** Two tabs wrote on one draft, or it is gone: nothing is overwritten, the person says which text counts. */
function Clash() {
  const clash = draftClash.value
  if (clash === undefined) return null
  return (
    <Note
      tone="warn"
      bold={t(`compose.clash.${clash}.bold`)}
      testid="draft-clash"
      actions={
        <>
          {clash !== 'gone' && (
            <Button kind="outline" small onPress={() => void takeNewer()} testid="take-newer">
              {t('compose.clash.take')}
            </Button>
          )}
          <Button
            kind="text"
            small
            onPress={() => (clash === 'edited' ? void keepMyEdit() : keepMineAsCopy())}
            testid="keep-copy"
          >
            {t(clash === 'edited' ? 'compose.clash.mine' : 'compose.clash.keep')}
          </Button>
        </>
      }
    >
      {t(`compose.clash.${clash}`)}
    </Note>
  )
}
