import { ago, timeOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { retryNow } from '../load/live.ts'
import { allow } from '../load/me.ts'
import { problemSentence } from '../load/words.ts'
import { freshness, mailbox, me, offline, page, people, person, view } from '../state.ts'
import { openStanding } from '../state-standing.ts'
import { FootLine, syncNews } from './sync-foot.tsx'
import { WaitingFoot } from './waiting-foot.tsx'

/** How fresh it is; and one notice at a time: reconnect, offline, Gmail changed. It grows upward, nothing above moves. */
export function Foot() {
  if (mailbox.value?.status === 'reauth_required') return <Reconnect held={mailbox.value.held} />
  if (offline.value) return <Offline />
  if (freshness.value.problem !== undefined) {
    return (
      <Notice
        tone="warn"
        icon="warning"
        bold={t('notice.lookup.bold')}
        text={problemSentence(freshness.value.problem)}
        action={t('common.try_again')}
        onPress={retryNow}
        testid="lookup-problem"
      />
    )
  }
  if (page.value?.health.ok === false) {
    return (
      <Notice
        tone="neutral"
        icon="info"
        bold={t('notice.gmail.bold')}
        text={t('notice.gmail')}
        testid="gmail-changed"
      />
    )
  }
  if (mailbox.value?.status === 'disconnected') return <Disconnected />
  return (
    <>
      <WaitingFoot />
      <Freshness />
    </>
  )
}

function Freshness() {
  const { asOf, checking } = freshness.value
  const synced = mailbox.value?.syncedAt
  const { zone } = view.value
  const news = checking ? undefined : syncNews()
  if (news !== undefined) return <FootLine {...news} />
  let icon: IconName = 'check'
  let text = t('foot.up_to_date')
  let aside = ''
  if (checking) {
    icon = asOf === undefined ? 'search' : 'history'
    const waiting = people.value.find((one) => one.kind === 'pending')
    text =
      asOf !== undefined
        ? t('foot.as_of_checking', { time: timeOf(asOf, zone) })
        : t('foot.looking_up', { address: waiting?.address ?? '' })
  } else if (person.value?.kind === 'unknown' || mailbox.value?.canRead === false) {
    icon = 'shield'
    // Mail that stands on a record is stored: more than its address is known of it.
    if (!openStanding.value?.standings.length) text = t('unknown.foot')
  } else if (synced === null) {
    icon = 'mail'
    text = t('foot.not_synced')
  } else if (synced === undefined) {
    text = asOf === undefined ? '' : t('foot.as_of', { time: timeOf(asOf, zone) })
  } else {
    const others = me.value?.mailboxes.filter((one) => one.status === 'connected' && one.canRead).length ?? 0
    if (others > 1) text = t('trust.foot.mailboxes', { n: others })
    aside = ago(Date.parse(synced), view.value)
  }
  return (
    <footer class="foot" data-testid="foot">
      {text !== '' && <Icon name={icon} size={14} />}
      <span class="cut" data-testid="freshness">
        {text}
      </span>
      <span class="end number">{aside}</span>
    </footer>
  )
}

function Reconnect({ held }: { held: number }) {
  return (
    <Notice
      tone="warn"
      icon="plug"
      bold={t('notice.reconnect.bold')}
      text={held > 0 ? t('notice.reconnect', { n: held }) : t('notice.reconnect_none')}
      action={t('notice.reconnect.action')}
      onPress={() => void allow(granted())}
      testid="reconnect"
    />
  )
}

/** S-023: nothing of the mailbox is taken or shown, and here is the way back. */
function Disconnected() {
  const { email = '' } = mailbox.value ?? {}
  return (
    <Notice
      tone="warn"
      icon="plug"
      bold={t('trust.disconnected.bold')}
      text={t('trust.disconnected', { account: email })}
      action={t('trust.disconnected.action')}
      onPress={() => void allow(['send', 'read'])}
      testid="disconnected"
    />
  )
}

/** Reconnecting asks for what was given before, nothing more. */
function granted(): ('send' | 'read')[] {
  const { canSend = true, canRead = true } = mailbox.value ?? {}
  const stages: ('send' | 'read')[] = [
    ...(canSend ? (['send'] as const) : []),
    ...(canRead ? (['read'] as const) : []),
  ]
  return stages.length > 0 ? stages : ['send']
}

function Offline() {
  const { asOf } = freshness.value
  const time = asOf === undefined ? undefined : timeOf(asOf, view.value.zone)
  return (
    <Notice
      tone="neutral"
      icon="offline"
      bold={t('notice.offline.bold')}
      text={time === undefined ? t('notice.offline_new') : t('notice.offline', { time })}
      action={t('notice.offline.action')}
      onPress={retryNow}
      testid="offline"
    />
  )
}

function Notice(props: {
  tone: 'neutral' | 'warn'
  icon: IconName
  bold: string
  text: string
  action?: string
  onPress?: () => void
  testid: string
}) {
  return (
    <footer class={`foot notice notice-${props.tone}`} aria-live="polite" data-testid={props.testid}>
      <Icon name={props.icon} size={18} />
      <p>
        <strong>{props.bold}</strong> {props.text}
      </p>
      {props.action && props.onPress && (
        <Button kind="text" small onPress={props.onPress} testid={`${props.testid}-action`}>
          {props.action}
        </Button>
      )}
    </footer>
  )
}
