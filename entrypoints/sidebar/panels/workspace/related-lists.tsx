import { useState } from 'preact/hooks'
import type { RecordCard, RecordSummary } from '@/lib/contract/records.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { isDocumentModule, type ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName, modulesName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { RelatedList, Rows } from '@/lib/extension/ui/list.tsx'
import { Menu } from '@/lib/extension/ui/menu.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { startCreateFor } from '../../load/create.ts'
import { openRecord } from '../../load/records.ts'
import { whyNoRecords } from '../../load/rights.ts'
import { modules, view } from '../../state.ts'
import { makeable } from '../card-actions.tsx'
import { moduleIcon } from '../record-icons.ts'
import { Below, Worth } from '../related.tsx'

/** Deals, then the documents of a sale together, then what else belongs to the record. */
export function RelatedLists({ card }: { card: RecordCard }) {
  const order = [...modules.value.keys()]
  const lists = [...card.related].sort((a, b) => order.indexOf(a.module) - order.indexOf(b.module))
  const documents = lists.filter((one) => isDocumentModule(one.module))
  const others = lists.filter((one) => !isDocumentModule(one.module))
  const can = makeable(card.record.module)
  const makes = can.filter((module) => isDocumentModule(module))
  const total = documents.reduce((sum, one) => sum + one.total, 0)
  return (
    <>
      {others.map((one) => (
        <List
          key={one.module}
          card={card}
          title={modulesName(one.module, modules.value)}
          total={one.total}
          rows={one.rows}
          makes={can.filter((module) => module === one.module)}
          testid={`related-${one.module}`}
        />
      ))}
      {(total > 0 || makes.length > 0) && (
        <List
          card={card}
          title={t('record.documents')}
          total={total}
          rows={documents.flatMap((one) => one.rows)}
          makes={makes}
          testid="related-documents"
        />
      )}
    </>
  )
}

function List(props: {
  card: RecordCard
  title: string
  total: number
  rows: readonly RecordSummary[]
  makes: readonly ModuleKey[]
  testid: string
}) {
  const { rows, total, makes, title, card } = props
  return (
    <RelatedList
      title={title}
      count={plainNumber(total, view.value.language)}
      testid={props.testid}
      tools={makes.length > 0 && <New card={card} makes={makes} />}
    >
      {rows.length === 0 ? (
        <p class="quiet">{t('record.no_documents')}</p>
      ) : (
        <Rows label={title}>
          {rows.map((one, index) => (
            <Row
              key={one.id}
              first={index === 0}
              icon={moduleIcon(one.module)}
              title={one.name}
              aside={<Worth record={one} />}
              below={<Below record={one} />}
              testid="related-row"
              onOpen={() => openRecord(one.id)}
            />
          ))}
        </Rows>
      )}
      {total > rows.length && <p class="quiet small">{t('record.more', { n: total - rows.length })}</p>}
    </RelatedList>
  )
}

/** One kind begins at once, several are asked. */
function New({ card, makes }: { card: RecordCard; makes: readonly ModuleKey[] }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const [only] = makes
  return (
    <>
      <Button
        kind="text"
        small
        icon="plus"
        off={whyNoRecords()}
        onPress={() => {
          if (makes.length === 1 && only !== undefined) startCreateFor(only, card)
          else setAt(document.activeElement as HTMLElement)
        }}
        testid={`new-${makes.length === 1 ? only : 'document'}`}
      >
        {t('table.new')}
      </Button>
      {at && (
        <Menu
          at={at}
          label={t('table.new')}
          onClose={() => setAt(undefined)}
          items={makes.map((module) => ({
            id: `new-${module}`,
            icon: moduleIcon(module),
            label: moduleName(module, modules.value),
            run: () => startCreateFor(module, card),
          }))}
        />
      )}
    </>
  )
}
