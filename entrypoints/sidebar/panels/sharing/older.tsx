import { useState } from 'preact/hooks'
import type { EmailRow } from '@/lib/contract/emails.ts'
import { dateOf, whenShort } from '@/lib/domain/format.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { answerOlder, readOlderMails } from '../../load/sharing/older.ts'
import { agreeToOlder } from '../../load/sharing/rule.ts'
import { busy, me, view } from '../../state.ts'
import type { Older } from '../../state-sharing.ts'

/** So many mails are shown; the rest is a number. */
const most = 20

/** Mail from before an address stood on its record: the owner's alone until they agree (decisions 6). */
export function OlderMail({ older, part }: { older: readonly Older[]; part: 'open' | 'answered' }) {
  const shown = older.filter((one) => (part === 'open') === (one.agreed === null) && one.mails > 0)
  if (shown.length === 0) return null
  if (part === 'open')
    return (
      <>
        {shown.map((one) => (
          <Waiting key={`${one.record.id} ${one.address}`} one={one} />
        ))}
      </>
    )
  return (
    <section class="stack-small" data-testid="older-answered">
      <h2>{t('sharing.mine.older_done')}</h2>
      {shown.map((one) => (
        <div class="answered" key={`${one.record.id} ${one.address}`} data-testid="older-line">
          <Icon name="history" />
          <div>
            <p dir="auto">
              {t('sharing.mine.older_line', { address: one.address, record: one.record.name })}
            </p>
            <p class="quiet small">
              {t('sharing.mine.mails', { n: one.mails })} ·{' '}
              {t(one.agreed ? 'sharing.mine.older_agreed' : 'sharing.mine.older_kept')}
            </p>
          </div>
          <Button
            kind="text"
            small
            busy={busy.value.has('older')}
            onPress={() => void answerOlder(one, null)}
            testid="older-again"
          >
            {t('sharing.mine.ask_again')}
          </Button>
        </div>
      ))}
    </section>
  )
}

/** The question, with the mails it is about one press away. */
function Waiting({ one }: { one: Older }) {
  const [mails, setMails] = useState<readonly EmailRow[] | undefined>(undefined)
  const [looks, setLooks] = useState(false)
  const look = async () => {
    setLooks(true)
    setMails(await readOlderMails(one))
  }
  const date = dateOf(Date.parse(one.addedAt), view.value)
  const mine = one.addedBy === me.value?.user.name
  const facts = { address: one.address, record: one.record.name, date }
  const isBusy = busy.value.has('older')
  return (
    <Note
      tone="info"
      icon="history"
      bold={t('sharing.mine.older', { n: one.mails })}
      testid="older"
      actions={
        <>
          {mails === undefined ? (
            <Button kind="filled" small busy={looks} onPress={() => void look()} testid="older-look">
              {t('sharing.mine.look')}
            </Button>
          ) : (
            <Button kind="filled" small busy={isBusy} onPress={() => agreeToOlder(one)} testid="older-agree">
              {t('sharing.mine.agree')}
            </Button>
          )}
          <Button
            kind="text"
            small
            busy={isBusy}
            onPress={() => void answerOlder(one, false)}
            testid="older-keep"
          >
            {t('sharing.mine.keep')}
          </Button>
        </>
      }
    >
      <p dir="auto">
        {mine
          ? t('sharing.mine.older_mine', facts)
          : t('sharing.mine.older_text', { ...facts, name: one.addedBy })}
      </p>
      {mails !== undefined && <Mails mails={mails} total={one.mails} />}
    </Note>
  )
}

function Mails({ mails, total }: { mails: readonly EmailRow[]; total: number }) {
  const rest = total - Math.min(mails.length, most)
  return (
    <>
      {mails.length === 0 ? (
        <p class="second">{t('sharing.mine.no_mails')}</p>
      ) : (
        <ul class="older-mails" data-testid="older-mails">
          {mails.slice(0, most).map((row) => (
            <li key={row.key}>
              <span class="cut" dir="auto">
                {row.subject || t('sharing.mine.subject_none')}
              </span>
              <time dateTime={row.at}>{whenShort(Date.parse(row.at), view.value)}</time>
            </li>
          ))}
        </ul>
      )}
      {rest > 0 && mails.length > 0 && <p class="quiet small">{t('sharing.mine.more_mails', { n: rest })}</p>}
      <p class="second">{t('sharing.mine.agree_text')}</p>
    </>
  )
}
