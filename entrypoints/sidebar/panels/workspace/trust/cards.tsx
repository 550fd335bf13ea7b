import type { MailboxTrust } from '@/lib/contract/sync.ts'
import { dateOf, fileSize, joined, listOf, timeOf } from '@/lib/domain/format.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { allow } from '../../../load/me.ts'
import { runNow, seconds } from '../../../load/trust.ts'
import { reasonSentence } from '../../../load/words.ts'
import { goTo, openDialog } from '../../../load/workspace/place.ts'
import { busy, mailbox, me, view } from '../../../state.ts'
import { Ask } from './ask.tsx'
import { Card, Line, Meter } from './card.tsx'

const number = (value: number) => plainNumber(value, view.value.language)

/** How much of it the server has, and who sees any of that. */
export function OnServer({ of }: { of: MailboxTrust }) {
  const { language } = view.value
  const names = of.seenBy.map((one) => t('sharing.person', { name: one.name }))
  return (
    <Card
      title={t('trust.server')}
      aside={t('trust.server.of', { stored: of.stored, looked: Math.max(of.lookedAt, of.stored) })}
      testid="trust-server"
    >
      <Line
        icon="check"
        good
        title={t('trust.server.stored')}
        text={t('trust.server.stored_text')}
        end={number(of.stored)}
        testid="trust-stored"
      />
      <Line
        icon="mail"
        title={t('trust.server.text')}
        text={t('trust.server.text_text')}
        end={t('trust.server.text_none')}
      />
      <Line
        icon="clip"
        title={t('trust.server.files')}
        text={t('trust.server.files_text')}
        end={t('trust.server.files_n', { count: of.files.count, size: fileSize(of.files.bytes, language) })}
        testid="trust-files"
      />
      <Line
        icon="people"
        title={t('trust.server.seen')}
        text={names.length === 0 ? t('trust.server.seen_text') : listOf(names, language)}
        end={
          <Button kind="text" small onPress={() => goTo('settings/sharing')} testid="trust-seen">
            {names.length === 0 ? t('trust.server.seen_none') : t('trust.server.seen_n', { n: names.length })}
          </Button>
        }
      />
    </Card>
  )
}

/** What was read and forgotten, by reason, and the way to ask about one mail. */
export function Skipped({ of }: { of: MailboxTrust }) {
  const all = of.skipped.reduce((sum, one) => sum + one.count, 0)
  const most = Math.max(1, ...of.skipped.map((one) => one.count))
  const rows = of.skipped.filter((one) => one.count > 0).sort((a, b) => b.count - a.count)
  return (
    <Card title={t('trust.skipped')} aside={t('trust.skipped.n', { n: all })} testid="trust-skipped">
      {rows.length === 0 ? (
        <p class="second">{t('trust.skipped.none')}</p>
      ) : (
        <dl class="trust-bars">
          {rows.map((one) => (
            <div key={one.reason} data-testid={`skipped-${one.reason}`}>
              <dt>{t(`trust.skipped.${one.reason}`)}</dt>
              <Meter part={one.count} of={most} />
              <dd class="number">{number(one.count)}</dd>
            </div>
          ))}
        </dl>
      )}
      {of.state !== 'no_read' && of.state !== 'disconnected' && <Ask account={of.email} />}
    </Card>
  )
}

/** What the last run found, how Gmail tells of news, and all runs. */
export function LastRun({ of }: { of: MailboxTrust }) {
  const run = of.lastRun
  const off = offReason(of)
  const checked = lookedLater(of)
  const aside =
    checked !== undefined
      ? t('trust.run.checked', { time: timeOf(checked, view.value.zone) })
      : run?.endedAt && when(run.startedAt, run.endedAt)
  return (
    <Card title={t('trust.run')} aside={aside} testid="trust-run">
      {run === null ? (
        <Line
          icon="clock"
          title={t(
            checked !== undefined
              ? 'trust.run.nothing'
              : off === undefined
                ? 'trust.run.none'
                : 'trust.run.none_here',
          )}
          text={checked !== undefined ? t('trust.run.kind.history') : (off ?? t('trust.run.none_text'))}
          testid="trust-no-run"
        />
      ) : (
        <Line
          icon={run.error === null ? 'check' : 'warning'}
          good={run.error === null}
          title={
            run.stored + run.changed + run.skipped === 0
              ? t('trust.run.nothing')
              : t('trust.run.found', { stored: run.stored, changed: run.changed, skipped: run.skipped })
          }
          text={run.error === null ? t(`trust.run.kind.${run.kind}`) : reasonSentence(run.error)}
          end={t(
            run.endedAt === null
              ? 'trust.run.going'
              : run.error === null
                ? 'trust.run.no_errors'
                : 'trust.run.failed',
          )}
          testid="trust-last"
        />
      )}
      <Watch of={of} />
      <Line
        icon="refresh"
        title={t('trust.now')}
        text={run === null ? t('trust.now_text') : t('trust.now_cost', { n: run.units })}
        end={
          <Button
            kind="text"
            small
            busy={busy.value.has('trust:run')}
            off={off}
            onPress={() => void runNow(of.email)}
            testid="trust-run-now"
          >
            {t('trust.now_do')}
          </Button>
        }
      />
      <Line
        icon="history"
        title={t('trust.runs')}
        text={t('trust.runs_text')}
        end={
          <Button kind="text" small onPress={() => goTo(`trust/${of.id}/runs`)} testid="trust-runs">
            {number(of.runs)}
          </Button>
        }
      />
    </Card>
  )
}

