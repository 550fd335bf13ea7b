import { useEffect, useState } from 'preact/hooks'
import type { ThreadStanding } from '@/lib/contract/messages.ts'
import { ago, joined, listOf, money } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { choiceName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { isTyping } from '@/lib/extension/ui/focus.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { dateWords } from '@/lib/extension/value-words.ts'
import { closeSheet } from '../../keys.ts'
import { askDealLater, chooseDeal } from '../../load/standing.ts'
import { busy, card, places, sheets, view } from '../../state.ts'
import { moduleOf } from '../../state-cards.ts'
import { mySharing } from '../../state-sharing.ts'
import { openStanding } from '../../state-standing.ts'
import './standing.css'

type Deal = ThreadStanding['deals'][number]
/** The last choice: none of them. */
const none = 'none'

/** 03 B: several open deals and no answer yet; the best guess first, with its reason. Number keys choose, Enter confirms. */
export function WhichDeal({ found, name }: { found: ThreadStanding; name: string }) {
  const n = found.deals.length
  const own = card.value?.deals.map((deal) => deal.id) ?? []
  const allTheirs = found.deals.every((one) => own.includes(one.record.id))
  return (
    <div class="pad pad-block stack" data-testid="which-deal">
      <div>
        <h1 class="question">{t('standing.deal.question')}</h1>
        <p class="second">
          {allTheirs ? t('standing.deal.text', { name, n }) : t('standing.deal.text_people', { n })}
        </p>
      </div>
      <Choice found={found} onLater={() => askDealLater(found.threadId)} />
    </div>
  )
}

/** The same, asked for by the person: another answer, or the one they put off. */
export function DealSheet() {
  const found = openStanding.value
  return (
    <Sheet
      title={t('standing.deal.question')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="deal-sheet"
    >
      <div class="pad pad-block stack">
        {found !== undefined && <Choice found={found} onLater={closeSheet} />}
      </div>
    </Sheet>
  )
}

function Choice({ found, onLater }: { found: ThreadStanding; onLater: () => void }) {
  const { deals } = found
  const ids = [...deals.map((deal) => deal.record.id), none]
  const before = found.question === 'none_of_these' ? none : found.chosenDealId
  const [picked, setPicked] = useState<string | undefined>(undefined)
  const current = ids.find((id) => id === (picked ?? before)) ?? ids[0] ?? none
  const inSheet = sheets.value.at(-1)?.kind === 'deal'
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return
      if (!inSheet && (sheets.value.length > 0 || places.value.length > 0)) return
      const id = /^[1-9]$/.test(event.key) ? ids[Number(event.key) - 1] : undefined
      if (id === undefined) return
      event.preventDefault()
      setPicked(id)
      document.querySelector<HTMLElement>(`[data-choice="${id}"]`)?.focus()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  })
  const deal = deals.find((one) => one.record.id === current)
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        if (inSheet) closeSheet()
        void chooseDeal(deal?.record.id ?? null)
      }}
    >
      <div class="record-choices" role="radiogroup" aria-label={t('standing.deal.question')}>
        {deals.map((one, index) => (
          <DealChoice
            key={one.record.id}
            deal={one}
            index={index}
            checked={one === deal}
            onChoose={() => setPicked(one.record.id)}
          />
        ))}
        <NoneChoice
          index={deals.length}
          count={deals.length}
          checked={deal === undefined}
          onChoose={() => setPicked(none)}
        />
      </div>
      <WhoElse deal={deal} />
      <div class="actions">
        <Button kind="filled" submit keys="↵" busy={busy.value.has('deal')} testid="use-deal">
          {deal === undefined ? t('standing.deal.use_none') : t('standing.deal.use')}
        </Button>
        <Button kind="text" onPress={onLater} testid="deal-later">
          {t('standing.deal.later')}
        </Button>
      </div>
    </form>
  )
}

