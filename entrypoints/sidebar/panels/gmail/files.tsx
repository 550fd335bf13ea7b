import { fileSize } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { RelatedList, Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { findInLibrary } from '../../load/gmail/open.ts'
import { type GmailFile, putFile } from '../../load/gmail/put.ts'
import { busy, view } from '../../state.ts'
import { gmailFiles } from '../../state-gmail.ts'

/** Files of the recipients' records, and of the library; a press gives one to Gmail. */
export function FileRows() {
  const shown = gmailFiles.value
  if (shown === undefined) return null
  const library = shown.library.flatMap(({ name, versions: [newest] }): GmailFile[] =>
    newest === undefined ? [] : [{ from: 'library', versionId: newest.id, name, size: newest.size }],
  )
  return (
    <div class="pad-block">
      {shown.records.map(({ id, name, rows }) => (
        <RelatedList key={id} title={t('handover.on_record', { name: plainName(name) })}>
          <List
            label={plainName(name)}
            files={rows.map((row) => ({ ...row, from: 'record' as const, attachmentId: row.id }))}
          />
        </RelatedList>
      ))}
      <RelatedList title={t('handover.library')}>
        <input
          class="input"
          type="text"
          inputMode="search"
          dir="auto"
          autocomplete="off"
          data-autofocus
          aria-label={t('handover.search_library')}
          placeholder={t('handover.search_library')}
          data-testid="gmail-library-search"
          onInput={(event) => void findInLibrary(event.currentTarget.value)}
        />
        <List label={t('handover.library')} files={library} />
      </RelatedList>
    </div>
  )
}

function List({ label, files }: { label: string; files: readonly GmailFile[] }) {
  if (files.length === 0) return <p class="quiet">{t('handover.no_files')}</p>
  return (
    <Rows label={label}>
      {files.map((file, nth) => (
        <Row
          key={file.from === 'record' ? file.attachmentId : file.versionId}
          first={nth === 0}
          icon="file"
          title={file.name}
          aside={fileSize(file.size, view.value.language)}
          testid="gmail-file-row"
          onOpen={() => {
            if (!busy.value.has('gmail-put')) void putFile(file)
          }}
        />
      ))}
    </Rows>
  )
}
