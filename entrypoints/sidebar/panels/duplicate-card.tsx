import type { Duplicates } from '@/lib/contract/duplicates.ts'
import { joined } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { addAddressTo } from '../load/duplicates.ts'
import { openRecord } from '../load/records.ts'
import { whyReadOnly } from '../load/rights.ts'
import { busy, type CreateForm, duplicates, form, me, modules, view } from '../state.ts'

/** 02 C: who it may be already, why, and the better thing to do. Creating anyway stays possible. */
export function DuplicateCard({ open }: { open: CreateForm }) {
  const { key, matches } = duplicates.value
  const [best, ...others] = matches
  if (key !== open.key || best === undefined) return <div role="status" />
  const { record } = best
  const isPerson = record.module === 'contacts' || record.module === 'leads'
  return (
    <div class="duplicate" role="status" data-testid="duplicate">
      <p class="duplicate-title">
        <Icon name="warning" size={18} />
        <strong>{isPerson ? t('duplicate.title') : t('duplicate.title_record')}</strong>
      </p>
      <div class="duplicate-who">
        <Avatar name={record.name} address={record.primaryAddress ?? record.id} large />
        <div>
          <p class="cut" dir="auto">
            {record.name}
          </p>
          <p class="second small" dir="auto">
            {joined(
              [moduleName(record.module, modules.value), best.company, ownerOf(best)],
              view.value.language,
            )}
          </p>
          <p class="second small">{why(best)}</p>
        </div>
      </div>
      <Answers open={open} match={best} />
      {others.length > 0 && (
        <ul class="duplicate-more" aria-label={t('duplicate.more', { n: others.length })}>
          {others.slice(0, 3).map((one) => (
            <li key={one.record.id}>
              <button
                type="button"
                class="link-button cut"
                dir="auto"
                data-testid="duplicate-other"
                onClick={() => leaveFor(one.record.id)}
              >
                {joined([one.record.name, moduleName(one.record.module, modules.value)], view.value.language)}
              </button>
              <span class="quiet small">{reasonsOf(one)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

type Match = Duplicates['matches'][number]

function ownerOf({ record }: Match): string {
  const mine = record.owner.id === me.value?.user.id
  return mine ? t('several.owner_you') : t('several.owner', { name: record.owner.name })
}

/** "Same phone, same name and company": a name counts for nothing more beside name and company. */
function reasonsOf({ reasons }: Match): string {
  const telling = reasons.filter((reason) => reason !== 'name' || !reasons.includes('name_company'))
  const text = joined(
    telling.map((reason) => t(`duplicate.reason.${reason}`)),
    view.value.language,
  )
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function why(match: Match): string {
  const address = match.record.primaryAddress
  const reasons = reasonsOf(match)
  const known = address !== null && !match.reasons.includes('address')
  return known ? t('duplicate.known', { reasons, address }) : reasons
}

/** The address of the mail joins the record that stands, if it has room for one. */
function Answers({ open, match }: { open: CreateForm; match: Match }) {
  const { record } = match
  const address = (open.values['primaryAddress'] ?? '').trim().toLowerCase()
  const known = [record.primaryAddress, record.secondaryAddress].includes(address)
  const full = record.primaryAddress !== null && record.secondaryAddress !== null
  const fits = record.module === 'leads' || record.module === 'contacts' || record.module === 'accounts'
  const offers = fits && address !== '' && !known
  return (
    <div class="actions">
      {offers && (
        <Button
          kind="filled"
          small
          busy={busy.value.has('create')}
          off={full ? t('duplicate.full') : whyReadOnly(record)}
          onPress={() => void addAddressTo(record, address)}
          testid="add-address"
        >
          {t('duplicate.add')}
        </Button>
      )}
      <Button
        kind={offers ? 'outline' : 'filled'}
        small
        onPress={() => leaveFor(record.id)}
        testid="open-duplicate"
      >
        {t('duplicate.open')}
      </Button>
    </div>
  )
}

function leaveFor(id: string): void {
  form.value = undefined
  openRecord(id)
}
