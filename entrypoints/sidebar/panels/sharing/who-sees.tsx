import { useEffect } from 'preact/hooks'
import { listOf, whenShort } from '@/lib/domain/format.ts'
import { type ShareLevel, shareLevels } from '@/lib/domain/sharing.ts'
import { t } from '@/lib/extension/i18n.ts'
import { moduleInSentence } from '@/lib/extension/record-words.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Segmented } from '@/lib/extension/ui/field.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { closeSheet } from '../../keys.ts'
import {
  chooseLevel,
  linkAndShare,
  shareAsChosen,
  startWhoSees,
  turnSwitch,
} from '../../load/sharing/who-sees.ts'
import { problemSentence, sentences } from '../../load/words.ts'
import { busy, modules, view } from '../../state.ts'
import { type WhoSeesAbout, type WhoSeesView, whoSees } from '../../state-sharing.ts'
import { moduleIcon } from '../record-icons.ts'
import { WhoList } from './who-list.tsx'
import './sharing.css'

/** Design 05 A: who will see a mail and by which rule, before it is put on a record, shown or hidden. */
export function WhoSeesSheet({ about }: { about: WhoSeesAbout }) {
  useEffect(() => startWhoSees(about), [about])
  const open = whoSees.value
  if (open === undefined || open.about !== about) return null
  const { switched } = about
  return (
    <Sheet
      title={
        switched === undefined
          ? t('sharing.who.title')
          : t('sharing.who.switch_title', { record: switched.record.name })
      }
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="who-sees"
      bar={<Bar open={open} />}
    >
      <form
        class="pad pad-block stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (open.answerTo === open.level) void doWhatItSays(open)
        }}
      >
        {switched === undefined ? (
          <About about={about} />
        ) : (
          <p class="second">{t('sharing.who.switch_text')}</p>
        )}
        {switched === undefined && (
          <div class="who-levels">
            <Segmented
              label={t('sharing.who.level')}
              value={open.level}
              options={shareLevels.map((value) => ({ value, label: t(`sharing.level.${value}`) }))}
              onChange={chooseLevel}
              testid="who-level"
            />
          </div>
        )}
        {open.problem !== undefined && (
          <Note tone="danger" bold={t('sharing.who.not_done')} testid="who-problem">
            {problemSentence(open.problem)}
          </Note>
        )}
        <Answer open={open} />
        <button type="submit" class="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
    </Sheet>
  )
}

/** What the filled button does, for Enter. */
function doWhatItSays({ about, level }: WhoSeesView): Promise<void> {
  if (about.switched !== undefined) return turnSwitch()
  const links = about.record !== undefined || about.dealId !== undefined
  return links ? linkAndShare(level) : shareAsChosen()
}

/** The mail, and where it would stand. */
function About({ about }: { about: WhoSeesAbout }) {
  return (
    <>
      <div class="who-mail">
        <Icon name="mail" />
        <div class="cut">
          <strong dir="auto">{about.subject || t('sharing.mine.subject_none')}</strong>
          <div class="quiet small">
            {t(about.gmailId === undefined ? 'sharing.who.thread' : 'sharing.who.one_mail')}
          </div>
        </div>
        {about.at !== undefined && (
          <span class="quiet small number">{whenShort(Date.parse(about.at), view.value)}</span>
        )}
      </div>
      {about.record !== undefined && (
        <div class="who-on">
          <span class="second">{t('sharing.who.on')}</span>
          <span class="chip chip-chosen">
            <Icon name={moduleIcon(about.record.module)} />
            <bdi class="cut">{about.record.name}</bdi>
          </span>
        </div>
      )}
    </>
  )
}

/** The people stay as they were until the answer for another level is there. */
function Answer({ open }: { open: WhoSeesView }) {
  const { answer } = open
  const bones = useSkeleton(answer === undefined && open.problem === undefined)
  if (answer === undefined)
    return (
      <div class="who-answer stack">
        {bones && [1, 2, 3].map((one) => <Bone key={one} width="100%" height="34px" />)}
      </div>
    )
  const module = open.about.record?.module ?? open.about.switched?.record.module
  return (
    <div class="who-answer" aria-busy={open.answerTo !== open.level}>
      <p class="who-count" role="status" data-testid="who-count">
        {countOf(open)}
      </p>
      <WhoList answer={answer} level={open.answerTo ?? open.level} />
      <Losses open={open} />
      {answer.fileReaders !== null && module !== undefined && (
        <Note tone="neutral" icon="clip" testid="who-files">
          {t('sharing.who.files', {
            n: answer.fileReaders,
            module: moduleInSentence(module, modules.value),
          })}
        </Note>
      )}
    </div>
  )
}

