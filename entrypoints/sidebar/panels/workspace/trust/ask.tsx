import { useState } from 'preact/hooks'
import type { Asked } from '@/lib/contract/messages.ts'
import { listOf, whenShort } from '@/lib/domain/format.ts'
import { shortName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { TextField } from '@/lib/extension/ui/field.tsx'
import { askAbout, forgetAsked } from '../../../load/trust.ts'
import { problemSentence } from '../../../load/words.ts'
import { busy, view } from '../../../state.ts'
import { asked } from '../../../state-trust.ts'

/** "Why is this mail not here?", asked of my own mailbox. Nothing of the answer is kept. */
export function Ask({ account }: { account: string }) {
  const [q, setQ] = useState('')
  const answer = asked.value.account === account ? asked.value : undefined
  return (
    <>
      <form
        class="ask-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          void askAbout(account, q)
        }}
      >
        <TextField
          label={t('trust.ask')}
          source={t('trust.ask_hint')}
          value={q}
          onInput={(next) => {
            setQ(next)
            // No answer stands below a question that is gone.
            if (next.trim() === '') forgetAsked()
          }}
          testid="trust-ask"
        />
        <Button kind="neutral" submit busy={busy.value.has('trust:ask')} testid="trust-ask-do">
          {t('trust.ask_do')}
        </Button>
      </form>
      <div role="status">
        {answer?.problem !== undefined && <p class="failed small">{problemSentence(answer.problem)}</p>}
        {answer?.mails?.length === 0 && <p class="second small">{t('trust.ask.none')}</p>}
        {answer?.mails !== undefined && answer.mails.length > 0 && (
          <ul class="asked" data-testid="trust-asked">
            {answer.mails.map((mail) => (
              <li key={mail.gmailId} data-testid="asked-mail">
                <p class="spread">
                  <span class="cut" dir="auto">
                    {mail.subject || t('sharing.mine.subject_none')}
                  </span>
                  <span class="quiet small number">{whenShort(Date.parse(mail.at), view.value)}</span>
                </p>
                <p class="second small" dir="auto">
                  {mail.from && `${shortName(mail.from.name, mail.from.address)} · `}
                  {answerOf(mail)}
                </p>
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  )
}

function answerOf(mail: Asked['mails'][number]): string {
  if (mail.why !== null) return t('trust.ask.skipped', { why: t(`trust.ask.why.${mail.why}`) })
  if (mail.records.length > 0) {
    const records = listOf(
      mail.records.map((one) => one.name),
      view.value.language,
    )
    return t('trust.ask.on', { records })
  }
  return t(mail.taken ? 'trust.ask.taken' : 'trust.ask.soon')
}
