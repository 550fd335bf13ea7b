import { useState } from 'preact/hooks'
import { plainNumber } from '@/lib/domain/intl.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { goesOut } from '../../load/sends.ts'
import { busy, view } from '../../state.ts'
import { allowance } from '../../state-compose.ts'
import { ClipButton } from '../files/clip-button.tsx'
import { type Acts, commandKey } from './may-send.ts'
import { TemplateButton } from './template-button.tsx'
import { LinkBox, Toolbar } from './toolbar.tsx'
import { WaitsLine } from './waits-line.tsx'
import { WhoLine } from './who-line.tsx'

/** Where it will be listed, then clip, formatting and templates left, Send and the clock right of it (S-034, S-048). */
export function ComposeBar({ open, act }: { open: Draft; act: Acts }) {
  const [formats, setFormats] = useState(false)
  const isEdit = open.editing !== undefined
  return (
    <div class="compose-bar">
      <WaitsLine key={open.id} open={open} />
      <WhoLine open={open} />
      <AllowanceLine />
      <DueLine open={open} />
      <OffLine off={act.said} />
      {isEdit && open.unsaved && (
        <p class="compose-line quiet" data-testid="edit-unsaved">
          <Icon name="clock" size={14} />
          {t('compose.edit_unsaved')}
        </p>
      )}
      {formats && <Toolbar />}
      <LinkBox />
      <div class="compose-buttons">
        <ClipButton />
        <IconButton
          icon="letters"
          label={t('compose.format')}
          pressed={formats}
          steady
          onPress={() => setFormats(!formats)}
          testid="show-formats"
        />
        <TemplateButton />
        <span class="end actions">
          <Button
            kind="filled"
            keys={`${commandKey}↵`}
            busy={busy.value.has('send')}
            off={act.off}
            onPress={act.go}
            testid="send"
          >
            {isEdit ? t('compose.save') : open.mass !== undefined ? t('compose.continue') : t('compose.send')}
          </Button>
          {open.mass === undefined && (
            <IconButton
              icon="clock"
              label={t('compose.schedule')}
              off={act.off}
              onPress={act.schedule}
              testid="schedule"
            />
          )}
        </span>
      </div>
    </div>
  )
}

/** When the mail goes that is being changed. */
function DueLine({ open }: { open: Draft }) {
  const due = open.editing?.due
  if (due === undefined) return null
  return (
    <p class="compose-line quiet" data-testid="edit-goes">
      <Icon name="calendar" size={14} />
      {goesOut({ status: 'scheduled', dueAt: due.at, zone: due.zone, recordId: open.recordId ?? null })}
    </p>
  )
}

/** Why Send is grey, for who does not point at it. */
function OffLine({ off }: { off: string | undefined }) {
  if (off === undefined) return null
  return (
    <p class="compose-line quiet" data-testid="why-off">
      <Icon name="info" size={14} />
      <span dir="auto">{off}</span>
    </p>
  )
}

/** What is left of the day, once it begins to matter. */
function AllowanceLine() {
  const left = allowance.value
  if (left === undefined || left.usedToday < left.perDay * 0.75) return null
  const { language } = view.value
  return (
    <p class="compose-line quiet" data-testid="allowance">
      <Icon name="bars" size={14} />
      {t('compose.allowance', {
        used: plainNumber(left.usedToday, language),
        all: plainNumber(left.perDay, language),
      })}
    </p>
  )
}
