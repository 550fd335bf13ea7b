import { useEffect, useState } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Dialog } from '@/lib/extension/ui/dialog.tsx'
import { RadioCards } from '@/lib/extension/ui/switch.tsx'
import { closeSheet } from '../../../keys.ts'
import { loadMe } from '../../../load/me.ts'
import { disconnect } from '../../../load/trust.ts'
import { busy, me } from '../../../state.ts'

type Way = 'hide' | 'erase'

/** S-066: what happens to mail and scheduled mail, with numbers, before a mailbox is let go. */
export function DisconnectDialog({ account, mails }: { account: string; mails: number }) {
  const [way, setWay] = useState<Way>('hide')
  useEffect(() => void loadMe(), [])
  const scheduled = me.value?.mailboxes.find((one) => one.email === account)?.scheduled ?? 0
  return (
    <Dialog
      title={t('trust.leave.title', { account })}
      onClose={closeSheet}
      testid="disconnect"
      bar={
        <>
          <Button
            kind={way === 'erase' ? 'danger' : 'filled'}
            busy={busy.value.has('trust:disconnect')}
            onPress={() => void disconnect(account, way === 'erase')}
            testid="disconnect-do"
          >
            {t(way === 'erase' ? 'trust.leave.do_erase' : 'trust.leave.do')}
          </Button>
          <Button kind="text" onPress={closeSheet}>
            {t('common.cancel')}
          </Button>
        </>
      }
    >
      <div class="leave-ways">
        <RadioCards<Way>
          label={t('trust.leave.what')}
          value={way}
          options={[
            { value: 'hide', label: t('trust.leave.hide'), text: t('trust.leave.hide_text', { n: mails }) },
            {
              value: 'erase',
              label: t('trust.leave.erase'),
              text: t('trust.leave.erase_text', { n: mails }),
            },
          ]}
          onChange={setWay}
          testid="leave"
        />
      </div>
      <p class="second">
        {scheduled === 0 ? t('trust.leave.no_held') : t('trust.leave.held', { n: scheduled })}{' '}
        {t('trust.leave.gmail')}
      </p>
    </Dialog>
  )
}
