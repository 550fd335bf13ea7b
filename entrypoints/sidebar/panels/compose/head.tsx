import { useState } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import type { Draft } from '@/lib/extension/mail-draft.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Menu } from '@/lib/extension/ui/menu.tsx'
import type { Field } from '../../load/compose/parties.ts'
import { setRecipients } from '../../load/compose/recipients.ts'
import { changeDraft } from '../../load/compose/save.ts'
import { chooseSender } from '../../load/compose/senders.ts'
import { page } from '../../state.ts'
import { senders } from '../../state-compose.ts'
import { Recipients } from './recipients.tsx'

/** From, To, Cc, Bcc and subject. */
export function Head({ open }: { open: Draft }) {
  const [copies, setCopies] = useState(false)
  const showCopies =
    copies || open.cc.length + open.bcc.length > 0 || open.pending.cc + open.pending.bcc !== ''
  return (
    <>
      <From open={open} />
      {open.mass === undefined ? (
        <>
          <div class="line-group">
            <Line open={open} field="to" autofocus={open.to.length === 0} />
            {!showCopies && (
              <Button kind="text" small onPress={() => setCopies(true)} testid="show-copies">
                {`${t('compose.cc')} ${t('compose.bcc')}`}
              </Button>
            )}
          </div>
          {showCopies && <Line open={open} field="cc" />}
          {showCopies && <Line open={open} field="bcc" />}
        </>
      ) : (
        <div class="line">
          <span class="line-label">{t('compose.to')}</span>
          <span class="chip" data-testid="mass-chip">
            <Icon name="people" />
            {t('compose.mass', { n: open.mass.recordIds.length })}
          </span>
          <span class="quiet small">{t('compose.mass_each')}</span>
        </div>
      )}
      <div class="line">
        <label class="hidden" for="field-subject">
          {t('compose.subject')}
        </label>
        <input
          id="field-subject"
          class="bare subject"
          dir="auto"
          value={open.subject}
          placeholder={t('compose.subject')}
          maxLength={998}
          data-testid="input-subject"
          onInput={(event) => changeDraft({ subject: event.currentTarget.value.replace(/[\r\n]+/g, ' ') })}
        />
      </div>
    </>
  )
}

function Line({ open, field, autofocus = false }: { open: Draft; field: Field; autofocus?: boolean }) {
  return (
    <Recipients
      field={field}
      parties={open[field]}
      typed={open.pending[field]}
      autofocus={autofocus}
      onChange={(parties, typed) => setRecipients(field, parties, typed)}
    />
  )
}

/** S-071: the account itself and its verified aliases; there is nothing to choose with one. */
function From({ open }: { open: Draft }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const all = senders.value?.senders ?? []
  if (all.length < 2) return null
  const account = page.value?.account ?? ''
  const now = open.from ?? account
  return (
    <div class="line">
      <span class="line-label" id="from-label">
        {t('compose.from')}
      </span>
      <button
        type="button"
        class="from-button"
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        aria-labelledby="from-label from-now"
        data-testid="from"
        onClick={(event) => setAt(event.currentTarget)}
      >
        <bdi class="cut" id="from-now">
          {now}
        </bdi>
        <Icon name="down" />
      </button>
      {at && (
        <Menu
          at={at}
          from="start"
          label={t('compose.from')}
          onClose={() => setAt(undefined)}
          items={all.map(({ address, name, isShared }) => ({
            id: `from-${address}`,
            label: address,
            hint: isShared ? t('compose.from_shared') : name,
            chosen: address === now,
            run: () => chooseSender(address),
          }))}
        />
      )}
    </div>
  )
}
