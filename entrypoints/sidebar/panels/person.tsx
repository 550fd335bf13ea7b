import { displayName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { card, facts, freshness, offline, type Person, page, people, person, picked } from '../state.ts'
import { asksForDeal } from '../state-standing.ts'
import { InThisMail } from './attachments.tsx'
import { CardDrafts } from './compose/waits-line.tsx'
import { AnswerLine } from './compose/ways.tsx'
import { FirstStep } from './first-step.tsx'
import { RecordBody } from './record.tsx'
import { PutOff, Several } from './several.tsx'
import { WhichDeal } from './standing/which-deal.tsx'
import { Hidden, Unknown } from './unknown.tsx'

/** What is known of the open person, whatever that is. */
export function PersonPanel() {
  const one = person.value
  const found = card.value
  const asked = asksForDeal.value
  const waiting = one === undefined ? freshness.value.checking : one.kind === 'pending' && !isUnheard()
  const bones = useSkeleton(waiting)
  return (
    <main class="frame-body" tabIndex={-1} data-testid="person-panel">
      {(one === undefined || bones) && <h1 class="hidden">Inlay</h1>}
      <FirstStep />
      <div id="card" role="tabpanel" aria-label={one && displayName(one.name, one.address)}>
        {bones ? (
          <Bones />
        ) : asked !== undefined && one !== undefined ? (
          <WhichDeal key={asked.threadId} found={asked} name={displayName(one.name, one.address)} />
        ) : found !== undefined && one !== undefined ? (
          <>
            <RecordBody card={found} person={one} />
            <Hidden count={one.hidden} />
          </>
        ) : one === undefined ? (
          !waiting && !isUnheard() && <Nobody />
        ) : (
          <Unlinked person={one} />
        )}
      </div>
      {isPartlyRead() && (
        <p class="pad pad-block quiet" data-testid="some-malformed">
          {t('linked.some_malformed')}
        </p>
      )}
    </main>
  )
}

/** The mail names people in a way that nobody can read, and no tab stands for them. */
function isPartlyRead(): boolean {
  const unread = facts.value?.malformed ?? 0
  return unread > 0 && !people.value.some((one) => one.kind === 'malformed')
}

/** The server says nothing for now, so nothing better is to be expected. */
function isUnheard(): boolean {
  return offline.value || freshness.value.problem !== undefined
}

function Unlinked({ person: one }: { person: Person }) {
  switch (one.kind) {
    case 'known':
    case 'several':
      if (one.cardIds.length < 2) return null
      return picked.value[one.address] === 'later' ? (
        <>
          <PersonHead person={one} />
          <PutOff person={one} />
          <InThisMail />
        </>
      ) : (
        <Several key={one.address} person={one} />
      )
    case 'unknown':
      return (
        <>
          <PersonHead person={one} />
          <Unknown person={one} />
          <AnswerLine />
          <CardDrafts card={undefined} person={one} />
          <InThisMail />
        </>
      )
    case 'pending':
      return isUnheard() ? <Plain person={one} text={t('linked.pending')} /> : null
    case 'me':
      return <Plain person={one} text={t('setup.idle.nobody')} />
    default:
      return <Plain person={one} text={t(`linked.${one.kind}`)} />
  }
}

/** Who it is by the mail alone, and why there is no more. */
function Plain({ person: one, text }: { person: Person; text: string }) {
  return (
    <>
      <PersonHead person={one} />
      <p class="pad second end-pad" data-testid={`person-${one.kind}`}>
        {text}
      </p>
      <AnswerLine />
      <CardDrafts card={undefined} person={one} />
      <InThisMail />
    </>
  )
}

/** Nobody to show: no mail is open, or nobody else is in it. */
function Nobody() {
  const open = page.value?.thread !== undefined
  const title = open ? t('setup.idle.nobody') : t('setup.idle.title')
  const text = people.value.length === 0 && open ? '' : t('setup.idle.text')
  return (
    <div class="pad-block">
      <Empty title={title} text={open ? '' : text} testid="idle" />
    </div>
  )
}

/** Name and address as the mail has them. */
function PersonHead({ person: one }: { person: Person }) {
  const name = displayName(one.name, one.address)
  return (
    <div class="card-head">
      <Avatar name={name} address={one.address} large unknown={one.kind === 'unknown'} />
      <div class="card-names">
        <h1 class="cut" dir="auto">
          {name}
        </h1>
        <p class="cut second">
          <bdi>{one.address}</bdi>
        </p>
      </div>
    </div>
  )
}

/** The boxes of a card, where its parts will stand. */
function Bones() {
  return (
    <div aria-hidden="true" data-testid="skeleton">
      <div class="card-head">
        <Bone width="42px" height="42px" round />
        <div class="card-names stack-small">
          <Bone width="60%" height="14px" />
          <Bone width="80%" height="12px" />
        </div>
      </div>
      <div class="pad actions bones">
        <Bone width="86px" height="32px" />
        <Bone width="78px" height="32px" />
        <Bone width="78px" height="32px" />
      </div>
      <div class="pad stack bones">
        <Bone width="90%" height="12px" />
        <Bone width="70%" height="12px" />
      </div>
      <div class="section stack">
        <Bone width="64px" height="14px" />
        <Bone width="82%" height="12px" />
        <Bone width="46%" height="12px" />
      </div>
    </div>
  )
}
