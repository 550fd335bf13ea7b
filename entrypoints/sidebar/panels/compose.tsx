import { useState } from 'preact/hooks'
import { listOf } from '@/lib/domain/format.ts'
import { shortName } from '@/lib/domain/people.ts'
import type { Draft } from '@/lib/extension/cache.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { say } from '../load/core.ts'
import { changeDraft, dropDraft, recipientsOf } from '../load/drafts.ts'
import { allow } from '../load/me.ts'
import { sendDraft } from '../load/sends.ts'
import { problemSentence, whyNoMail } from '../load/words.ts'
import {
  busy,
  cards,
  draft,
  draftState,
  mailbox,
  maySend,
  page,
  sheetProblem,
  sheets,
  view,
} from '../state.ts'
import { Recipients } from './recipients.tsx'
import './compose.css'

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The cap of the command key on this machine. */
export const commandKey = isMac ? '⌘' : 'Ctrl '

/** 07: a mail in plain text; the draft is kept in this browser until it is sent or discarded. */
export function ComposeSheet() {
  const open = draft.value
  if (open === undefined) return null
  const act = actsOf(whyOff(open))
  return (
    <Sheet
      title={open.editing === undefined ? open.subject || t('compose.title') : t('compose.edit_title')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="compose"
      tools={
        <span class="quiet small" role="status" data-testid="draft-state">
          {draftState.value === 'saved' ? t('compose.saved') : ''}
        </span>
      }
      bar={<Bar editing={open.editing !== undefined} act={act} />}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the whole form; every part can be reached alone. */}
      <div
        class="compose"
        onKeyDown={(event) => {
          if (event.isComposing || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          if (event.shiftKey) act.schedule()
          else act.go()
        }}
      >
        <Head open={open} />
        <Problems editing={open.editing !== undefined} />
        <textarea
          class="bare body"
          dir="auto"
          aria-label={t('compose.body')}
          placeholder={hint(open)}
          value={open.body}
          data-autofocus={open.to.length > 0 ? '' : undefined}
          data-testid="input-body"
          onInput={(event) => changeDraft({ body: event.currentTarget.value })}
        />
        <p class="compose-on quiet">
          <OnRecord open={open} />
        </p>
      </div>
    </Sheet>
  )
}

/** What can be done with the mail, unless there is a reason why not. */
function actsOf(off: string | undefined) {
  return {
    off,
    go: () => {
      if (off === undefined) void sendDraft(undefined)
    },
    schedule: () => {
      if (off !== undefined) return
      sheets.value = [...sheets.value, { kind: 'schedule', purpose: { kind: 'draft' }, any: false }]
    },
  }
}

/** Discard left; Send and the clock right of it (S-034). */
function Bar({ editing, act }: { editing: boolean; act: ReturnType<typeof actsOf> }) {
  return (
    <>
      <IconButton icon="trash" label={t('compose.discard')} onPress={discard} testid="discard" />
      <span class="end actions">
        <Button
          kind="filled"
          keys={`${commandKey}↵`}
          busy={busy.value.has('send')}
          off={act.off}
          onPress={act.go}
          testid="send"
        >
          {editing ? t('compose.save') : t('compose.send')}
        </Button>
        <IconButton
          icon="clock"
          label={t('compose.schedule')}
          off={act.off}
          onPress={act.schedule}
          testid="schedule"
        />
      </span>
    </>
  )
}

/** From, To, Cc, Bcc and subject. */
function Head({ open }: { open: Draft }) {
  const [copies, setCopies] = useState(false)
  const showCopies =
    copies || open.cc.length + open.bcc.length > 0 || open.pending.cc + open.pending.bcc !== ''
  return (
    <>
      <div class="line">
        <span class="line-label">{t('compose.from')}</span>
        <bdi class="cut">{page.value?.account ?? ''}</bdi>
      </div>
      <div class="line-group">
        <Line open={open} field="to" autofocus={open.to.length === 0} />
        {!showCopies && (
          <Button kind="text" small onPress={() => setCopies(true)} testid="show-copies">
            {`${t('compose.cc')} ${t('compose.bcc')}`}
          </Button>
        )}
      </div>
      {showCopies && <Line open={open} field="cc" />}
      {showCopies && <Line open={open} field="bcc" />}
      <div class="line">
        <label class="hidden" for="field-subject">
          {t('compose.subject')}
        </label>
        <input
          id="field-subject"
          class="bare subject"
          dir="auto"
          value={open.subject}
          placeholder={t('compose.subject')}
          maxLength={998}
          data-testid="input-subject"
          onInput={(event) => changeDraft({ subject: event.currentTarget.value.replace(/[\r\n]+/g, ' ') })}
        />
      </div>
    </>
  )
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
        actions={problem.kind === 'refused' && problem.reason === 'scope_send_missing' && <AllowSend />}
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

function Line({
  open,
  field,
  autofocus = false,
}: {
  open: Draft
  field: 'to' | 'cc' | 'bcc'
  autofocus?: boolean
}) {
  return (
    <Recipients
      field={field}
      parties={open[field]}
      typed={open.pending[field]}
      autofocus={autofocus}
      onChange={(parties, typed) =>
        changeDraft({ [field]: parties, pending: { ...(draft.value ?? open).pending, [field]: typed } })
      }
    />
  )
}

/** Where the mail will be listed. */
function OnRecord({ open }: { open: Draft }) {
  const name = open.recordId === undefined ? undefined : cards.value.get(open.recordId)?.record.name
  return (
    <>
      {name !== undefined && (
        <>
          <Icon name="mark" size={14} />
          <span class="cut" dir="auto">
            {t('compose.on', { records: name })}
          </span>
        </>
      )}
      <span class="end only-you">
        <Icon name="lock" size={14} />
        {t('compose.only_you')}
      </span>
    </>
  )
}

function AllowSend() {
  return (
    <Button kind="outline" small onPress={() => void allow(['send'])} testid="allow-send">
      {t('consent.allow')}
    </Button>
  )
}

/** Why this mail can't go yet; the button stays focusable and says so. */
function whyOff(open: Draft): string | undefined {
  const never = whyNoMail()
  if (never !== undefined) return never
  if (mailbox.value?.status === 'reauth_required') return t('error.mailbox_reauth')
  if (!maySend.value) return t('error.scope_send_missing')
  const found = recipientsOf(open)
  if (found === undefined) return t('error.address_invalid')
  return found.to.length + found.cc.length + found.bcc.length === 0 ? t('compose.nobody') : undefined
}

function hint(open: Draft): string {
  const names = open.to.map((party) => shortName(party.name, party.address)).slice(0, 3)
  if (names.length === 0) return t('compose.body_hint_nobody')
  return t('compose.body_hint', { names: listOf(names, view.value.language) })
}

function discard(): void {
  const gone = draft.value
  const written = gone !== undefined && (gone.body !== '' || draftState.value !== 'clean')
  dropDraft()
  if (gone !== undefined && written) say(t('compose.discarded'), { kind: 'reopen-draft', draft: gone })
}
