import type { RecordCard } from '@/lib/contract/records.ts'
import { clockOf, placeOf } from '@/lib/domain/format.ts'
import { recordName } from '@/lib/domain/records.ts'
import { isZone, localAt } from '@/lib/domain/schedule.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Tag } from '@/lib/extension/ui/badge.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { openRecord } from '../load/records.ts'
import { modules, view } from '../state.ts'
import { moduleOf, nameOf, shownFields, valueIn } from '../state-cards.ts'
import { moduleIcon } from './record-icons.ts'

/** Who or what it is: name, kind (a page says it above), their clock, role and account. */
export function CardHead({ card, isPage }: { card: RecordCard; isPage: boolean }) {
  const { record } = card
  const fields = shownFields(record)
  const isPerson = record.module === 'contacts' || record.module === 'leads'
  const name = recordName(record.module, fields, valueIn(record, 'primaryAddress') || null) || record.name
  return (
    <div class="card-head">
      {isPerson ? (
        <Avatar name={name} address={record.primaryAddress ?? record.id} large />
      ) : (
        <span class="avatar avatar-large avatar-2" aria-hidden="true">
          <Icon name={moduleIcon(record.module)} size={20} />
        </span>
      )}
      <div class="card-names">
        <div class="spread">
          <h1 class="cut" dir="auto" data-testid="card-name">
            {name}
          </h1>
          {record.module !== 'contacts' && !isPage && <Tag>{moduleName(record.module, modules.value)}</Tag>}
          <span class="end" />
          <LocalTime zone={fields['zone'] ?? ''} />
        </div>
        <Role card={card} fields={fields} />
      </div>
    </div>
  )
}

/** "Head of Procurement · Halden Marine"; the account opens. */
function Role({ card, fields }: { card: RecordCard; fields: Record<string, string> }) {
  const { record } = card
  const accountId = valueIn(record, 'accountId')
  const account = accountId === '' ? '' : (nameOf(record, accountId) ?? '')
  const company = account || fields['company'] || card.company
  const number = record.module === 'accounts' ? fields['industry'] : fields['title'] || fields['subject']
  const hasAccount = moduleOf(record.module).fields.some((field) => field.key === 'accountId')
  const nothing = !number && company === ''
  return (
    <p class="card-role second">
      {nothing ? (
        <span class="cut" dir="auto">
          {record.primaryAddress ?? fields['domain'] ?? moduleName(record.module, modules.value)}
        </span>
      ) : (
        <>
          {number && (
            <span class="cut" dir="auto">
              {number}
            </span>
          )}
          {number && company !== '' && <span aria-hidden="true">·</span>}
          {company !== '' &&
            (account !== '' && hasAccount ? (
              <button
                type="button"
                class="link-button cut"
                dir="auto"
                data-testid="open-account"
                onClick={() => openRecord(accountId)}
              >
                {account}
              </button>
            ) : (
              <span class="cut" dir="auto">
                {company}
              </span>
            ))}
        </>
      )}
    </p>
  )
}

/** Only when their clock differs from mine. */
function LocalTime({ zone }: { zone: string }) {
  const { now, zone: mine, language } = view.value
  if (zone === '' || !isZone(zone) || localAt(now, zone) === localAt(now, mine)) return null
  return (
    <span class="local-time quiet number" data-testid="local-time">
      <Icon name="clock" size={14} />
      {t('card.local_time', { place: placeOf(zone, language), time: clockOf(now, zone) })}
    </span>
  )
}
