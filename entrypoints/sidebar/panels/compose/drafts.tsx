import { useEffect } from 'preact/hooks'
import { whenShort } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { IconButton } from '@/lib/extension/ui/button.tsx'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../../keys.ts'
import { discardRow, openKept, readDrafts } from '../../load/compose/list.ts'
import { openSent } from '../../load/compose/open.ts'
import { problemSentence } from '../../load/words.ts'
import { offline, sheets, view } from '../../state.ts'
import { draftList, keptDrafts } from '../../state-compose.ts'
import { namesOf } from '../email-marks.tsx'

/** My unsent mails: what the server keeps, and above it what only this browser has yet. */
export function DraftsSheet() {
  const list = draftList.value
  const kept = keptDrafts.value
  const rows = list?.rows ?? []
  const isStale = list?.problem?.kind === 'network' && !offline.value
  useEffect(() => {
    if (isStale) void readDrafts()
  }, [isStale])
  return (
    <Sheet title={t('compose.drafts')} closeLabel={t('common.close')} onClose={closeSheet} testid="drafts">
      {list?.problem && (
        <div class="pad pad-block">
          <Note tone="warn" testid="drafts-problem">
            {problemSentence(list.problem)}
          </Note>
        </div>
      )}
      {list !== undefined && rows.length + kept.length === 0 && list.problem === undefined && (
        <div class="pad-block">
          <Empty title={t('compose.no_drafts')} text={t('compose.no_drafts_text')} testid="no-drafts" />
        </div>
      )}
      <div class="pad pad-block drafts-rows">
        <Rows label={t('compose.drafts')}>
          {kept.map((one, index) => (
            <Row
              key={one.id}
              first={index === 0}
              icon="file"
              title={plainName(one.subject) || t('emails.no_subject')}
              aside={whenShort(one.at, view.value)}
              below={<span class="cut">{t('compose.kept')}</span>}
              testid="draft-row"
              onOpen={() => openKept(one)}
            />
          ))}
          {rows.map((row, index) => (
            <Row
              key={row.id}
              first={kept.length + index === 0}
              icon="file"
              title={plainName(row.subject) || t('emails.no_subject')}
              aside={whenShort(Date.parse(row.updatedAt), view.value)}
              below={
                <span class="cut" dir="auto">
                  {row.to.length > 0 ? t('emails.to', { names: namesOf(row.to) }) : plainName(row.recordName)}
                  {row.snippet !== '' && ` · ${plainName(row.snippet)}`}
                </span>
              }
              actions={
                <IconButton
                  icon="trash"
                  small
                  label={t('compose.discard')}
                  onPress={() => void discardRow(row.id, row.version)}
                  testid="draft-discard"
                />
              }
              testid="draft-row"
              onOpen={() => {
                sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'drafts')
                void openSent(row.id)
              }}
            />
          ))}
        </Rows>
      </div>
    </Sheet>
  )
}
