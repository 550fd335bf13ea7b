import { useEffect } from 'preact/hooks'
import type { MySharing } from '@/lib/contract/sharing.ts'
import { type SharingMode, sharingModes } from '@/lib/domain/sharing.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Page } from '@/lib/extension/ui/sheet.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { RadioCards, SwitchLine } from '@/lib/extension/ui/switch.tsx'
import { leavePlace } from '../../keys.ts'
import { readMyRequests, readMySharing } from '../../load/sharing/mine.ts'
import { chooseMode, chooseSwitch } from '../../load/sharing/rule.ts'
import { problemSentence } from '../../load/words.ts'
import { busy, me } from '../../state.ts'
import { myRequests, mySharing } from '../../state-sharing.ts'
import { moduleIcon } from '../record-icons.ts'
import { OlderMail } from './older.tsx'
import { Requests } from './requests.tsx'
import './sharing.css'

const modeIcons: Record<SharingMode, IconName> = {
  private: 'lock',
  metadata: 'eye',
  public: 'people',
  per_record: 'deal',
}

/** Design 05 D, in the panel. */
export function SharingPage() {
  return (
    <Page
      title={t('sharing.mine.title')}
      subtitle={me.value?.user.email}
      backLabel={t('common.back')}
      onBack={leavePlace}
      testid="sharing-page"
    >
      <div class="pad pad-block">
        <MySharingParts />
      </div>
    </Page>
  )
}

/** What I let others see: what waits for me, the mode, the records switched on, and what I gave away. */
export function MySharingParts() {
  useEffect(() => {
    void readMySharing()
    void readMyRequests()
  }, [])
  const { sharing, problem } = mySharing.value
  const bones = useSkeleton(sharing === undefined && problem === undefined)
  return (
    <div class="stack sharing-parts" data-testid="my-sharing">
      {problem !== undefined && (
        <Note tone="danger" testid="sharing-problem">
          {problemSentence(problem)}
        </Note>
      )}
      {sharing === undefined ? (
        bones && <Bone width="100%" height="240px" />
      ) : (
        <>
          <Requests requests={sharing.requests} part="open" />
          <OlderMail older={sharing.older} part="open" />
          <Mode sharing={sharing} />
          <Switched sharing={sharing} />
          <Requests requests={sharing.requests} part="given" />
          <Requests requests={myRequests.value} part="asked" />
          <OlderMail older={sharing.older} part="answered" />
        </>
      )}
    </div>
  )
}

function Mode({ sharing }: { sharing: MySharing }) {
  const off = sharing.forced ? t('sharing.mine.forced') : undefined
  return (
    <section class="stack-small" aria-label={t('sharing.mine.mode')}>
      <h2>{t('sharing.mine.mode')}</h2>
      {sharing.forced && (
        <Note tone="neutral" icon="lock" bold={t('sharing.mine.forced')} testid="sharing-forced">
          {t('sharing.mine.forced_text')}
        </Note>
      )}
      <RadioCards
        label={t('sharing.mine.mode')}
        value={sharing.mode}
        off={off}
        options={sharingModes.map((value) => ({
          value,
          label: t(`sharing.mode.${value}`),
          text: t(`sharing.mode.${value}.text`),
          end: <Icon name={modeIcons[value]} />,
        }))}
        onChange={(mode) => void chooseMode(mode)}
        testid="mode"
      />
    </section>
  )
}

/** Leads, contacts and deals of which my mail is shown; they count while sharing goes record by record. */
function Switched({ sharing }: { sharing: MySharing }) {
  const counts = sharing.mode === 'per_record'
  const { switched } = sharing
  if (!counts && switched.length === 0) return null
  return (
    <section class="stack-small" data-testid="switched">
      <h2>
        {switched.length === 0
          ? t('sharing.mine.switched_none')
          : t('sharing.mine.switched', { n: switched.length })}
      </h2>
      <p class="quiet small">{t(counts ? 'sharing.mine.switched_text' : 'sharing.mine.switched_waits')}</p>
      <div>
        {switched.map(({ record, mails }) => (
          <SwitchLine
            key={record.id}
            before={<Icon name={moduleIcon(record.module)} />}
            aside={t('sharing.mine.mails', { n: mails })}
            checked
            busy={busy.value.has(`switch:${record.id}`)}
            label={t('sharing.mine.switch_of', { record: record.name })}
            onChange={(on) => void chooseSwitch(record, on)}
            testid="switched-off"
          >
            {record.name}
          </SwitchLine>
        ))}
      </div>
    </section>
  )
}
