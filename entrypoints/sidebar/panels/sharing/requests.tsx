import type * as z from 'zod'
import type { AccessRequest } from '@/lib/contract/sharing.ts'
import { joined, whenShort } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { answerRequest, takeBack } from '../../load/sharing/mine.ts'
import { busy, me, view } from '../../state.ts'

type Asked = z.infer<typeof AccessRequest>

/** Colleagues who ask for a mail of mine, whom I gave one, and what I asked for. */
export function Requests({
  requests,
  part,
}: {
  requests: readonly Asked[]
  part: 'open' | 'given' | 'asked'
}) {
  const mine = (one: Asked) => one.owner.id === me.value?.user.id
  const shown = requests.filter((one) =>
    part === 'asked' ? !mine(one) : mine(one) && one.status === (part === 'open' ? 'open' : 'granted'),
  )
  if (shown.length === 0) return null
  return (
    <section class="stack-small" data-testid={`requests-${part}`}>
      <h2>{t(part === 'open' ? 'sharing.mine.requests' : `sharing.mine.${part}`)}</h2>
      {part === 'open'
        ? shown.map((one) => <Open key={one.id} one={one} />)
        : shown.map((one) =>
            part === 'given' ? <Given key={one.id} one={one} /> : <AskedFor key={one.id} one={one} />,
          )}
    </section>
  )
}

function Open({ one }: { one: Asked }) {
  const { name } = one.askedBy
  const isBusy = busy.value.has(`request:${one.id}`)
  return (
    <div class="asking" data-testid="request">
      <p class="spread">
        <span class="asking-mail cut" dir="auto">
          {one.subject || t('sharing.mine.subject_none')}
        </span>
        <span class="quiet small number">{whenShort(Date.parse(one.askedAt), view.value)}</span>
      </p>
      <p class="second" dir="auto">
        {t('sharing.mine.asks', { name })}
      </p>
      <p class="actions">
        <Button
          kind="soft"
          small
          busy={isBusy}
          onPress={() => void answerRequest(one, 'grant')}
          testid="request-allow"
        >
          {t('sharing.mine.allow')}
          <span class="hidden">{t('sharing.mine.allow_of', { name })}</span>
        </Button>
        <Button
          kind="text"
          small
          busy={isBusy}
          onPress={() => void answerRequest(one, 'decline')}
          testid="request-decline"
        >
          {t('sharing.mine.decline')}
          <span class="hidden">{t('sharing.mine.decline_of', { name })}</span>
        </Button>
      </p>
    </div>
  )
}

function Given({ one }: { one: Asked }) {
  return (
    <div class="answered" data-testid="given">
      <Icon name="mail" />
      <div>
        <p class="cut" dir="auto">
          {one.subject || t('sharing.mine.subject_none')}
        </p>
        <p class="quiet small cut" dir="auto">
          {t('sharing.mine.given_to', { name: one.askedBy.name })}
        </p>
      </div>
      <Button
        kind="text"
        small
        busy={busy.value.has(`request:${one.id}`)}
        onPress={() => void takeBack(one)}
        testid="given-revoke"
      >
        {t('sharing.ledger.revoke')}
        <span class="hidden">{t('sharing.ledger.revoke_of', { name: one.askedBy.name })}</span>
      </Button>
    </div>
  )
}

function AskedFor({ one }: { one: Asked }) {
  return (
    <div class="answered" data-testid="asked-for">
      <Icon name="eye" />
      <div>
        <p class="cut" dir="auto">
          {one.subject ?? t('sharing.mine.asked_mail')}
        </p>
        <p class="quiet small cut" dir="auto">
          {joined(
            [t('sharing.mine.asked_of', { name: one.owner.name }), t(`sharing.mine.asked.${one.status}`)],
            view.value.language,
          )}
        </p>
      </div>
    </div>
  )
}
