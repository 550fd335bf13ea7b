import { dateOf } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import type { IconName } from '@/lib/extension/ui/icon.tsx'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { openRecord } from '../../load/records.ts'
import { sheets, view } from '../../state.ts'
import type { CheckedRecipient } from '../../state-compose.ts'
import { gmailChecked } from '../../state-gmail.ts'
import { suppressedWords } from '../compose/recipient-chip.tsx'

/** Everybody the mail would go to, with what speaks against it first. */
export function CheckRows() {
  const rows = gmailChecked.value
  if (rows === undefined) return null
  if (rows.length === 0)
    return (
      <div class="pad-block">
        <Empty title={t('handover.nobody')} text={t('handover.nobody_text')} />
      </div>
    )
  const sorted = rows.toSorted((a, b) => weight(a) - weight(b))
  const doubts = rows.filter((row) => whyNot(row) !== undefined).length
  return (
    <div class="pad pad-block stack-small">
      <p data-testid="gmail-check-sum">
        {doubts === 0 ? t('handover.all_good') : t('handover.doubts', { n: doubts })}
      </p>
      <Rows label={t('handover.check')}>
        {sorted.map((row, nth) => (
          <Recipient key={row.address} row={row} first={nth === 0} />
        ))}
      </Rows>
    </div>
  )
}

function Recipient({ row, first }: { row: CheckedRecipient; first: boolean }) {
  const why = whyNot(row)
  const { record } = row
  const open = () => {
    sheets.value = []
    if (record !== null) openRecord(record.id)
  }
  return (
    <Row
      first={first}
      icon={iconOf(row, why)}
      title={row.address}
      below={<span class="cut">{whoWords(row)}</span>}
      {...(why !== undefined && { sentence: why, needs: true })}
      testid="gmail-recipient"
      {...(record !== null && { onOpen: open })}
    />
  )
}

function iconOf({ kind, suppressed }: CheckedRecipient, why: string | undefined): IconName {
  if (suppressed !== null || kind === 'malformed') return 'octagon'
  if (why !== undefined) return 'warning'
  return kind === 'colleague' ? 'people' : kind === 'record' ? 'person' : 'info'
}

function whoWords({ kind, record }: CheckedRecipient): string {
  if (record === null) return t(`handover.kind.${kind === 'record' ? 'unknown' : kind}`)
  const names = [plainName(record.name), plainName(record.company)].filter((name) => name !== '')
  return names.join(' · ')
}

function weight(row: CheckedRecipient): number {
  if (row.suppressed !== null || row.kind === 'malformed') return 0
  return whyNot(row) === undefined ? 2 : 1
}

function whyNot({ kind, suppressed, otherAccount, meant, address }: CheckedRecipient): string | undefined {
  if (kind === 'malformed') return t('handover.malformed')
  if (suppressed !== null)
    return suppressedWords(suppressed.reason, dateOf(Date.parse(suppressed.since), view.value))
  if (meant !== '')
    return t('handover.slip', { meant: `${address.slice(0, address.lastIndexOf('@'))}@${meant}` })
  if (otherAccount !== '') return t('compose.other_account', { account: plainName(otherAccount) })
  return undefined
}
