import type { WhoSees } from '@/lib/contract/sharing.ts'
import type { ShareLevel } from '@/lib/domain/sharing.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Avatar } from '@/lib/extension/ui/avatar.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import './sharing.css'

/** `gains`: of how many mails they would see more than now, where it is about more than one. */
type Someone = WhoSees['people'][number] & { gains?: number }

/** How much somebody sees, as a sign and a word; never by colour alone (design 4, Sharing mark). */
export const levelIcons: Record<ShareLevel, IconName> = { none: 'hide', metadata: 'eye', full: 'people' }

/** Design 05 A: everybody by name with the rule that decides; who sees nothing stands below the line. `level`: the chosen one. */
export function WhoList(props: {
  answer: { people: readonly Someone[]; nobodyElse: number }
  level: ShareLevel
  /** Why the people who are not named see nothing; else the rule of one mail says it. */
  elseText?: string
}) {
  const { answer, level, elseText } = props
  const seeing = answer.people.filter((one) => one.level !== 'none')
  const others = answer.people.filter((one) => one.level === 'none')
  return (
    <>
      <ul class="who-list" aria-label={t('sharing.who.list')} data-testid="who-list">
        {seeing.map((one) => (
          <Line key={one.id} one={one} />
        ))}
      </ul>
      {(others.length > 0 || answer.nobodyElse > 0) && (
        <ul class="who-list who-nothing" aria-label={t('sharing.sees.none')} data-testid="who-nothing">
          {others.map((one) => (
            <Line key={one.id} one={one} />
          ))}
          {answer.nobodyElse > 0 && (
            <li class="who-line">
              <span class="who-number number">{answer.nobodyElse}</span>
              <span class="who-name">{t('sharing.who.everyone_else')}</span>
              <span class="who-why second small">
                {elseText ?? t(level === 'none' ? 'sharing.who.none.hidden' : 'sharing.who.else_text')}
              </span>
              <Sees level="none" />
            </li>
          )}
        </ul>
      )}
    </>
  )
}

function Line({ one }: { one: Someone }) {
  const name = one.isMe
    ? t('sharing.you')
    : one.role === 'admin' && one.level === 'none'
      ? t('sharing.who.admin_name', { name: one.name })
      : t('sharing.person', { name: one.name })
  return (
    <li class="who-line" data-testid="who-person" data-level={one.level} data-new={one.isNew}>
      <Avatar name={one.name} address={one.id} large />
      <span class="who-name">
        <bdi class="cut">{name}</bdi>
        {one.isNew && <span class="who-new">{t('sharing.who.new')}</span>}
      </span>
      <span class="who-why second small" dir="auto">
        {one.gains ? `${t('sharing.mine.mails', { n: one.gains })} · ${reasonOf(one)}` : reasonOf(one)}
      </span>
      <Sees level={one.level} />
    </li>
  )
}

function Sees({ level }: { level: ShareLevel }) {
  return (
    <span class="who-level second small">
      <Icon name={levelIcons[level]} />
      {t(`sharing.sees.${level}`)}
    </span>
  )
}

/** The rule that decides about this person, in a few words. */
function reasonOf(one: Someone): string {
  if (one.isMe) return t('sharing.who.mine')
  if (one.has !== null) return t(`sharing.who.has.${one.has}`)
  const record = one.through?.name
  if (one.level === 'none') return whyNothing(one, record)
  if (one.reason === 'granted') return t('sharing.who.granted')
  if (record === undefined)
    return t(one.gains === undefined ? 'sharing.who.may_open_any' : 'sharing.rule.may_open')
  return t(one.reason === 'switch' ? 'sharing.who.by_switch' : 'sharing.who.may_open', { record })
}

function whyNothing({ reason, role }: Someone, record: string | undefined): string {
  switch (reason) {
    case 'hidden':
      return t('sharing.who.none.hidden')
    case 'private':
      return t('sharing.who.none.private')
    case 'switch_off':
      return record === undefined
        ? t('sharing.who.none.switch_off_any')
        : t('sharing.who.none.switch_off', { record })
    case 'older':
      return record === undefined ? t('sharing.who.none.older_any') : t('sharing.who.none.older', { record })
    case 'no_record':
      return t(role === 'admin' ? 'sharing.who.admin' : 'sharing.who.none.no_record')
    default:
      return t(role === 'admin' ? 'sharing.who.admin' : 'sharing.who.none.other')
  }
}
