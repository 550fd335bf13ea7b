import { useEffect } from 'preact/hooks'
import { whenShort } from '@/lib/domain/format.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { openMassSend, readMassSends } from '../../load/mass.ts'
import { view } from '../../state.ts'
import { massSends } from '../../state-templates.ts'
import { titleOf } from './title.ts'

/** My mass mails, newest first; each opens with what became of its mails. */
export function MassPlace() {
  useEffect(() => void readMassSends(), [])
  const { language } = view.value
  return (
    <>
      <div class="place-head">
        <h1>{t('mass.mine')}</h1>
      </div>
      <main class="place-body" tabIndex={-1} aria-label={t('mass.mine')} data-testid="mass-place">
        {massSends.value.length === 0 && <Empty title={t('mass.none')} text={t('mass.none_text')} />}
        <div class="pad">
          <Rows label={t('mass.mine')}>
            {massSends.value.map((send, index) => (
              <Row
                key={send.id}
                first={index === 0}
                icon="people"
                title={titleOf(send.subject)}
                aside={whenShort(Date.parse(send.createdAt), view.value)}
                below={
                  <span class="number">
                    {`${t(`mass.status.${send.status}`)} · ${t('mass.counts', {
                      sent: plainNumber(send.sent, language),
                      all: plainNumber(send.total, language),
                    })}`}
                  </span>
                }
                testid="mass-send-row"
                onOpen={() => openMassSend(send)}
              />
            ))}
          </Rows>
        </div>
      </main>
    </>
  )
}
