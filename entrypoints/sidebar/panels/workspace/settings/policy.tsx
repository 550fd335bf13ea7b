import { useState } from 'preact/hooks'
import type { PolicySetting } from '@/lib/contract/people.ts'
import { dateOf } from '@/lib/domain/format.ts'
import { hasMessage, t } from '@/lib/extension/i18n.ts'
import { modulesName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { FieldError } from '@/lib/extension/ui/field.tsx'
import { CheckField, SelectField } from '@/lib/extension/ui/select.tsx'
import { setPolicy } from '../../../load/workspace/settings.ts'
import { view } from '../../../state.ts'
import { policy } from '../../../state-settings.ts'
import { Block, Heads, isAdmin, refusalOf, Saved } from './parts.tsx'

const groups = ['access', 'permissions', 'mail', 'sharing', 'links', 'files'] as const

/** `access.deals` belongs to access, `sends.lateMinutes` to mail; what nobody placed goes with the mail. */
function groupOf(key: string): (typeof groups)[number] {
  const head = key.split('.')[0] ?? ''
  if (key === 'fileQuotaBytes' || key.startsWith('records.')) return 'files'
  return groups.find((group) => group === head) ?? 'mail'
}

/** Every setting of the organisation with its default, its bounds, and who changed it when. */
export function PolicyPlace() {
  const known = policy.value
  return (
    <div class="settings stack" data-testid="settings-policy">
      <Heads />
      {known !== undefined &&
        groups.map((group) => {
          const settings = known.settings.filter((one) => groupOf(one.key) === group)
          return (
            settings.length > 0 && (
              <Block key={group} title={t(`policy.group.${group}`)} text={t(`policy.about.${group}`)}>
                {settings.map((setting) => (
                  <Setting key={setting.key} setting={setting} />
                ))}
              </Block>
            )
          )
        })}
    </div>
  )
}

function Setting({ setting }: { setting: PolicySetting }) {
  const name = `policy:${setting.key}`
  const isSet = setting.value !== null && setting.value !== undefined
  return (
    <div class="setting" data-testid="setting" data-key={setting.key}>
      <div>
        <div class="setting-name">
          <span id={`name-${setting.key}`}>{settingName(setting.key)}</span>
          <Saved name={name} />
        </div>
        <div class="setting-meta">
          <span>{t('policy.default', { value: words(setting, setting.default) })}</span>
          {setting.changedBy !== null && setting.changedAt !== null && (
            <span>
              ·{' '}
              {t('policy.changed', {
                name: setting.changedBy,
                date: dateOf(Date.parse(setting.changedAt), view.value),
              })}
            </span>
          )}
          {isSet && isAdmin() && (
            <Button kind="text" small onPress={() => void setPolicy(setting.key, null)} testid="to-default">
              {t('policy.to_default')}
            </Button>
          )}
        </div>
      </div>
      <div>
        <Control key={JSON.stringify(setting.value)} setting={setting} />
        <FieldError id={`error-${setting.key}`} text={refusalOf(name)} />
      </div>
    </div>
  )
}

function Control({ setting }: { setting: PolicySetting }) {
  const value = setting.value ?? setting.default
  const off = isAdmin() ? undefined : t('error.not_admin')
  const save = (next: unknown) => void setPolicy(setting.key, next)
  switch (setting.kind) {
    case 'choice':
      return (
        <SelectField
          name={settingName(setting.key)}
          value={String(value)}
          options={(setting.choices ?? []).map((one) => ({
            value: one,
            label: choiceWords(one, setting.key),
          }))}
          off={off}
          onChange={save}
          testid={`set-${setting.key}`}
        />
      )
    case 'switch':
      return (
        <CheckField
          label={settingName(setting.key)}
          checked={value === true}
          off={off !== undefined}
          onChange={save}
          testid={`set-${setting.key}`}
        />
      )
    case 'choices':
      return <Choices setting={setting} chosen={Array.isArray(value) ? value.map(String) : []} save={save} />
    case 'list':
      return <List setting={setting} items={Array.isArray(value) ? value.map(String) : []} save={save} />
    case 'number':
      return <Amount setting={setting} value={Number(value)} save={save} />
  }
}

function Choices(props: {
  setting: PolicySetting
  chosen: readonly string[]
  save: (next: string[]) => void
}) {
  const { setting, chosen, save } = props
  return (
    <fieldset class="stack-small" aria-labelledby={`name-${setting.key}`}>
      {(setting.choices ?? []).map((one) => (
        <CheckField
          key={one}
          label={choiceWords(one)}
          checked={chosen.includes(one)}
          off={!isAdmin()}
          onChange={(on) => save(on ? [...chosen, one] : chosen.filter((other) => other !== one))}
          testid={`set-${setting.key}-${one}`}
        />
      ))}
    </fieldset>
  )
}

const MB = 1024 * 1024
const GB = 1024 * MB

/** Bytes are shown in MB, or in GB where the bound is that large. */
function scaleOf({ unit, max }: PolicySetting): { by: number; word: string } {
  if (unit === 'bytes') return (max ?? 0) > GB ? { by: GB, word: 'GB' } : { by: MB, word: 'MB' }
  if (unit === 'minutes') return { by: 1, word: t('policy.minutes') }
  if (unit === 'days') return { by: 1, word: t('policy.days') }
  return { by: 1, word: '' }
}

/** Saved on leaving the field or by Enter. */
function Amount(props: { setting: PolicySetting; value: number; save: (next: number) => void }) {
  const { by, word } = scaleOf(props.setting)
  const before = String(Math.round((props.value / by) * 100) / 100)
  const [text, setText] = useState(before)
  const { key, min = 0, max = 0 } = props.setting
  const amount = Math.round(Number(text.normalize('NFKC').replace(',', '.')) * by)
  const isWrong = !(amount >= min && amount <= max)
  const leave = () => {
    if (text !== before && !isWrong) props.save(amount)
  }
  return (
    <div class="with-unit">
      <input
        class="input number"
        inputMode="decimal"
        aria-labelledby={`name-${key}`}
        aria-invalid={isWrong ? 'true' : undefined}
        aria-describedby={`bounds-${key}`}
        value={text}
        disabled={!isAdmin()}
        data-testid={`set-${key}`}
        onInput={(event) => setText(event.currentTarget.value)}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && !event.isComposing) leave()
        }}
      />
      <span class="quiet">{word}</span>
      <span class={isWrong ? 'small failed' : 'small quiet'} id={`bounds-${key}`}>
        {t('policy.bounds', { min: min / by, max: max / by })}
      </span>
    </div>
  )
}