/** When it was looked through without finding anything since the last run that has a line; most looks are such. */
function lookedLater(of: MailboxTrust): number | undefined {
  const known = me.value?.mailboxes.find((one) => one.id === of.id)?.syncedAt ?? null
  const at = Math.max(...[of.syncedAt, known].map((one) => (one === null ? 0 : Date.parse(one))))
  if (at === 0 || of.state === 'disconnected') return undefined
  const { lastRun } = of
  if (lastRun === null) return at
  return lastRun.endedAt !== null && lastRun.error === null && at > Date.parse(lastRun.endedAt)
    ? at
    : undefined
}

function Watch({ of: { watch } }: { of: MailboxTrust }) {
  const { zone } = view.value
  if (watch === null)
    return (
      <Line
        icon="clock"
        title={t('trust.watch')}
        text={t('trust.watch_off_text')}
        end={t('trust.watch_off')}
      />
    )
  const until = watch.until === null ? undefined : Date.parse(watch.until)
  return (
    <Line
      icon="clock"
      title={t('trust.watch')}
      text={watch.error === null ? t('trust.watch_text') : reasonSentence(watch.error)}
      end={
        watch.error !== null
          ? t('trust.watch_failed')
          : until === undefined
            ? t('trust.watch_waits')
            : t('trust.watch_until', {
                date: `${dateOf(until, view.value)} ${timeOf(until, zone)}`,
              })
      }
      testid="trust-watch"
    />
  )
}

function when(start: string, end: string): string {
  return t('trust.run.took', { time: timeOf(Date.parse(end), view.value.zone), seconds: seconds(start, end) })
}

/** Why nothing can be run; undefined when it can. */
export function offReason(of: MailboxTrust): string | undefined {
  if (of.state === 'disconnected') return t('trust.state.disconnected')
  if (of.state === 'no_read') return t('trust.state.no_read')
  if (of.state === 'reauth_required') return t('trust.state.reauth')
  return of.state === 'stopped' ? t('trust.state.stopped') : undefined
}

/** Counted against Google's allowance, with what is kept for the person at the screen. */
export function Allowance({ of: { quota } }: { of: MailboxTrust }) {
  return (
    <Card title={t('trust.quota')} testid="trust-quota">
      <div class="trust-meter">
        <p class="spread">
          <span>{t('trust.quota.requests')}</span>
          <span class="second number" data-testid="trust-units">
            {t('trust.quota.units', { used: quota.unitsThisMinute, all: quota.perMinute })}
          </span>
        </p>
        <Meter part={quota.unitsThisMinute} of={quota.perMinute} />
      </div>
      <p class="spread">
        <span>{t('trust.quota.sent')}</span>
        <span class="second number" data-testid="trust-sent">
          {number(quota.sentToday)}
        </span>
      </p>
      <p class="quiet small">
        {quota.reserve * 4 === quota.perMinute
          ? t('trust.quota.reserve_quarter')
          : t('trust.quota.reserve', { n: quota.reserve })}
      </p>
    </Card>
  )
}

/** What Google lets Inlay do with this mailbox, given and taken back here. */
export function Scopes({ of }: { of: MailboxTrust }) {
  // Google's page opens for the account of this Gmail tab.
  const isHere = mailbox.value?.id === of.id || mailbox.value?.email === of.email
  const isGiven = (scope: 'send' | 'read') => of.state !== 'disconnected' && of.scopes.includes(scope)
  const all = (['send', 'read'] as const).filter(isGiven).length
  return (
    <Card title={t('trust.scopes')} testid="trust-scopes">
      {(['send', 'read'] as const).map((scope) => {
        const given = isGiven(scope)
        const what = t(`trust.scopes.${scope}`)
        return (
          <Line
            key={scope}
            icon={given ? 'check' : scope === 'send' ? 'plane' : 'mail'}
            good={given}
            title={what}
            text={joined(
              [t(given ? 'trust.scopes.given' : 'trust.scopes.not_given'), t(`trust.scopes.${scope}_text`)],
              view.value.language,
            )}
            end={
              !given &&
              isHere && (
                <Button kind="text" small onPress={() => void allow([scope])} testid={`give-${scope}`}>
                  {t('trust.scopes.give')}
                  <span class="hidden">{t('trust.scopes.give_of', { what })}</span>
                </Button>
              )
            }
            testid={`scope-${scope}`}
          />
        )
      })}
      <p class="quiet small">{t('trust.scopes.together')}</p>
      {all > 0 && (
        <div>
          <Button kind="text" small onPress={() => askDisconnect(of)} testid="withdraw">
            {t(all === 2 ? 'trust.scopes.withdraw_both' : 'trust.scopes.withdraw')}
          </Button>
        </div>
      )}
    </Card>
  )
}

/** The dialog says what goes and what stays. */
export function askDisconnect(of: MailboxTrust): void {
  openDialog({ kind: 'disconnect', account: of.email, mails: of.stored })
}
