import { t } from '@/lib/extension/i18n.ts'
import { Toast } from '@/lib/extension/ui/toast.tsx'
import { undoLast } from './load/undo.ts'
import { AttachmentsPage } from './panels/attachments.tsx'
import { DraftsSheet } from './panels/compose/drafts.tsx'
import { SendingToast } from './panels/compose/sending-toast.tsx'
import { ComposeSheet } from './panels/compose/sheet.tsx'
import { ConvertSheet } from './panels/convert.tsx'
import { CreateSheet } from './panels/create.tsx'
import { EmailsPage } from './panels/emails.tsx'
import { FileSheet } from './panels/file-sheet.tsx'
import { PickSheet } from './panels/files/pick-sheet.tsx'
import { Foot } from './panels/foot.tsx'
import { GmailSheet } from './panels/gmail/sheet.tsx'
import { Header } from './panels/header.tsx'
import { HistoryPage } from './panels/history.tsx'
import { KeysSheet } from './panels/keys-sheet.tsx'
import { MailPage, MessagePage } from './panels/mail.tsx'
import { MassSheet } from './panels/mass/confirm.tsx'
import { MassProgressSheet } from './panels/mass/progress.tsx'
import { MergeSheet } from './panels/merge-sheet.tsx'
import { PermissionsPage } from './panels/permissions.tsx'
import { PersonPanel } from './panels/person.tsx'
import { RecordPage } from './panels/record.tsx'
import { ScheduleSheet } from './panels/schedule.tsx'
import { SearchSheet } from './panels/search.tsx'
import { Setup } from './panels/setup.tsx'
import { LedgerPage } from './panels/sharing/ledger.tsx'
import { SharingPage } from './panels/sharing/mine.tsx'
import { RuleSheet } from './panels/sharing/rule.tsx'
import { WhoSeesSheet } from './panels/sharing/who-sees.tsx'
import { DealSheet } from './panels/standing/which-deal.tsx'
import { StandingPage } from './panels/standing/why.tsx'
import { TemplateSheet } from './panels/templates/edit.tsx'
import { FieldsSheet } from './panels/templates/fields.tsx'
import { TemplatesSheet } from './panels/templates/picker.tsx'
import { WorkspaceDialog } from './panels/workspace/dialogs.tsx'
import { type Place, places, type SheetView, sheets, stage, toast } from './state.ts'
import { route } from './state-workspace.ts'
import { Workspace } from './workspace.tsx'

/** Ms a toast stays; whatever it offers also stays in its row. */
const toastStay = 10_000

/** Which panel for which state. */
export function App() {
  const wide = route.value !== undefined
  if (stage.value !== 'ready') return wide ? <Workspace inert={false} /> : <Setup />
  const place = places.value.at(-1)
  const sheet = sheets.value.at(-1)
  const shown = toast.value
  return (
    <>
      {wide ? (
        <Workspace inert={sheet !== undefined}>{place && <PlaceView place={place} />}</Workspace>
      ) : (
        <div class="panel-main" inert={sheet !== undefined}>
          {place === undefined ? <Thread /> : <PlaceView place={place} />}
          <Foot />
        </div>
      )}
      <Sheets all={sheets.value} />
      {shown?.undo?.kind === 'undo-send' && shown.undo.sending.until > 0 ? (
        <SendingToast key={shown.id} sending={shown.undo.sending} />
      ) : (
        <Toast
          id={shown?.id}
          text={shown?.text ?? ''}
          actions={
            shown?.undo ? [{ label: t('common.undo'), run: () => void undoLast(), testid: 'toast-undo' }] : []
          }
          closeLabel={t('common.dismiss')}
          stay={toastStay}
          onClose={() => {
            toast.value = undefined
          }}
        />
      )}
    </>
  )
}

/** What is written in stays as it is under what is put into it. */
const bases: readonly SheetView['kind'][] = ['compose', 'template']
const pickers: readonly SheetView['kind'][] = ['templates', 'merge-fields', 'pick-files']

function Sheets({ all }: { all: readonly SheetView[] }) {
  const top = all.at(-1)
  if (top === undefined) return null
  const below = pickers.includes(top.kind) ? all.at(-2) : top
  const base = below !== undefined && bases.includes(below.kind) ? below : undefined
  return (
    <>
      {base !== undefined && (
        <div key={base.kind} class="sheet-below" inert={base !== top}>
          <SheetFor sheet={base} />
        </div>
      )}
      {top !== base && <SheetFor sheet={top} />}
    </>
  )
}

/** The people of the open mail. */
function Thread() {
  return (
    <div class="frame">
      <Header />
      <PersonPanel />
    </div>
  )
}

function PlaceView({ place }: { place: Place }) {
  switch (place.kind) {
    case 'record':
      return <RecordPage recordId={place.recordId} />
    case 'emails':
      return <EmailsPage recordId={place.recordId} />
    case 'mail':
      return <MailPage row={place.row} recordId={place.recordId} />
    case 'message':
      return <MessagePage messageId={place.messageId} />
    case 'attachments':
      return <AttachmentsPage recordId={place.recordId} />
    case 'history':
      return <HistoryPage recordId={place.recordId} />
    case 'standing':
      return <StandingPage />
    case 'ledger':
      return <LedgerPage messageId={place.messageId} subject={place.subject} />
    case 'sharing':
      return <SharingPage />
    case 'permissions':
      return <PermissionsPage need={place.need} />
  }
}

function SheetFor({ sheet }: { sheet: SheetView }) {
  switch (sheet.kind) {
    case 'create':
      return <CreateSheet />
    case 'convert':
      return <ConvertSheet recordId={sheet.recordId} />
    case 'merge':
      return <MergeSheet recordId={sheet.recordId} />
    case 'compose':
      return <ComposeSheet />
    case 'schedule':
      return <ScheduleSheet purpose={sheet.purpose} any={sheet.any} />
    case 'file':
      return <FileSheet part={sheet.part} />
    case 'search':
      return <SearchSheet address={sheet.address} put={sheet.put} />
    case 'deal':
      return <DealSheet />
    case 'keys':
      return <KeysSheet />
    case 'who-sees':
      return <WhoSeesSheet about={sheet.about} />
    case 'rule':
      return <RuleSheet rule={sheet.rule} />
    case 'workspace':
      return <WorkspaceDialog dialog={sheet.dialog} />
    case 'drafts':
      return <DraftsSheet />
    case 'gmail':
      return <GmailSheet row={sheet.row} />
    case 'pick-files':
      return <PickSheet from={sheet.from} />
    case 'mass':
      return <MassSheet draftId={sheet.draftId} version={sheet.version} recordIds={sheet.recordIds} />
    case 'mass-progress':
      return <MassProgressSheet />
    case 'templates':
      return <TemplatesSheet />
    case 'template':
      return <TemplateSheet />
    case 'merge-fields':
      return <FieldsSheet />
  }
}
