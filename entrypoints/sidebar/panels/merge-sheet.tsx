import { useEffect } from 'preact/hooks'
import { joined } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleInSentence } from '@/lib/extension/record-words.ts'
import { Combobox } from '@/lib/extension/ui/combobox.tsx'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { findToMerge, openMerge, readAlike } from '../load/workspace/merge.ts'
import { cards, modules, view } from '../state.ts'
import { alike } from '../state-data.ts'
import { moduleIcon } from './record-icons.ts'

/** With which record this one shall become one: those that look like it first, or any of the same module. */
export function MergeSheet({ recordId }: { recordId: string }) {
  const record = cards.value.get(recordId)?.record
  useEffect(() => void readAlike(recordId), [recordId])
  if (record === undefined) return null
  const found = alike.value?.recordId === recordId ? alike.value.matches : undefined
  const same = (found ?? []).filter((one) => one.record.module === record.module)
  return (
    <Sheet
      title={t('merge.with', { record: record.name })}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="merge-sheet"
    >
      <div class="pad pad-block stack">
        {same.length > 0 && (
          <section>
            <h2>{t('merge.alike')}</h2>
            <Rows label={t('merge.alike')}>
              {same.map(({ record: other, company, reasons }) => (
                <Row
                  key={other.id}
                  icon={moduleIcon(other.module)}
                  title={other.name}
                  below={
                    <span class="cut">
                      {joined(
                        [
                          company,
                          other.primaryAddress ?? undefined,
                          ...reasons.map((reason) => t(`duplicate.reason.${reason}`)),
                        ],
                        view.value.language,
                      )}
                    </span>
                  }
                  onOpen={() => openMerge(recordId, other.id)}
                  testid="alike-row"
                />
              ))}
            </Rows>
          </section>
        )}
        {found !== undefined && same.length === 0 && <p class="second">{t('merge.none_alike')}</p>}
        <div class="field">
          <span class="field-label">
            {t('merge.other', { module: moduleInSentence(record.module, modules.value) })}
          </span>
          <Combobox
            label={t('merge.other', { module: moduleInSentence(record.module, modules.value) })}
            chosen={undefined}
            find={(q) => findToMerge(record, q)}
            onChoose={(option) => option && openMerge(recordId, option.id)}
            placeholder={t('value.find')}
            autofocus
            testid="merge-find"
          />
        </div>
      </div>
    </Sheet>
  )
}
