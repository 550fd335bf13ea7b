import { useState } from 'preact/hooks'
import type { AccessTokens } from '@/lib/contract/people.ts'
import { ago, dateOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError, TextField } from '@/lib/extension/ui/field.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { CheckField, SelectField } from '@/lib/extension/ui/select.tsx'
import { createToken, revokeToken, serverOrigin } from '../../../load/workspace/settings.ts'
import { busy, view } from '../../../state.ts'
import { newToken, tokens } from '../../../state-settings.ts'
import { Block, refusalOf } from './parts.tsx'

/** Personal access tokens: for programs of one's own. */
export function TokensPlace() {
  const known = tokens.value
  return (
    <div class="settings stack" data-testid="settings-tokens">
      <Create />
      <Once />
      {known !== undefined && (
        <Block title={t('tokens.yours')}>
          {known.tokens.length === 0 ? (
            <Empty title={t('tokens.none')} text={t('tokens.none_text')} />
          ) : (
            <Table known={known} />
          )}
        </Block>
      )}
      <Block title={t('tokens.read')} text={t('tokens.read_text')}>
        <a
          class="link"
          href={`${serverOrigin()}/api/docs`}
          target="_blank"
          rel="noreferrer"
          data-testid="api-docs"
        >
          {t('tokens.docs')}
        </a>
      </Block>
    </div>
  )
}

const days = ['30', '90', '365', 'never'] as const

function Create() {
  const [name, setName] = useState('')
  const [isReadOnly, setReadOnly] = useState(true)
  const [stay, setStay] = useState<(typeof days)[number]>('90')
  const make = async () => {
    if (await createToken(name.trim(), isReadOnly, stay === 'never' ? null : Number(stay))) setName('')
  }
  return (
    <Block title={t('tokens.new')} text={t('tokens.new_text')}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <div class="line-form">
          <TextField
            label={t('tokens.name')}
            value={name}
            error={refusalOf('token')}
            onInput={setName}
            testid="token-name"
          />
          <SelectField
            label={t('tokens.stays')}
            value={stay}
            options={days.map((value) => ({
              value,
              label: value === 'never' ? t('tokens.never') : t('tokens.days', { n: Number(value) }),
            }))}
            onChange={setStay}
            testid="token-stays"
          />
          <Button
            kind="filled"
            submit
            busy={busy.value.has('settings:token')}
            off={name.trim() === '' ? t('tokens.name_first') : undefined}
            testid="token-create"
          >
            {t('tokens.create')}
          </Button>
        </div>
        <CheckField
          label={t('tokens.read_only')}
          checked={isReadOnly}
          onChange={setReadOnly}
          testid="token-read-only"
        />
      </form>
    </Block>
  )
}

/** Shown once; the server keeps only its hash. */
function Once() {
  const made = newToken.value
  const [copied, setCopied] = useState(false)
  if (made === undefined) return null
  return (
    <Note tone="info" bold={t('tokens.once')} testid="token-once">
      <span class="token-once">
        <code data-testid="token-value">{made.token}</code>
        <Button
          kind="outline"
          small
          onPress={async () => {
            await navigator.clipboard.writeText(made.token)
            setCopied(true)
          }}
          testid="token-copy"
        >
          {t(copied ? 'tokens.copied' : 'tokens.copy')}
        </Button>
      </span>
    </Note>
  )
}

function Table({ known }: { known: AccessTokens }) {
  return (
    <table class="settings-table">
      <thead>
        <tr>
          <th scope="col">{t('tokens.name')}</th>
          <th scope="col">{t('tokens.may')}</th>
          <th scope="col">{t('tokens.used')}</th>
          <th scope="col">{t('tokens.until')}</th>
          <th scope="col">
            <span class="hidden">{t('tokens.revoke')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {known.tokens.map((token) => (
          <tr key={token.id} data-testid="token-row">
            <td>
              <span dir="auto">{token.name}</span> <span class="quiet small">…{token.hint}</span>
            </td>
            <td>{t(token.readOnly ? 'tokens.reads' : 'tokens.reads_and_writes')}</td>
            <td class="quiet">
              {token.lastUsedAt === null
                ? t('settings.never')
                : ago(Date.parse(token.lastUsedAt), view.value)}
            </td>
            <td class="quiet">
              {token.expiresAt === null ? t('tokens.never') : dateOf(Date.parse(token.expiresAt), view.value)}
            </td>
            <td class="tools">
              <FieldError id={`token-${token.id}`} text={refusalOf(`token:${token.id}`)} />
              <Button kind="danger" small onPress={() => void revokeToken(token.id)} testid="token-revoke">
                {t('tokens.revoke')}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
