import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../../keys.ts'
import { putLink, putTemplate } from '../../load/gmail/put.ts'
import { problemSentence } from '../../load/words.ts'
import { type GmailRow, gmailMail, gmailProblem, gmailTemplates } from '../../state-gmail.ts'
import { RecordSearch } from '../search.tsx'
import { CheckRows } from './check.tsx'
import { FileRows } from './files.tsx'
import { Take } from './take.tsx'

/** What was chosen in a window of Gmail's own composer (issue 5, ways in). */
export function GmailSheet({ row }: { row: GmailRow }) {
  const subject = plainName(gmailMail.value?.subject ?? '')
  const problem = gmailProblem.value
  return (
    <Sheet
      title={t(`handover.${row}`)}
      subtitle={subject || t('handover.no_subject')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid={`gmail-${row}`}
    >
      {problem !== undefined && (
        <div class="pad pad-block">
          <Note tone="warn" testid="gmail-problem">
            {problemSentence(problem)}
          </Note>
        </div>
      )}
      {problem === undefined && <Body row={row} />}
    </Sheet>
  )
}

function Body({ row }: { row: GmailRow }) {
  switch (row) {
    case 'template':
      return <Templates />
    case 'link':
      return (
        <div class="pad pad-block stack">
          <RecordSearch
            label={t('search.title')}
            autofocus
            recent
            onChoose={({ id, name }) => void putLink({ id, name })}
          />
          <p class="quiet small">{t('handover.link_hint')}</p>
        </div>
      )
    case 'files':
      return <FileRows />
    case 'check':
      return <CheckRows />
    case 'take':
      return <Take />
  }
}

function Templates() {
  const all = gmailTemplates.value
  if (all === undefined) return null
  if (all.length === 0)
    return (
      <div class="pad-block">
        <Empty title={t('handover.no_templates')} text={t('handover.no_templates_text')} />
      </div>
    )
  return (
    <div class="pad pad-block">
      <Rows label={t('handover.template')}>
        {all.map((one, nth) => (
          <Row
            key={one.id}
            first={nth === 0}
            icon="file"
            title={one.name}
            below={<span class="cut">{plainName(one.subject)}</span>}
            testid="gmail-template-row"
            onOpen={() => void putTemplate(one)}
          />
        ))}
      </Rows>
    </div>
  )
}
