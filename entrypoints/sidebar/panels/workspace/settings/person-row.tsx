import { useState } from 'preact/hooks'
import type { Role } from '@/lib/contract/identity.ts'
import type { PersonRow as Person } from '@/lib/contract/people.ts'
import { ago, dateOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Menu } from '@/lib/extension/ui/menu.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { SelectField } from '@/lib/extension/ui/select.tsx'
import { transferRecords, updatePerson } from '../../../load/workspace/settings.ts'
import { me, view } from '../../../state.ts'
import { team } from '../../../state-settings.ts'
import { isAdmin, refusalOf, Saved } from './parts.tsx'

const roles: readonly Role[] = ['admin', 'rep', 'viewer']
export const roleOptions = () => roles.map((value) => ({ value, label: t(`role.${value}`) }))

/** One person: what they may do, what they own, when they were here last. */
export function PersonRow({ person }: { person: Person }) {
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
