import type { RecordCard } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../keys.ts'
import { cards, modules, type Person, page } from '../state.ts'
import { moduleOf } from '../state-cards.ts'
import { AttachmentsSection, InThisMail } from './attachments.tsx'
import { CardActions } from './card-actions.tsx'
import { CardHead } from './card-head.tsx'
import { CardDrafts } from './compose/waits-line.tsx'
import { EmailsSection } from './emails.tsx'
import { Facts } from './facts.tsx'
import { JottingForm } from './jotting.tsx'
import { Now } from './now.tsx'
import { Related } from './related.tsx'
import { RecordSwitch } from './sharing/record-switch.tsx'
import './record.css'

/** A record as a place of its own, e.g. a deal reached from its contact. */
export function RecordPage({ recordId }: { recordId: string }) {
  const found = cards.value.get(recordId)
  return (
    <Page
      title={found?.record.name ?? ''}
      subtitle={found && moduleName(found.record.module, modules.value)}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="record-page"
    >
      {found ? (
        <RecordBody card={found} person={undefined} />
      ) : (
        <div class="pad pad-block">
          <Note tone="neutral">{t('error.record_missing')}</Note>
        </div>
      )}
    </Page>
  )
}

/** The card and its lists. `person` is the person of the open mail, when the card is theirs. */
export function RecordBody({ card, person }: { card: RecordCard; person: Person | undefined }) {
  const gmailChanged = page.value?.health.ok === false
  const files = person !== undefined && <InThisMail />
  const reached = moduleOf(card.record.module).reach !== 'none'
  return (
    <div class="card-body" data-testid="card" data-record-id={card.record.id} key={card.record.id}>
      <CardHead card={card} isPage={person === undefined} />
      <CardActions card={card} person={person} />
      <CardDrafts card={card} person={person} />
      <JottingForm recordId={card.record.id} />
      <Now card={card} />
      <Facts record={card.record} />
      {gmailChanged && files}
      {reached && <EmailsSection card={card} person={person} />}
      <RecordSwitch record={card.record} />
      <AttachmentsSection card={card} />
      {!gmailChanged && files}
      <Related card={card} />
    </div>
  )
}
