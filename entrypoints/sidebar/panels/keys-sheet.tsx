import { t } from '@/lib/extension/i18n.ts'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../keys.ts'
import { commandKey } from './compose/may-send.ts'

/** Every key there is, and no other. */
export function KeysSheet() {
  const keys: [string[], string][] = [
    [['Alt I'], t('keys.focus')],
    [['W'], t('keys.widen')],
    [['G', 'W'], t('keys.widen_gmail')],
    [['↑', '↓', 'J', 'K'], t('keys.rows')],
    [['X', '⇧ X'], t('keys.select')],
    [['↵'], t('keys.open')],
    [['[', ']'], t('keys.people')],
    [['C'], t('keys.write')],
    [['T', 'N'], t('keys.task')],
    [['E'], t('keys.edit')],
    [['E'], t('keys.send_selected')],
    [['E', 'M', 'S'], t('keys.send_row')],
    [['Del'], t('keys.delete')],
    [['1 … 9'], t('keys.number')],
    [['Z'], t('keys.undo')],
    [['/', `${commandKey}K`], t('keys.search')],
    [['Esc'], t('keys.back')],
    [[`${commandKey}↵`], t('keys.send')],
    [[`${commandKey}⇧ ↵`], t('keys.schedule')],
    [['?'], t('keys.all')],
  ]
  return (
    <Sheet
      title={t('keys.title')}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="keys-sheet"
      reads
    >
      <div class="pad pad-block stack">
        <p class="second">{t('keys.text')}</p>
        <dl class="keys-list">
          {keys.map(([caps, text]) => (
            <div key={text}>
              <dt>
                {caps.map((cap) => (
                  <kbd key={cap}>{cap}</kbd>
                ))}
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Sheet>
  )
}
