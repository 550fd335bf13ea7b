import { useState } from 'preact/hooks'
import type { RecordCard } from '@/lib/contract/records.ts'
import { documentModules, type ModuleKey } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleInSentence } from '@/lib/extension/record-words.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Menu, type MenuItem } from '@/lib/extension/ui/menu.tsx'
import { composeTo } from '../load/compose/begin.ts'
import { startConversion } from '../load/convert.ts'
import { startCreateFor } from '../load/create.ts'
import { openHistory } from '../load/history.ts'
import { startJotting } from '../load/jottings.ts'
import { askAgain, binRecord } from '../load/records.ts'
import { whyNoRecords, whyReadOnly } from '../load/rights.ts'
import { whyNoMail } from '../load/words.ts'
import { startMerge } from '../load/workspace/merge.ts'
import { goToRecord } from '../load/workspace/place.ts'
import { cards, modules, type Person } from '../state.ts'
import { moduleOf } from '../state-cards.ts'
import { route } from '../state-workspace.ts'
import { AnswerLine } from './compose/ways.tsx'
import { moduleIcon } from './record-icons.ts'

/** Email, Task, Note, and the rest behind ⋯. */
export function CardActions({ card, person }: { card: RecordCard; person: Person | undefined }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const { record } = card
  const { reach } = moduleOf(record.module)
  const canMail = reach === 'address' || (reach === 'contact' && record.mainContactId !== null)
  const never = whyNoRecords()
  return (
    <>
      <div class="pad actions card-actions">
        {canMail && (
          <Button
            kind="soft"
            icon="mail"
            off={whyNoMail()}
            onPress={() => void composeTo(person, writableCard(card))}
            testid="email"
          >
            {t('card.email')}
          </Button>
        )}
        <Button
          kind="neutral"
          icon="task"
          off={never}
          onPress={() => startJotting('todo', record.id)}
          testid="task"
        >
          {t('card.task')}
        </Button>
        <Button
          kind="neutral"
          icon="note"
          off={never}
          onPress={() => startJotting('note', record.id)}
          testid="note"
        >
          {t('card.note')}
        </Button>
        <span class="end">
          <IconButton
            icon="more"
            label={t('common.more')}
            expanded={at !== undefined}
            onPress={setAt}
            testid="card-more"
          />
        </span>
        {at && (
          <Menu
            at={at}
            label={t('common.more')}
            onClose={() => setAt(undefined)}
            items={itemsOf(card, person)}
          />
        )}
      </div>
      {person !== undefined && <AnswerLine />}
    </>
  )
}

/** A deal or document is written to through its contact. */
function writableCard(card: RecordCard): RecordCard {
  const { module, mainContactId } = card.record
  const contact = moduleOf(module).reach === 'contact' ? mainContactId : null
  return (contact ? cards.value.get(contact) : undefined) ?? card
}

/** What can be made for a record of a module. */
export function makeable(module: ModuleKey): readonly ModuleKey[] {
  if (module === 'contacts') return ['deals', ...documentModules]
  if (module === 'accounts') return ['contacts', 'deals', ...documentModules]
  return module === 'deals' ? documentModules : []
}

function itemsOf(card: RecordCard, person: Person | undefined): MenuItem[] {
  const { record } = card
  const mayWrite = whyNoRecords() === undefined
  const mayChange = whyReadOnly(record) === undefined
  const convertible = record.module === 'leads' && mayChange && record.fields['status'] !== 'converted'
  return [
    ...(convertible
      ? [
          {
            id: 'convert',
            icon: 'swap' as const,
            label: t('card.convert'),
            run: () => void startConversion(record.id),
          },
        ]
      : []),
    ...(mayWrite ? makeable(record.module) : []).map((module) => ({
      id: `new-${module === 'deals' ? 'deal' : module}`,
      icon: moduleIcon(module),
      label: t('card.new', { module: moduleInSentence(module, modules.value) }),
      run: () => startCreateFor(module, card),
    })),
    ...(person !== undefined && person.cardIds.length > 1
      ? [
          {
            id: 'another',
            icon: 'people' as const,
            label: t('card.another'),
            run: () => askAgain(person.address),
          },
        ]
      : []),
    ...(route.value === undefined
      ? [
          {
            id: 'wide',
            icon: 'widen' as const,
            label: t('card.wide'),
            run: () => goToRecord(record.id),
          },
        ]
      : []),
    { id: 'history', icon: 'history', label: t('card.history'), run: () => openHistory(record.id) },
    ...(mayChange
      ? [
          {
            id: 'merge',
            icon: 'people' as const,
            label: t('card.merge'),
            run: () => startMerge(record.id),
          },
          {
            id: 'delete',
            icon: 'trash' as const,
            label: t('card.delete'),
            danger: true,
            run: () => void binRecord(record.id),
          },
        ]
      : []),
  ]
}
