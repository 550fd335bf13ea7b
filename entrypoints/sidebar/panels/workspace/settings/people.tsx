import { useState } from 'preact/hooks'
import type { Role } from '@/lib/contract/identity.ts'
import type { PeopleAnswer } from '@/lib/contract/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError, TextField } from '@/lib/extension/ui/field.tsx'
import { SelectField } from '@/lib/extension/ui/select.tsx'
import { invitePerson, setJoinDomains, withdrawInvitation } from '../../../load/workspace/settings.ts'
import { busy } from '../../../state.ts'
import { joinDomains, team } from '../../../state-settings.ts'
import { Block, Heads, isAdmin, refusalOf, Saved } from './parts.tsx'
import { PersonRow, roleOptions } from './person-row.tsx'

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

function PeopleTable({ people }: { people: PeopleAnswer['people'] }) {
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
