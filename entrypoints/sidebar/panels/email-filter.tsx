import { useEffect, useState } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import type { EmailStatus } from '@/lib/extension/ui/badge.tsx'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Popover } from '@/lib/extension/ui/popover.tsx'
import { askEmails, countEmails } from '../load/emails.ts'
import { type EmailList, type EmailsAsk, everything } from '../state-emails.ts'
import { countWord, Status } from './email-marks.tsx'

const statuses: readonly EmailStatus[] = [
  ...(['received', 'sent', 'delivered', 'scheduled', 'held', 'sending'] as const),
  ...(['delayed', 'bounced_soft', 'bounced_hard', 'failed', 'cancelled', 'draft'] as const),
]
/** Ms without another click before the server is asked how many there are. */
const rest = 250

type Whose = EmailList['people'][number]

/** Status, whose mailbox, and more; its button says how many mails that would show (design 04 B). */
export function EmailFilter({
  at,
  list,
  onClose,
}: {
  at: HTMLElement
  list: EmailList
  onClose: () => void
}) {
  const [ask, setAsk] = useState<EmailsAsk>(list.ask)
  const count = useCount(list, ask)
  const change = (part: Partial<EmailsAsk>) => setAsk({ ...ask, ...part })
  const toggle = (status: EmailStatus) => {
    const has = ask.statuses.includes(status)
    const next = has ? ask.statuses.filter((one) => one !== status) : [...ask.statuses, status]
    // A status says more than the kind of mail, so it takes its place.
    change({ statuses: next, filter: next.length > 0 ? 'all' : list.ask.filter })
  }
  return (
    <Popover at={at} title={t('emails.filter.status')} onClose={onClose} testid="email-filter">
      <fieldset class="filter-statuses">
        <legend class="hidden">{t('emails.filter.status')}</legend>
        {statuses.map((status, index) => (
          <button
            key={status}
            type="button"
            class="filter-status"
            aria-pressed={ask.statuses.includes(status)}
            data-autofocus={index === 0 ? '' : undefined}
            data-testid={`status-${status}`}
            onClick={() => toggle(status)}
          >
            <Status status={status} />
          </button>
        ))}
      </fieldset>
      {list.people.length > 0 && <People people={list.people} ask={ask} change={change} />}
      <fieldset class="filter-part">
        <legend>{t('emails.filter.more')}</legend>
        <Check
          label={t('emails.filter.with_files')}
          checked={ask.withFiles}
          onChange={(withFiles) => change({ withFiles })}
          testid="with-files"
        />
        <Check
          label={t('emails.filter.archived')}
          checked={ask.archived}
          onChange={(archived) => change({ archived })}
          testid="archived"
        />
        <Check
          label={t('emails.filter.by_hand')}
          checked={ask.byHand}
          onChange={(byHand) => change({ byHand })}
          testid="by-hand"
        />
      </fieldset>
      <div class="filter-bar">
        <Button
          kind="text"
          onPress={() => setAsk({ ...everything, filter: ask.filter, q: ask.q })}
          testid="filter-clear"
        >
          {t('emails.filter.clear')}
        </Button>
        <Button
          kind="filled"
          onPress={() => {
            askEmails(list, ask)
            onClose()
          }}
          testid="filter-show"
        >
          {count === undefined
            ? t('emails.filter.show')
            : count === 1
              ? t('emails.filter.show_one')
              : t('emails.filter.show_some', { count: countWord(count) })}
        </Button>
      </div>
    </Popover>
  )
}

/** Whose mailbox: mine and those of whom I see something, with how much; who shares nothing has no number. */
function People(props: {
  people: readonly Whose[]
  ask: EmailsAsk
  change: (part: Partial<EmailsAsk>) => void
}) {
  const { people, ask, change } = props
  const open = people.filter((one) => one.level !== 'none')
  const isOn = (one: Whose) =>
    one.level !== 'none' && (ask.people.length === 0 || ask.people.includes(one.userId))
  const press = (one: Whose, on: boolean) => {
    const next = open.filter((other) => (other === one ? on : isOn(other))).map((other) => other.userId)
    change({ people: next.length === open.length || next.length === 0 ? [] : next })
  }
  return (
    <fieldset class="filter-part" data-testid="filter-people">
      <legend>{t('emails.filter.people')}</legend>
      {people.map((one) => (
        <Check
          key={one.userId}
          label={one.isMine ? t('emails.filter.mine') : one.name}
          checked={isOn(one)}
          off={one.level === 'none'}
          onChange={(on) => press(one, on)}
          testid="filter-person"
          aside={mailsOf(one)}
          {...(one.isMine ? {} : { avatar: one })}
        />
      ))}
    </fieldset>
  )
}

function mailsOf(one: Whose): string {
  if (one.level === 'none') return t('emails.people.nothing')
  const count = countWord(one.mails)
  if (one.isMine) return count
  return one.level === 'metadata'
    ? t('emails.people.who_when', { count })
    : t('emails.people.shared', { count })
}

function Check(props: {
  label: string
  checked: boolean
  off?: boolean
  aside?: string
  avatar?: Whose
  onChange: (checked: boolean) => void
  testid: string
}) {
  return (
    <label class={props.off ? 'filter-line filter-off' : 'filter-line'} data-testid={`line-${props.testid}`}>
      <input
        class="check"
        type="checkbox"
        checked={props.checked}
        disabled={props.off === true}
        data-testid={props.testid}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      {props.avatar && <Avatar name={props.avatar.name} address={props.avatar.userId} />}
      <span class="cut" dir="auto">
        {props.label}
      </span>
      {props.aside !== undefined && <span class="end quiet number">{props.aside}</span>}
    </label>
  )
}

/** How many mails it would show; known at once for what is shown now. */
function useCount(list: EmailList, ask: EmailsAsk): number | undefined {
  const same = JSON.stringify(ask) === JSON.stringify(list.ask)
  const [count, setCount] = useState<{ ask: EmailsAsk; total: number | undefined } | undefined>(undefined)
  useEffect(() => {
    if (same) return
    let gone = false
    const timer = setTimeout(async () => {
      const total = await countEmails(list, ask)
      if (!gone) setCount({ ask, total })
    }, rest)
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [ask, same])
  if (same) return list.total
  return count?.ask === ask ? count.total : undefined
}
