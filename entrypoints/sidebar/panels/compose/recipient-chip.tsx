import { useState } from 'preact/hooks'
import { normaliseAddress, type Party } from '@/lib/domain/addresses.ts'
import { dateOf } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Menu } from '@/lib/extension/ui/menu.tsx'
import type { Field } from '../../load/compose/parties.ts'
import { readdress } from '../../load/compose/recipients.ts'
import { view } from '../../state.ts'
import { type CheckedRecipient, checked } from '../../state-compose.ts'

type Choice = CheckedRecipient['choices'][number]

/** A recipient: who, at which of their addresses (S-010), and what speaks against it. */
export function RecipientChip(props: { party: Party; field: Field; onRemove: () => void }) {
  const { address, name } = props.party
  const known = checked.value.get(address)
  const isBad = normaliseAddress(address) === undefined
  const why = whyNot(known)
  const text = plainName(name) || plainName(known?.record?.name ?? '') || address
  const refused = isBad || known?.suppressed != null
  const tone = refused ? 'chip chip-recipient chip-refused' : 'chip chip-recipient'
  return (
    <li class={why === undefined || refused ? tone : `${tone} chip-doubt`} data-testid="recipient">
      <span class="chip-face" title={why === undefined ? address : `${address}. ${why}`}>
        {refused ? <Icon name="octagon" /> : <Avatar name={text} address={address} />}
        {known !== undefined && known.choices.length > 1 ? (
          <Chooser text={text} address={address} choices={known.choices} field={props.field} />
        ) : (
          <bdi class="cut">{text}</bdi>
        )}
        {!refused && why !== undefined && <Icon name="warning" size={14} />}
        {why !== undefined && <span class="hidden">{why}</span>}
      </span>
      <button
        type="button"
        class="chip-remove"
        tabIndex={-1}
        aria-label={t('compose.remove', { address })}
        onClick={props.onRemove}
      >
        <Icon name="close" size={14} />
      </button>
    </li>
  )
}

function Chooser(props: { text: string; address: string; choices: readonly Choice[]; field: Field }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const chosen = props.choices.find((choice) => choice.address === props.address)
  return (
    <>
      <button
        type="button"
        class="chip-choose"
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        data-testid="address-chooser"
        onClick={(event) => setAt(event.currentTarget)}
      >
        <bdi class="cut">{props.text}</bdi>
        {chosen && <span class="chip-kind">{t(`compose.address.${chosen.kind}`)}</span>}
        <Icon name="down" size={14} />
      </button>
      {at && (
        <Menu
          at={at}
          from="start"
          label={t('compose.send_at', { name: props.text })}
          title
          onClose={() => setAt(undefined)}
          items={props.choices.map((choice) => ({
            id: `address-${choice.kind}`,
            label: choice.address,
            hint: choiceWords(choice),
            chosen: choice.address === props.address,
            run: () => readdress(props.field, props.address, choice.address),
          }))}
        />
      )}
    </>
  )
}

function choiceWords({ kind, note, at }: Choice): string {
  const word = t(`compose.address.${kind}`)
  if (note === 'none') return word
  const date = at === null ? '' : dateOf(Date.parse(at), view.value)
  return t(`compose.address.${note}`, { kind: word, date })
}

/** What speaks against a recipient, in a sentence. */
function whyNot(known: CheckedRecipient | undefined): string | undefined {
  if (known === undefined) return undefined
  if (known.suppressed !== null) {
    const date = dateOf(Date.parse(known.suppressed.since), view.value)
    return suppressedWords(known.suppressed.reason, date)
  }
  if (known.otherAccount !== '') return t('compose.other_account', { account: known.otherAccount })
  return undefined
}

/** Why the organisation does not mail an address. */
export function suppressedWords(reason: string, date: string): string {
  const reasons = ['invalid', 'blocked', 'soft', 'unsubscribed', 'complaint', 'manual'] as const
  const one = reasons.find((known) => known === reason)
  return t(`compose.suppressed.${one ?? 'manual'}`, { date })
}
