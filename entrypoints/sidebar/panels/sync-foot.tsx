import { timeOf } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { goTo } from '../load/workspace/place.ts'
import { mailbox, view } from '../state.ts'
import { finding } from '../state-trust.ts'

interface News {
  icon: IconName
  text: string
  action: string
  testid: string
}

/** What synchronisation of this mailbox does besides being up to date (design 12 C); undefined when there is nothing. */
export function syncNews(): News | undefined {
  const one = mailbox.value
  if (one === undefined || !one.canRead) return undefined
  const see = t('trust.foot.see')
  if (one.sync === 'stopped')
    return { icon: 'pause', text: t('trust.foot.stopped'), action: see, testid: 'foot-stopped' }
  const until = one.pausedUntil
  // What was true until then is not said a moment longer; the server is asked again meanwhile.
  if (one.sync === 'paused' && (until === null || Date.parse(until) > view.value.now)) {
    const text =
      until === null
        ? t('trust.foot.paused')
        : t('trust.foot.paused_until', { time: timeOf(Date.parse(until), view.value.zone) })
    return { icon: 'hourglass', text, action: see, testid: 'foot-paused' }
  }
  const told = finding.value.get(one.id)
  if (told === undefined) return undefined
  return {
    icon: 'mail',
    text: t('trust.foot.finding', { n: told.found }),
    action: t('trust.foot.how_far'),
    testid: 'foot-finding',
  }
}

/** One quiet line of the foot with a way to the whole. */
export function FootLine({ icon, text, action, testid }: News) {
  return (
    <footer class="foot foot-line" data-testid={testid}>
      <Icon name={icon} size={14} />
      <span class="cut" data-testid="freshness">
        {text}
      </span>
      <span class="end">
        <Button kind="text" small onPress={() => goTo('trust')} testid={`${testid}-see`}>
          {action}
        </Button>
      </span>
    </footer>
  )
}
