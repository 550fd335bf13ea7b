import { useEffect } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { attachFiles, turnAway } from '../../load/files/attach.ts'
import { chooseFiles } from '../../load/files/choose.ts'
import { bytesUsed, knownPlace, learnLimits, readFiles, unlisted } from '../../load/files/place.ts'
import { refreshCard } from '../../load/records.ts'
import { cards, draft } from '../../state.ts'
import { draftFiles, fileTaker, textTurn } from '../../state-compose.ts'
import { mailLimits, turnedAway } from '../../state-files.ts'
import { CarriedRow, FileRow } from './file-row.tsx'
import { Refusals } from './refusals.tsx'
import { useFileDrop } from './use-drop.ts'
import { meterWords } from './words.ts'
import './files.css'

/** Of the cap, from where the meter warns (design 4). */
const nearlyFull = 0.75

/** The files of the open mail, what was refused, and how much of the mail they take. */
export function ComposeFiles() {
  const place = knownPlace()
  const turn = textTurn.value
  const about = draft.value?.recordId
  useEffect(() => void learnLimits(), [])
  useEffect(() => void readFiles(), [place, turn])
  useEffect(() => {
    if (about !== undefined && !cards.value.has(about)) void refreshCard(about)
  }, [about])
  useEffect(() => {
    const take = (files: readonly File[]) => void attachFiles(files)
    fileTaker.value = take
    return () => {
      if (fileTaker.value === take) fileTaker.value = undefined
    }
  }, [])
  const over = useFileDrop({
    files: (files) => void attachFiles(files),
    folder: (name) => turnAway({ draftId: draft.value?.id, name, why: { kind: 'folder' } }),
  })
  const files = draftFiles.value.filter((file) => file.source !== 'inline')
  const own = unlisted()
  const refused = turnedAway.value.filter(
    (one) => one.draftId !== undefined && one.draftId === draft.value?.id,
  )
  return (
    <div class="mail-files-box">
      {files.length + own.length > 0 && (
        <ul class="mail-files" aria-label={t('clip.files')} data-testid="mail-files">
          {files.map((file) => (
            <FileRow key={file.id} file={file} />
          ))}
          {own.map((one) => (
            <CarriedRow key={one.key} of={one} />
          ))}
        </ul>
      )}
      <SizeMeter always={refused.length > 0} />
      <Refusals of={refused} into="mail" onAnother={() => chooseFiles()} />
      {over && (
        <div class="drop-ground" data-testid="drop-ground">
          {t('clip.drop')}
        </div>
      )}
    </div>
  )
}

/** What will be sent against what may be, inline images included. */
function SizeMeter({ always }: { always: boolean }) {
  const used = bytesUsed()
  const all = mailLimits.value?.maxBytes
  if (all === undefined || (used === 0 && !always && draftFiles.value.length === 0)) return null
  const part = used / all
  const tone = part >= 1 ? ' size-full' : part >= nearlyFull ? ' size-near' : ''
  const words = meterWords(used, all)
  return (
    <div class={`size-meter${tone}`} data-testid="size-meter">
      <meter class="hidden" aria-label={t('clip.meter_name')} min={0} max={all} value={Math.min(used, all)} />
      <div class="size-track" aria-hidden="true">
        <span style={{ inlineSize: `${Math.min(100, part * 100)}%` }} />
      </div>
      <span class="number">{words}</span>
    </div>
  )
}