function DealChoice(props: { deal: Deal; index: number; checked: boolean; onChoose: () => void }) {
  const { deal, index } = props
  return (
    <label class={props.checked ? 'record-choice record-chosen' : 'record-choice'} data-testid="deal-choice">
      <input
        type="radio"
        name="deal"
        checked={props.checked}
        data-choice={deal.record.id}
        {...(props.checked && { 'data-autofocus': '' })}
        onChange={props.onChoose}
      />
      <span class="record-choice-text">
        <span class="spread">
          <strong class="cut" dir="auto">
            {deal.record.name}
          </strong>
          {deal.amount !== '' && (
            <span class="number deal-amount">{money(deal.amount, deal.currency, view.value.language)}</span>
          )}
        </span>
        <span class="second" dir="auto">
          {detailOf(deal)}
        </span>
        {deal.why !== null && (
          <span class="second choice-why">
            <Icon name="info" size={14} />
            {t(`standing.deal.why.${deal.why}`)}
          </span>
        )}
      </span>
      <NumberKey index={index} />
    </label>
  )
}

function NoneChoice(props: { index: number; count: number; checked: boolean; onChoose: () => void }) {
  return (
    <label class={props.checked ? 'record-choice record-chosen' : 'record-choice'} data-testid="deal-none">
      <input
        type="radio"
        name="deal"
        checked={props.checked}
        data-choice={none}
        {...(props.checked && { 'data-autofocus': '' })}
        onChange={props.onChoose}
      />
      <span class="record-choice-text">
        <strong class="cut">{t('standing.deal.none')}</strong>
        <span class="second">{t('standing.deal.none_hint', { n: props.count })}</span>
      </span>
      <NumberKey index={props.index} />
    </label>
  )
}

function NumberKey({ index }: { index: number }) {
  return index < 9 ? (
    <span aria-hidden="true">
      <kbd>{index + 1}</kbd>
    </span>
  ) : null
}

/** "Negotiation, closes 30 Sep, last mail 4 months ago": enough to tell them apart. */
function detailOf(deal: Deal): string {
  const field = moduleOf('deals').fields.find((one) => one.key === 'stage')
  const closes = deal.closesOn === '' ? '' : t('card.closes', { date: dateWords(deal.closesOn, view.value) })
  const last =
    deal.lastMailAt === null
      ? ''
      : t('standing.deal.last_mail', { when: ago(Date.parse(deal.lastMailAt), view.value) })
  return joined(
    [field ? choiceName('deals', field, deal.stage) : deal.stage, closes, last],
    view.value.language,
  )
}

/** Who else the answer shows it to, before it is given. */
function WhoElse({ deal }: { deal: Deal | undefined }) {
  const names = deal?.alsoSeenBy.map((one) => t('standing.person', { name: one.name })) ?? []
  if (deal === undefined)
    return (
      <Note tone="neutral" icon="people">
        {t('standing.deal.on_all')}
      </Note>
    )
  return (
    <Note
      tone="neutral"
      icon="people"
      bold={t('standing.deal.on', { deal: deal.record.name })}
      testid="deal-who"
    >
      {names.length === 0
        ? nobodyElse(deal)
        : t('standing.deal.also', { names: listOf(names, view.value.language), rule: whyAlso(deal) })}
    </Note>
  )
}

/** The rule that keeps it so, where one alone does. */
function nobodyElse({ record }: Deal): string {
  const mode = mySharing.value.sharing?.mode
  if (mode === 'private') return t('standing.deal.nobody', { rule: t('sharing.who.none.private') })
  return mode === 'per_record'
    ? t('standing.deal.nobody', { rule: t('sharing.who.none.switch_off', { record: record.name }) })
    : t('standing.deal.nobody_plain')
}

function whyAlso({ record }: Deal): string {
  return mySharing.value.sharing?.mode === 'per_record'
    ? t('sharing.who.by_switch', { record: record.name })
    : t('standing.deal.rule')
}
