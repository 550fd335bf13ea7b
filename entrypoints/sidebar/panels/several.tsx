import { useEffect, useState } from 'preact/hooks'
import type { RecordCard } from '@/lib/contract/records.ts'
import { joined } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { isTyping } from '@/lib/extension/ui/focus.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { startCreate } from '../load/create.ts'
import { type Guess, rankCards } from '../load/guess.ts'
import { askAgain, askLater, pickRecord } from '../load/records.ts'
import { cards, me, modules, type Person, page, places, sheets, view } from '../state.ts'

/** 03 A: one address, several records: the best guess first, with its reason. Number keys choose, Enter confirms. */
export function Several({ person: one }: { person: Person }) {
  const found = one.cardIds.flatMap((id) => cards.value.get(id) ?? [])
  const ranked = rankCards(found, one, page.value?.thread?.signatureText ?? '', me.value?.user.id)
  const [chosen, setChosen] = useState<string | undefined>(undefined)
  const [keep, setKeep] = useState(true)
  const current = ranked.find(({ card }) => card.record.id === (chosen ?? one.pickedId)) ?? ranked[0]
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return
      if (sheets.value.length > 0 || places.value.length > 0) return
      const numbered = /^[1-9]$/.test(event.key) ? ranked[Number(event.key) - 1] : undefined
      if (numbered === undefined) return
      event.preventDefault()
      setChosen(numbered.card.record.id)
      document.querySelector<HTMLElement>(`[data-choice="${numbered.card.record.id}"]`)?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
  if (current === undefined) return null
  const { record } = current.card
  return (
    <form
      class="pad pad-block stack"
      data-testid="several"
      onSubmit={(event) => {
        event.preventDefault()
        void pickRecord(one.address, record.id, keep)
      }}
    >
      <div>
        <h1 class="question">{t('several.question')}</h1>
        <p class="second">{t('several.on', { n: one.cardIds.length })}</p>
      </div>
      <div class="record-choices" role="radiogroup" aria-label={t('several.question')}>
        {ranked.map((guess, index) => (
          <ChoiceCard
            key={guess.card.record.id}
            guess={guess}
            index={index}
            checked={guess === current}
            onChoose={() => setChosen(guess.card.record.id)}
          />
        ))}
      </div>
      <span class="several-none">
        <Button kind="text" small onPress={() => startCreate('leads', one)} testid="several-none">
          {t('several.none')}
        </Button>
      </span>
      <label class="check-line">
        <input
          type="checkbox"
          checked={keep}
          data-testid="several-keep"
          onChange={(event) => setKeep(event.currentTarget.checked)}
        />
        {t('several.keep')}
      </label>
      <div class="actions">
        <Button kind="filled" submit keys="↵" testid="several-use">
          <span class="cut use-name">{t('several.use', { name: record.name })}</span>
        </Button>
        <Button kind="text" onPress={() => askLater(one.address)} testid="several-later">
          {t('several.later')}
        </Button>
      </div>
    </form>
  )
}

function ChoiceCard(props: { guess: Guess; index: number; checked: boolean; onChoose: () => void }) {
  const { guess, index } = props
  const { record } = guess.card
  return (
    <label class={props.checked ? 'record-choice record-chosen' : 'record-choice'} data-testid="several-row">
      <input
        type="radio"
        name="record"
        checked={props.checked}
        data-choice={record.id}
        onChange={props.onChoose}
      />
      <span class="record-choice-text">
        <strong class="cut" dir="auto">
          {record.name}
        </strong>
        <span class="second" dir="auto">
          {detailOf(guess.card)}
        </span>
        {guess.why !== undefined && (
          <span class="second choice-why">
            <Icon name="info" size={14} />
            {guess.why === 'signed'
              ? t('several.why.signed', { name: guess.name })
              : t(`several.why.${guess.why}`)}
          </span>
        )}
      </span>
      {index < 9 && (
        <span aria-hidden="true">
          <kbd>{index + 1}</kbd>
        </span>
      )}
    </label>
  )
}

/** "Contact, Kanda Koki, owner you": enough to tell them apart. */
function detailOf({ record, company }: RecordCard): string {
  const mine = record.owner.id === me.value?.user.id
  const owner = mine ? t('several.owner_you') : t('several.owner', { name: record.owner.name })
  return joined([moduleName(record.module, modules.value), company, owner], view.value.language)
}

/** After "Ask later": a quiet line, never a question that comes by itself. */
export function PutOff({ person: one }: { person: Person }) {
  return (
    <div class="pad end-pad spread" data-testid="put-off">
      <p class="second">{t('several.put_off', { n: one.cardIds.length })}</p>
      <Button kind="text" small onPress={() => askAgain(one.address)} testid="several-choose">
        {t('several.choose')}
      </Button>
    </div>
  )
}