/** One on each line. */
function List(props: { setting: PolicySetting; items: readonly string[]; save: (next: string[]) => void }) {
  const before = props.items.join('\n')
  const [text, setText] = useState(before)
  const given = text
    .split(/[\s,;、，]+/)
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '')
  return (
    <textarea
      class="input"
      rows={3}
      aria-labelledby={`name-${props.setting.key}`}
      value={text}
      disabled={!isAdmin()}
      data-testid={`set-${props.setting.key}`}
      onInput={(event) => setText(event.currentTarget.value)}
      onBlur={() => {
        if (given.join('\n') !== before) props.save(given)
      }}
    />
  )
}

function settingName(key: string): string {
  const [group, module = ''] = key.split('.')
  if (group === 'access')
    return module === 'custom'
      ? t('policy.access_custom')
      : t('policy.access', { modules: modulesName(module) })
  const name = `policy.name.${key.replaceAll('.', '_')}`
  // A newer server may have settings this build has no words for.
  return hasMessage(name) ? t(name as 'policy.name.schedule_who') : key
}

/** Sharing has the words that people choose from for themselves. */
function choiceWords(choice: string, key = ''): string {
  const mode = `sharing.mode.${choice}`
  if (key.startsWith('sharing.') && hasMessage(mode)) return t(mode as 'sharing.mode.private')
  const name = `policy.choice.${choice.replaceAll('.', '_')}`
  return hasMessage(name) ? t(name as 'policy.choice.off') : choice
}

/** A value in words, for the line that names the default. */
function words(setting: PolicySetting, value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no')
  if (Array.isArray(value))
    return value.length === 0 ? t('policy.none') : value.map((one) => choiceWords(String(one))).join(', ')
  if (typeof value !== 'number') return choiceWords(String(value), setting.key)
  const { by, word } = scaleOf(setting)
  return `${value / by} ${word}`.trim()
}
