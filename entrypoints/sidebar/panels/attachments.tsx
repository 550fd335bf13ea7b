import type { AttachmentRow, RecordCard } from '@/lib/contract/records.ts'
import { ago, fileSize, joined } from '@/lib/domain/format.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { displayName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Empty, RelatedList, Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Ring } from '@/lib/extension/ui/progress.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../keys.ts'
import { download, factsOf, fileAttachment, filingOf, undoFiling } from '../load/files.ts'
import { moreAttachments, openAttachments } from '../load/lists.ts'
import { filingState } from '../load/page-lines.ts'
import { problemSentence } from '../load/words.ts'
import { attachments, cards, facts, type PartRef, page, view } from '../state.ts'
import { iconOf } from './files/file-icon.ts'

/** The newest two files of a record. */
export function AttachmentsSection({ card }: { card: RecordCard }) {
  const { rows, total } = card.attachments
  const { id } = card.record
  return (
    <RelatedList
      title={t('list.attachments')}
      count={plainNumber(total, view.value.language)}
      testid="attachments"
    >
      {rows.length === 0 ? (
        <Empty title={t('empty.files.title')} text={t('empty.files.text')} testid="empty-files" />
      ) : (
        <>
          <Rows label={t('list.attachments')}>
            {rows.slice(0, 2).map((row, index) => (
              <Row
                key={row.id}
                icon={iconOf(row.name, row.mimeType)}
                first={index === 0}
                title={row.name}
                aside={ago(Date.parse(row.filedAt), view.value)}
                {...(row.deal === null ? {} : { below: <OnDeal name={row.deal.name} /> })}
                hint={t('files.download')}
                testid="attachment-row"
                onOpen={() => void download(row.id, row.name)}
              />
            ))}
          </Rows>
          {total > 2 && (
            <span class="section-all">
              <Button kind="text" small onPress={() => openAttachments(id)} testid="all-attachments">
                {t('list.all', { n: total })}
              </Button>
            </span>
          )}
        </>
      )}
    </RelatedList>
  )
}

/** 06 A: every file of a record, newest first. */
export function AttachmentsPage({ recordId }: { recordId: string }) {
  const list = attachments.value
  if (list === undefined) return null
  const name = cards.value.get(recordId)?.record.name ?? ''
  return (
    <Page
      title={t('list.attachments')}
      subtitle={joined([name, plainNumber(list.total, view.value.language)], view.value.language)}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="attachments-page"
    >
      <div class="pad pad-block">
        {list.problem && <Note tone="warn">{problemSentence(list.problem)}</Note>}
        {list.rows.length === 0 && !list.loading && (
          <Empty title={t('empty.files.title')} text={t('empty.files.text')} />
        )}
        <Rows label={t('list.attachments')}>
          {list.rows.map((row, index) => (
            <FileRow key={row.id} row={row} first={index === 0} />
          ))}
        </Rows>
        {list.nextCursor !== undefined && (
          <Button kind="text" busy={list.loading} onPress={moreAttachments} testid="more-attachments">
            {t('list.more')}
          </Button>
        )}
      </div>
    </Page>
  )
}

function FileRow({ row, first }: { row: AttachmentRow; first: boolean }) {
  const when = ago(Date.parse(row.filedAt), view.value)
  const facts = { from: displayName(row.from, row.from), by: row.filedBy, when }
  return (
    <Row
      icon={iconOf(row.name, row.mimeType)}
      first={first}
      title={row.name}
      aside={fileSize(row.size, view.value.language)}
      below={
        <>
          <span class="cut" dir="auto">
            {t('files.meta', facts)}
          </span>
          {row.deal !== null && <OnDeal name={row.deal.name} />}
        </>
      }
      hint={t('files.download')}
      testid="attachment-row"
      onOpen={() => void download(row.id, row.name)}
    />
  )
}

/** A contact's list holds the files of their deals too; each says where it stands. */
function OnDeal({ name }: { name: string }) {
  return (
    <span class="cut" dir="auto">
      {t('files.on_deal', { deal: name })}
    </span>
  )
}

interface Fileable extends PartRef {
  sizeText: string
  mimeType: string
}

/** The files of the open mail, so that filing never depends on a button in Gmail's page. */
export function InThisMail() {
  const parts = fileable()
  if (parts.length === 0) return null
  return (
    <RelatedList title={t('list.in_this_mail')} count={String(parts.length)} testid="in-this-mail">
      <Rows label={t('list.in_this_mail')}>
        {parts.map((part) => (
          <Row
            key={`${part.messageId} ${part.partId ?? part.realAttachmentId ?? part.name}`}
            icon={iconOf(part.name, part.mimeType)}
            title={part.name}
            aside={<FileAnswer part={part} />}
            below={<FileBelow part={part} />}
            testid="fileable-row"
          />
        ))}
      </Rows>
    </RelatedList>
  )
}

function fileable(): Fileable[] {
  const thread = page.value?.thread
  const known = facts.value?.messages.toReversed().flatMap((message) =>
    message.parts.map((part) => ({
      messageId: message.id,
      name: part.name,
      partId: part.partId,
      realAttachmentId: part.realAttachmentId ?? undefined,
      mimeType: part.mimeType,
      sizeText: fileSize(part.size, view.value.language),
    })),
  )
  if (known !== undefined && facts.value?.id === thread?.threadId) return known
  return (thread?.attachments ?? [])
    .filter((one) => !one.isDriveLink)
    .map((one) => ({ ...one, mimeType: '', partId: undefined }))
}

/** What can be done with one file now. */
function FileAnswer({ part }: { part: Fileable }) {
  const view_ = filingOf(part)
  const filed = factsOf(part)?.filed[0]
  if (view_?.state === 'asking' || view_?.state === 'running') {
    return (
      <>
        <Ring size={18} percent={view_.percent} />
        <Button kind="text" small onPress={() => void undoFiling(part)} testid="filing-cancel">
          {t('common.cancel')}
        </Button>
      </>
    )
  }
  if (view_?.state === 'done') {
    return (
      <Button kind="text" small onPress={() => void undoFiling(part)} testid="filing-undo">
        {t('common.undo')}
      </Button>
    )
  }
  if (view_?.state === 'already' || filed !== undefined) return <Icon name="checks" />
  return (
    <Button kind="text" small onPress={() => void fileAttachment(named(part), false)} testid="file">
      {view_?.state === 'failed' ? t('common.try_again') : t('files.file')}
    </Button>
  )
}

function FileBelow({ part }: { part: Fileable }) {
  const one = filingOf(part)
  const filed = factsOf(part)?.filed[0]
  if (one !== undefined) {
    const { label, tooltip } = filingState(one)
    const failed = one.state === 'failed'
    return <span class={failed ? 'failed' : one.state === 'done' ? 'given' : ''}>{tooltip || label}</span>
  }
  if (filed !== undefined) return <span>{t('files.on', { record: filed.recordName })}</span>
  return <span class="number">{part.sizeText}</span>
}

function named({ messageId, name, partId, realAttachmentId }: Fileable): PartRef {
  return { messageId, name, partId, realAttachmentId }
}
