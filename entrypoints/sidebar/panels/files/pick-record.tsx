import { useId } from 'preact/hooks'
import { ago } from '@/lib/domain/format.ts'
import { displayName, plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { openRecordShelf, readRecordShelf } from '../../load/files/pick.ts'
import { recordsNear } from '../../load/files/related.ts'
import { problemSentence } from '../../load/words.ts'
import { modules, view } from '../../state.ts'
import { recordShelf } from '../../state-files.ts'
import { Choice } from './pick-parts.tsx'

/** What is filed on the record the mail is about, or on one it belongs with (S-045, S-046). */
export function PickRecord() {
  const shelf = recordShelf.value
  const id = useId()
  const near = recordsNear()
  if (shelf === undefined) return null
  const name = near.find((one) => one.id === shelf.recordId)?.name ?? ''
  return (
    <>
      {near.length > 1 && (
        <div class="field">
          <div class="field-head">
            <label for={id}>{t('pick.of')}</label>
          </div>
          <select
            id={id}
            class="input"
            data-autofocus
            data-testid="pick-record"
            value={shelf.recordId}
            onChange={(event) => openRecordShelf(event.currentTarget.value)}
          >
            {near.map((one) => (
              <option key={one.id} value={one.id}>
                {`${plainName(one.name)} · ${moduleName(one.module, modules.value)}`}
              </option>
            ))}
          </select>
        </div>
      )}
      {shelf.problem && <Note tone="warn">{problemSentence(shelf.problem)}</Note>}
      {shelf.total === 0 && (
        <Empty
          title={t('pick.no_record_files')}
          text={t('pick.no_record_files_text', { record: plainName(name) })}
          testid="pick-none"
        />
      )}
      <Rows label={t('list.attachments')}>
        {shelf.rows.map((row, index) => (
          <Choice
            key={row.id}
            input={{ source: 'record', attachmentId: row.id }}
            name={row.name}
            mimeType={row.mimeType}
            size={row.size}
            first={index === 0}
            below={
              <span class="cut" dir="auto">
                {row.deal === null
                  ? t('files.meta', {
                      from: displayName(row.from, row.from),
                      by: plainName(row.filedBy),
                      when: ago(Date.parse(row.filedAt), view.value),
                    })
                  : t('files.on_deal', { deal: plainName(row.deal.name) })}
              </span>
            }
          />
        ))}
      </Rows>
      {shelf.nextCursor !== undefined && (
        <Button kind="text" busy={shelf.loading} onPress={() => void readRecordShelf()} testid="pick-more">
          {t('list.more')}
        </Button>
      )}
    </>
  )
}