function countOf({ answer }: WhoSeesView): string {
  const seeing = (answer?.people ?? []).filter((one) => one.level !== 'none')
  const fresh = seeing.filter((one) => one.isNew).length
  if (seeing.every((one) => one.isMe)) return t('sharing.who.only_me')
  return fresh === 0
    ? t('sharing.who.n', { n: seeing.length })
    : t('sharing.who.n_new', { n: seeing.length, m: fresh })
}

/** Who would lose it, and what that cannot undo. */
function Losses({ open }: { open: WhoSeesView }) {
  const { lost, copies } = lossesOf(open)
  if (lost.length === 0) return null
  const { language } = view.value
  return (
    <Note tone="warn" testid="who-losses">
      {sentences([
        t('sharing.stop.lose', { names: listOf(lost, language) }),
        t('sharing.stop.read'),
        copies.length > 0 ? t('sharing.stop.copies', { names: listOf(copies, language) }) : '',
      ])}
    </Note>
  )
}

export function lossesOf({ before, answer }: WhoSeesView): { lost: string[]; copies: string[] } {
  const level = new Map<string, ShareLevel>(answer?.people.map((one) => [one.id, one.level]))
  const others = (before?.people ?? []).filter((one) => !one.isMe)
  const lost = others.filter(
    (one) => one.level !== 'none' && one.has === null && (level.get(one.id) ?? 'none') === 'none',
  )
  const copies = others.filter((one) => one.has !== null)
  return { lost: lost.map((one) => one.name), copies: copies.map((one) => one.name) }
}

/** What it says is what happens; the private way is one of the two buttons. */
function Bar({ open }: { open: WhoSeesView }) {
  const { about, level } = open
  const isBusy = busy.value.has('share')
  // Nobody shares with people whose names they have not been told.
  const isUntold = open.answerTo !== level
  const off = isUntold && open.problem !== undefined ? t('sharing.who.not_told') : undefined
  if (about.switched !== undefined) {
    const { on } = about.switched
    return (
      <>
        <Button
          kind="filled"
          keys="↵"
          busy={isBusy || isUntold}
          off={off}
          onPress={turnSwitch}
          testid="who-switch"
        >
          {t(on ? 'sharing.who.switch_on' : 'sharing.who.switch_off')}
        </Button>
        <Button kind="text" onPress={closeSheet} testid="who-keep">
          {t(on ? 'sharing.who.leave_off' : 'sharing.who.leave_on')}
        </Button>
      </>
    )
  }
  if (about.record !== undefined || about.dealId !== undefined) {
    return (
      <>
        {level !== 'none' && (
          <Button
            kind="filled"
            keys="↵"
            busy={isBusy || isUntold}
            off={off}
            onPress={() => linkAndShare(level)}
            testid="who-link-share"
          >
            {t('sharing.who.link_share')}
          </Button>
        )}
        <Button
          kind={level === 'none' ? 'filled' : 'outline'}
          busy={isBusy}
          onPress={() => linkAndShare('none')}
          testid="who-link-private"
        >
          {t('sharing.who.link_private')}
        </Button>
      </>
    )
  }
  const loses = lossesOf(open).lost.length > 0
  return (
    <>
      <Button
        kind="filled"
        keys="↵"
        busy={isBusy || isUntold}
        off={off}
        onPress={shareAsChosen}
        testid="who-share"
      >
        {t(level !== 'none' ? 'sharing.who.share' : loses ? 'sharing.stop' : 'sharing.who.to_myself')}
      </Button>
      <Button kind="text" onPress={closeSheet} testid="who-keep">
        {t('sharing.who.keep')}
      </Button>
    </>
  )
}
