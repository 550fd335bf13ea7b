import { useState } from 'preact/hooks'
import type { EmailRow } from '@/lib/contract/emails.ts'
import type { Send } from '@/lib/contract/sends.ts'
import type { Party } from '@/lib/domain/addresses.ts'
import { dateTimeOf, dayDistance, placeOf, timeOf, whenFull } from '@/lib/domain/format.ts'
import { displayName } from '@/lib/domain/people.ts'
import { isZone, localAt } from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { cards, view } from '../state.ts'
import { Receipt, stepWords } from './files/receipt.tsx'

const stepIcons: Record<Send['steps'][number]['step'], IconName> = {
  created: 'pencil',
  submitted: 'plane',
  edited: 'pencil',
  moved: 'clock',
  claimed: 'history',
  draft_created: 'file',
  draft_found: 'file',
  handed_over: 'plane',
  accepted: 'check',
  seen_in_sent: 'checks',
  uncertain: 'warning',
  refused: 'octagon',
  returned: 'turn',
  held: 'pause',
  failed: 'alert',
  cancelled: 'slash',
  restored: 'turn',
  overruled: 'warning',
  undone: 'turn',
  dropped: 'slash',
  built: 'file',
  waits: 'hourglass',
  resumed: 'clock',
}
/** So many recipients stand there at once; a mail to a list has hundreds. */
const atOnce = 6

type Recipient = Party & { as?: 'cc' | 'bcc' }

/** All recipients of a mail, each with the line it stands in unless that is To. */
export function marked(mail: Record<'to' | 'cc' | 'bcc', readonly Party[]>): Recipient[] {
  return [
    ...mail.to,
    ...mail.cc.map((party) => ({ ...party, as: 'cc' as const })),
    ...mail.bcc.map((party) => ({ ...party, as: 'bcc' as const })),
  ]
}

/** Whom a mail goes to; who wrote it first, when that is not obvious. */
export function Recipients({ parties, from }: { parties: readonly Recipient[]; from?: Party | undefined }) {
  const [whole, setWhole] = useState(false)
  const shown = whole || parties.length <= atOnce + 1 ? parties : parties.slice(0, atOnce)
  return (
    <div data-testid="recipients">
      {from && (
        <>
          <h2>{t('emails.sender')}</h2>
          <ul class="plain">
            <PartyLine party={from} />
          </ul>
        </>
      )}
      <h2>{t('mail.recipients')}</h2>
      <ul class="plain">
        {shown.map((party, index) => (
          <PartyLine key={`${party.address} ${index}`} party={party} />
        ))}
      </ul>
      {shown.length < parties.length && (
        <Button kind="text" small onPress={() => setWhole(true)} testid="all-recipients">
          {t('emails.more_recipients', { n: parties.length - shown.length })}
        </Button>
      )}
    </div>
  )
}

function PartyLine({ party }: { party: Recipient }) {
  const name = displayName(party.name, party.address)
  return (
    <li>
      <bdi>{name}</bdi>{' '}
      <span class="quiet">
        <bdi>{party.address}</bdi>
      </span>
      {party.as !== undefined && <span class="quiet small"> {t(`compose.${party.as}`)}</span>}
    </li>
  )
}

/** Both clocks of a mail that waits. */
export function Clocks({ row, recordId }: { row: EmailRow; recordId: string | undefined }) {
  const at = Date.parse(row.at)
  const record = recordId === undefined ? undefined : cards.value.get(recordId)?.record
  const zone = record?.fields['zone'] || row.send?.zone || ''
  const { zone: mine, language } = view.value
  const differs = zone !== '' && isZone(zone) && localAt(at, zone) !== localAt(at, mine)
  return (
    <dl class="clocks" data-testid="clocks">
      {differs && (
        <div>
          <dt>{placeOf(zone, language)}</dt>
          <dd class="number">{whenFull(at, { ...view.value, zone })}</dd>
        </div>
      )}
      <div>
        <dt>{t('schedule.you', { place: placeOf(mine, language) })}</dt>
        <dd class="number">{whenFull(at, view.value)}</dd>
      </div>
    </dl>
  )
}

export function Claimed({ row }: { row: EmailRow }) {
  const at = row.send?.claimedAt
  return (
    <Note tone="info" bold={t('mail.claimed')}>
      {at && t('mail.claimed_at', { time: timeOf(Date.parse(at), view.value.zone) })}
    </Note>
  )
}

/** Every step of a mail of ours on its way. */
export function Steps({ send }: { send: Send }) {
  return (
    <section class="section pad-block" data-testid="steps">
      <h2>{t('mail.what_happened')}</h2>
      <ol class="steps">
        {send.steps.map((step, index) => (
          <li key={index} data-testid={`step-${step.step}`}>
            <Icon name={stepIcons[step.step]} />
            <span>
              {stepWords(step, send)}
              {idSteps.has(step.step) && step.detail !== '' && <code class="step-id">{step.detail}</code>}
            </span>
            <span class="quiet number">{stepTime(step.at)}</span>
          </li>
        ))}
      </ol>
      <Receipt send={send} />
    </section>
  )
}

/** Steps whose detail is the number Gmail gave it. */
const idSteps: ReadonlySet<string> = new Set(['draft_created', 'draft_found', 'accepted', 'seen_in_sent'])

/** To the second, as steps of one send follow each other closely; with its day unless that is today. */
function stepTime(at: string): string {
  const when = Date.parse(at)
  const seconds = String(new Date(at).getSeconds()).padStart(2, '0')
  const clock =
    dayDistance(when, view.value) === 0 ? timeOf(when, view.value.zone) : dateTimeOf(when, view.value)
  return `${clock}:${seconds}`
}
