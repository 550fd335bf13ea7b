import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { leavePlace } from '../keys.ts'
import { allow } from '../load/me.ts'
import { google, mailbox } from '../state.ts'
import { googleProblem } from './setup.tsx'

/** Decisions 17: permissions at Google, each step with what it gives and Google's own words for it. */
export function PermissionsPage({ need }: { need?: 'send' | 'read' | undefined }) {
  const { waiting, problem } = google.value
  const canSend = mailbox.value?.canSend ?? false
  const canRead = mailbox.value?.canRead ?? false
  const next = need === 'read' && !canRead ? 'read' : canSend ? 'read' : 'send'
  return (
    <Page title={t('menu.permissions')} backLabel={t('common.back')} onBack={leavePlace} testid="permissions">
      <div class="pad pad-block stack">
        <h2 class="big">{t('consent.title')}</h2>
        <p class="second">{t('consent.text')}</p>
        <Stage icon="check" of="lookup" given filled={false} />
        <Stage icon="plane" of="send" given={canSend} filled={next === 'send'} />
        <Stage icon="mail" of="read" given={canRead} filled={next === 'read'} />
        {waiting === 'consent' && <Note tone="neutral">{t('consent.waiting')}</Note>}
        {problem !== undefined && <Note tone="danger">{googleProblem(problem)}</Note>}
      </div>
    </Page>
  )
}

function Stage(props: { icon: IconName; of: 'lookup' | 'send' | 'read'; given: boolean; filled: boolean }) {
  const { of } = props
  return (
    <section class={props.filled ? 'stage stage-next' : 'stage'} data-testid={`stage-${of}`}>
      <Icon name={props.given ? 'check' : props.icon} size={18} />
      <div>
        <h3>{t(`consent.${of}.title`)}</h3>
        <p class="second">{t(`consent.${of}.gives`)}</p>
        <p class="quiet">{t(`consent.${of}.google`)}</p>
        {of !== 'lookup' && !props.given && (
          <Button
            kind={props.filled ? 'filled' : 'outline'}
            onPress={() => void allow([of])}
            testid={`allow-${of}`}
          >
            {t('consent.allow')}
          </Button>
        )}
        {of !== 'lookup' && props.given && <p class="given">{t('consent.given')}</p>}
      </div>
    </section>
  )
}
