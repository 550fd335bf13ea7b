import { joined } from '@/lib/domain/format.ts'
import { displayName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { pickRecord, refreshCard, signatureOf, startCreate } from '../load/records.ts'
import { card, cards, facts, freshness, offline, type Person, page, people, person, view } from '../state.ts'
import { InThisMail } from './attachments.tsx'
import { FirstStep } from './first-step.tsx'
import { RecordBody } from './record.tsx'

/** What is known of the open person, whatever that is. */
export function PersonPanel() {
  const one = person.value
  const found = card.value
  const waiting = one === undefined ? freshness.value.checking : one.kind === 'pending' && !isUnheard()
  const bones = useSkeleton(waiting)
  return (
    <main class="frame-body" tabIndex={-1} data-testid="person-panel">
      {(one === undefined || bones) && <h1 class="hidden">Inlay</h1>}
      <FirstStep />
      <div id="card" role="tabpanel" aria-label={one && displayName(one.name, one.address)}>
        {bones ? (
          <Bones />
        ) : found !== undefined && one !== undefined ? (
          <RecordBody card={found} person={one} />
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
      return one.cardIds.length > 1 ? <Several person={one} /> : null
    case 'unknown':
      return <Unknown person={one} />
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
      <Head person={one} />
      <p class="pad second end-pad" data-testid={`person-${one.kind}`}>
        {text}
      </p>
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

function Head({ person: one }: { person: Person }) {
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

/** 02 A: one primary action, and what the mail itself says, read in this browser. */
function Unknown({ person: one }: { person: Person }) {
  const read = signatureOf(one)
  const lines: [IconName, string | undefined][] = [
    ['deal', read.title],
    ['building', read.company],
    ['phone', read.phone],
  ]
  const found = lines.flatMap(([icon, text]) => (text === undefined ? [] : [[icon, text] as const]))
  return (
    <>
      <Head person={one} />
      <div class="pad stack end-pad" data-testid="unknown">
        <p class="second">
          {found.length === 0 ? t('unknown.text') : t('unknown.text_signature', { n: found.length })}
        </p>
        <div class="actions">
          <Button
            kind="filled"
            icon="add"
            keys="C"
            onPress={() => startCreate('leads', one)}
            testid="create-lead"
          >
            {t('unknown.create_lead')}
          </Button>
          <Button kind="neutral" onPress={() => startCreate('contacts', one)} testid="create-contact">
            {t('unknown.create_contact')}
          </Button>
        </div>
        {found.length > 0 && (
          <div class="read">
            <p class="spread quiet">
              <span>{t('unknown.read_from')}</span>
              <span>{t('unknown.in_browser')}</span>
            </p>
            <ul>
              {found.map(([icon, text]) => (
                <li key={icon}>
                  <Icon name={icon} />
                  <bdi>{text}</bdi>
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
      <InThisMail />
    </>
  )
}

/** An address that stands on several records: one question, the answer is kept while the panel stands. */
function Several({ person: one }: { person: Person }) {
  const found = one.cardIds.flatMap((id) => cards.value.get(id)?.record ?? [])
  return (
    <>
      <Head person={one} />
      <div class="pad" data-testid="several">
        <h2>{t('several.title')}</h2>
        <p class="second">{t('several.text', { address: one.address, n: one.cardIds.length })}</p>
        <Rows label={t('several.title')}>
          {found.map((record, index) => (
            <Row
              key={record.id}
              icon="person"
              first={index === 0}
              title={record.name}
              aside={moduleName(record.module)}
              below={joined([record.fields['company'], record.owner.name], view.value.language)}
              testid="several-row"
              onOpen={() => {
                pickRecord(one.address, record.id)
                void refreshCard(record.id)
              }}
            />
          ))}
        </Rows>
      </div>
    </>
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
