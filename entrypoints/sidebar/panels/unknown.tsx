import { joined } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleName } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { RelatedList, Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { startCreate } from '../load/create.ts'
import { openRecord, signatureOf } from '../load/records.ts'
import { whyNoRecords } from '../load/rights.ts'
import { modules, type Person, sheets, view } from '../state.ts'
import { moduleIcon } from './record-icons.ts'

/** 02 A: one primary action, what the mail itself says, read in this browser, and who is close to this person. */
export function Unknown({ person: one }: { person: Person }) {
  const read = signatureOf(one)
  const lines: [IconName, string | undefined][] = [
    ['deal', read.title],
    ['building', read.company],
    ['phone', read.phone],
  ]
  const found = lines.flatMap(([icon, text]) => (text === undefined ? [] : [[icon, text] as const]))
  return (
    <>
      <div class="pad stack end-pad" data-testid="unknown">
        <p class="second">
          {found.length === 0 ? t('unknown.text') : t('unknown.text_signature', { n: found.length })}
        </p>
        <Ways person={one} />
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
      <Near person={one} />
      <Hidden count={one.hidden} />
    </>
  )
}

function Ways({ person: one }: { person: Person }) {
  const never = whyNoRecords()
  return (
    <div class="actions">
      <Button
        kind="filled"
        icon="add"
        keys="C"
        off={never}
        onPress={() => startCreate('leads', one)}
        testid="create-lead"
      >
        {t('unknown.create_lead')}
      </Button>
      <Button kind="neutral" off={never} onPress={() => startCreate('contacts', one)} testid="create-contact">
        {t('unknown.create_contact')}
      </Button>
      <Button
        kind="neutral"
        off={never}
        onPress={() => {
          sheets.value = [...sheets.value, { kind: 'search', address: one.address }]
        }}
        testid="add-to"
      >
        {t('unknown.add_to')}
      </Button>
    </div>
  )
}

/** So that no second account or person is made. */
function Near({ person: one }: { person: Person }) {
  if (one.near.length === 0) return null
  return (
    <RelatedList title={t('unknown.near')} count={String(one.near.length)} testid="near">
      <Rows label={t('unknown.near')}>
        {one.near.map(({ record, why }, index) => (
          <Row
            key={record.id}
            first={index === 0}
            icon={moduleIcon(record.module)}
            title={record.name}
            below={joined(
              [moduleName(record.module, modules.value), t(`unknown.why.${why}`)],
              view.value.language,
            )}
            testid="near-row"
            onOpen={() => openRecord(record.id)}
          />
        ))}
      </Rows>
    </RelatedList>
  )
}

/** Records of this address that the person may not open: that they exist is said, nothing else. */
export function Hidden({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <p class="pad pad-block quiet hidden-records" data-testid="hidden-records">
      <Icon name="lock" size={14} />
      {t('unknown.hidden', { n: count })}
    </p>
  )
}
