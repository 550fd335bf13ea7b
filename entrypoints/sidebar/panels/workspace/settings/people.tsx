import { useState } from 'preact/hooks'
import type { Role } from '@/lib/contract/identity.ts'
import type { PeopleAnswer } from '@/lib/contract/people.ts'
import { ago, dateOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { FieldError, TextField } from '@/lib/extension/ui/field.tsx'
import { Menu } from '@/lib/extension/ui/menu.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { SelectField } from '@/lib/extension/ui/select.tsx'
import {
  invitePerson,
  setJoinDomains,
  transferRecords,
  updatePerson,
  withdrawInvitation,
} from '../../../load/workspace/settings.ts'
import { busy, me, view } from '../../../state.ts'
import { joinDomains, team } from '../../../state-settings.ts'
import { Block, Heads, isAdmin, refusalOf, Saved } from './parts.tsx'

type Person = PeopleAnswer['people'][number]

const roles: readonly Role[] = ['admin', 'rep', 'viewer']
const roleOptions = () => roles.map((value) => ({ value, label: t(`role.${value}`) }))

/** Who is here, what they may do, and who may join. */
export function PeoplePlace() {
  const known = team.value
  return (
    <div class="settings stack" data-testid="settings-people">
      <Heads />
      {known !== undefined && (
        <>
          {isAdmin() && <Invite />}
          <Block title={t('settings.people')} text={t('settings.people_text')}>
            <PeopleTable people={known.people} />
          </Block>
          {isAdmin() && known.invitations.length > 0 && <Invitations answer={known} />}
          {isAdmin() && joinDomains.value !== undefined && (
            <JoinDomains key={joinDomains.value.join()} domains={joinDomains.value} />
          )}
        </>
      )}
    </div>
  )
}

function Invite() {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('rep')
  const send = async () => {
    if (await invitePerson(email.trim(), role)) setEmail('')
  }
  return (
    <Block title={t('settings.invite')} text={t('settings.invite_text')}>
      <form
        class="line-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <TextField
          label={t('field.primaryAddress')}
          type="email"
          value={email}
          error={refusalOf('invite')}
          onInput={setEmail}
          testid="invite-email"
        />
        <SelectField
          label={t('settings.role')}
          value={role}
          options={roleOptions()}
          onChange={setRole}
          testid="invite-role"
        />
        <Button
          kind="filled"
          submit
          busy={busy.value.has('settings:invite')}
          off={email.trim() === '' ? t('settings.invite_empty') : undefined}
          testid="invite-send"
        >
          {t('settings.invite_action')}
        </Button>
        <Saved name="invite" />
      </form>
    </Block>
  )
}

function PeopleTable({ people }: { people: readonly Person[] }) {
  return (
    <table class="settings-table" data-testid="people-table">
      <thead>
        <tr>
          <th scope="col">{t('field.name')}</th>
          <th scope="col">{t('settings.role')}</th>
          {isAdmin() && (
            <>
              <th scope="col" class="number">
                {t('settings.records')}
              </th>
              <th scope="col">{t('settings.last_seen')}</th>
              <th scope="col">
                <span class="hidden">{t('common.more')}</span>
              </th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {people.map((person) => (
          <PersonRow key={person.id} person={person} />
        ))}
      </tbody>
    </table>
  )
}

function PersonRow({ person }: { person: Person }) {
  const isGone = person.status === 'deactivated'
  const name = `person:${person.id}`
  const off = isAdmin() && !isGone ? undefined : isGone ? t('settings.deactivated') : t('error.not_admin')
  return (
    <tr class={isGone ? 'gone' : undefined} data-testid="person-row" data-person={person.email}>
      <td>
        <div class="who">
          <Avatar name={person.name} address={person.email} />
          <div>
            <div class="cut" dir="auto">
              {person.name}
              {person.id === me.value?.user.id && <span class="quiet"> · {t('settings.you')}</span>}
            </div>
            <div class="cut quiet small">
              {person.email}
              {isGone && person.deactivatedAt !== null && (
                <>
                  {' '}
                  ·{' '}
                  {t('settings.deactivated_on', {
                    date: dateOf(Date.parse(person.deactivatedAt), view.value),
                  })}
                </>
              )}
            </div>
          </div>
        </div>
      </td>
      <td>
        <SelectField
          name={t('settings.role_of', { name: person.name })}
          value={person.role}
          options={roleOptions()}
          off={off}
          error={refusalOf(name)}
          onChange={(role) => void updatePerson(person.id, { role })}
          testid="person-role"
        />
      </td>
      {isAdmin() && (
        <>
          <td class="number">{person.records}</td>
          <td class="quiet">
            {person.lastSeenAt === null
              ? t('settings.never')
              : ago(Date.parse(person.lastSeenAt), view.value)}
          </td>
          <td class="tools">
            <Saved name={name} />
            <PersonMenu person={person} />
          </td>
        </>
      )}
    </tr>
  )
}

function PersonMenu({ person }: { person: Person }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const [asking, setAsking] = useState<'transfer' | 'deactivate' | undefined>(undefined)
  const isActive = person.status === 'active'
  return (
    <>
      <IconButton
        icon="more"
        label={t('settings.more_of', { name: person.name })}
        expanded={at !== undefined}
        onPress={setAt}
        testid="person-more"
      />
      {at && (
        <Menu
          at={at}
          label={t('common.more')}
          onClose={() => setAt(undefined)}
          items={[
            {
              id: 'transfer',
              icon: 'person',
              label: t('settings.transfer'),
              run: () => setAsking('transfer'),
            },
            isActive
              ? {
                  id: 'deactivate',
                  icon: 'slash',
                  label: t('settings.deactivate'),
                  run: () => setAsking('deactivate'),
                }
              : {
                  id: 'reactivate',
                  icon: 'refresh',
                  label: t('settings.reactivate'),
                  run: () => void updatePerson(person.id, { status: 'active' }),
                },
          ]}
        />
      )}
      {asking === 'transfer' && <Transfer person={person} onEnd={() => setAsking(undefined)} />}
      {asking === 'deactivate' && <Deactivate person={person} onEnd={() => setAsking(undefined)} />}
    </>
  )
}

function Transfer({ person, onEnd }: { person: Person; onEnd: () => void }) {
  const others = (team.value?.people ?? []).filter((one) => one.id !== person.id && one.status === 'active')
  const [toId, setToId] = useState(others[0]?.id ?? '')
  return (
    <div class="stack-small transfer" data-testid="transfer">
      <SelectField
        label={t('settings.transfer_to', { n: person.records ?? 0, name: person.name })}
        value={toId}
        options={others.map((one) => ({ value: one.id, label: one.name }))}
        onChange={setToId}
        testid="transfer-to"
      />
      <div class="actions">
        <Button
          kind="filled"
          small
          testid="transfer-start"
          onPress={async () => {
            if (await transferRecords(person.id, toId)) onEnd()
          }}
        >
          {t('settings.transfer_action')}
        </Button>
        <Button kind="text" small onPress={onEnd}>
          {t('common.cancel')}
        </Button>
      </div>
    </div>
  )
}

function Deactivate({ person, onEnd }: { person: Person; onEnd: () => void }) {
  return (
    <Note
      tone="warn"
      bold={t('settings.deactivate_question', { name: person.name })}
      testid="deactivate"
      actions={
        <>
          <Button
            kind="filled"
            small
            testid="deactivate-start"
            onPress={async () => {
              if (await updatePerson(person.id, { status: 'deactivated' })) onEnd()
            }}
          >
            {t('settings.deactivate')}
          </Button>
          <Button kind="text" small onPress={onEnd}>
            {t('common.cancel')}
          </Button>
        </>
      }
    >
      {t('settings.deactivate_text')}
    </Note>
  )
}

function Invitations({ answer }: { answer: PeopleAnswer }) {
  return (
    <Block title={t('settings.invitations')}>
      <ul>
        {answer.invitations.map((one) => (
          <li key={one.email} class="spread" data-testid="invitation">
            <span class="cut">
              {one.email} <span class="quiet">· {t(`role.${one.role}`)}</span>
            </span>
            <span>
              <FieldError id={`invitation-${one.email}`} text={refusalOf(`invitation:${one.email}`)} />
              <Button kind="text" small onPress={() => void withdrawInvitation(one.email)}>
                {t('settings.withdraw')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </Block>
  )
}

function JoinDomains({ domains }: { domains: readonly string[] }) {
  const [text, setText] = useState(domains.join(', '))
  const given = text
    .split(/[\s,;、，]+/)
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '')
  const isChanged = given.join() !== domains.join()
  return (
    <Block title={t('settings.join')} text={t('settings.join_text')}>
      <div class="line-form">
        <TextField
          label={t('settings.join_domains')}
          value={text}
          error={refusalOf('join')}
          onInput={setText}
          testid="join-domains"
        />
        <Button
          kind="outline"
          off={isChanged ? undefined : t('settings.nothing_changed')}
          onPress={() => void setJoinDomains(given)}
          testid="join-save"
        >
          {t('settings.save')}
        </Button>
        <Saved name="join" />
      </div>
    </Block>
  )
}
