import type { RecordSummary } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { SwitchLine } from '@/lib/extension/ui/switch.tsx'
import { chooseSwitch } from '../../load/sharing/rule.ts'
import { busy } from '../../state.ts'
import { mySharing } from '../../state-sharing.ts'
import './sharing.css'

/** S-062: while sharing goes record by record, a lead, contact or deal has the switch for my mail on it. */
export function RecordSwitch({ record }: { record: RecordSummary }) {
  const { sharing } = mySharing.value
  if (sharing?.mode !== 'per_record' || !['leads', 'contacts', 'deals'].includes(record.module)) return null
  const { id, module, name } = record
  const isOn = sharing.switched.some((one) => one.record.id === id)
  return (
    <div class="record-switch" data-testid="record-switch">
      <SwitchLine
        before={<Icon name={isOn ? 'people' : 'lock'} />}
        hint={t(isOn ? 'sharing.mode.public.text' : 'sharing.mine.record_switch_text')}
        checked={isOn}
        busy={busy.value.has(`switch:${id}`)}
        onChange={(on) => void chooseSwitch({ id, module, name }, on)}
        testid="share-record"
      >
        {t('sharing.mine.record_switch')}
      </SwitchLine>
    </div>
  )
}
