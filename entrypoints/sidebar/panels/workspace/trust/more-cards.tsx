import type { MailboxTrust } from '@/lib/contract/sync.ts'
import { whenShort } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { link } from '../../../load/core.ts'
import { retryAside } from '../../../load/trust.ts'
import { reasonSentence } from '../../../load/words.ts'
import { busy, mailbox, page, view } from '../../../state.ts'
import { finding, requests } from '../../../state-trust.ts'
import { Card, Line } from './card.tsx'

/** Counted in this browser: what went to our server, and that nothing went elsewhere. */
export function Talked() {
  const server = link()?.backend.origin
  return (
    <Card title={t('trust.talked')} aside={t('trust.talked.day')} testid="trust-talked">
      <Line
        icon="server"
        good
        title={server === undefined ? '' : new URL(server).host}
        text={t('trust.talked.server')}
        end={t('trust.talked.n', { n: requests.value ?? 0 })}
        testid="trust-requests"
      />
      <Line
        icon="globe"
        title="accounts.google.com"
        text={t('trust.talked.google')}
        end={t('trust.talked.google_aside')}
      />
      <Line
        icon="shield"
        title={t('trust.talked.else')}
        text={t('trust.talked.else_text')}
        end={t('trust.talked.never')}
      />
    </Card>
  )
}

/** Earlier mail of new addresses, as long as it is being looked for. */
export function Finding({ of }: { of: MailboxTrust }) {
  const told = finding.value.get(of.id)
  const going = of.backfills.filter((one) => one.status !== 'done' || told !== undefined)
  if (going.length === 0) return null
  return (
    <Card title={t('trust.finding')} wide testid="trust-finding">
      <p class="second small">{t('trust.finding_text')}</p>
      {going.map((one) => (
        <Line
          key={one.address}
          icon={one.status === 'failed' ? 'warning' : one.status === 'done' ? 'check' : 'search'}
          good={one.status === 'done'}
          title={one.address || t('trust.finding.all')}
          end={wordsOf(one)}
          testid="backfill"
        />
      ))}
    </Card>
  )
}

function wordsOf({ status, found, lookedAt, stored }: MailboxTrust['backfills'][number]): string {
  switch (status) {
    case 'waiting':
    case 'failed':
      return t(`trust.finding.${status}`)
    case 'searching':
      return t('trust.finding.searching', { n: found })
    case 'reading':
      return t('trust.finding.reading', { done: lookedAt, n: found })
    case 'done':
      return t('trust.finding.done', { n: stored })
  }
}

/** Mails that could not be read; each can be looked at in Gmail and tried again. */
export function SetAside({ of }: { of: MailboxTrust }) {
  if (of.setAside.length === 0) return null
  const isHere = mailbox.value?.email === of.email
  return (
    <Card
      title={t('trust.aside')}
      aside={t('trust.skipped.n', { n: of.setAside.length })}
      wide
      testid="trust-aside"
    >
      <p class="second small">{t('trust.aside_text')}</p>
      {of.setAside.map((one) => (
        <Line
          key={one.gmailId}
          icon="warning"
          title={t('trust.aside.mail', { date: whenShort(Date.parse(one.at), view.value) })}
          text={`${reasonSentence(one.reason)} · ${t('trust.aside.tries', { n: one.tries })}`}
          end={
            <>
              {isHere && (
                <a
                  class="link small"
                  target="_top"
                  rel="noopener"
                  href={`https://mail.google.com/mail/u/${page.value?.accountIndex ?? 0}/#all/${one.gmailId}`}
                >
                  {t('trust.aside.open')}
                </a>
              )}{' '}
              <Button
                kind="text"
                small
                busy={busy.value.has(`trust:aside:${one.gmailId}`)}
                onPress={() => void retryAside(of.email, one.gmailId)}
                testid="aside-retry"
              >
                {t('trust.aside.retry')}
              </Button>
            </>
          }
          testid="aside"
        />
      ))}
    </Card>
  )
}
