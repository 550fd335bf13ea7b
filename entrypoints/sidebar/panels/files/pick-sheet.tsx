import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { closeSheet } from '../../keys.ts'
import { fromLibrary, type PickFrom } from '../../load/files/pick.ts'
import { bytesUsed } from '../../load/files/place.ts'
import { cards } from '../../state.ts'
import { mailLimits, pickedName, pickProblem, recordShelf } from '../../state-files.ts'
import { PickDrive } from './pick-drive.tsx'
import { PickLibrary } from './pick-library.tsx'
import { PickRecord } from './pick-record.tsx'
import { meterWords, nameInSentence, whyWords } from './words.ts'
import './files.css'

/** Files from somewhere else for the open mail: each is added at once, the sheet stays until it is closed. */
export function PickSheet({ from }: { from: PickFrom }) {
  const limits = mailLimits.value
  return (
    <Sheet
      title={titleOf(from)}
      subtitle={
        limits && from === 'library'
          ? t('clip.library_used', { n: fromLibrary(), most: limits.maxLibraryFiles })
          : undefined
      }
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="pick-sheet"
      bar={
        <>
          <Button kind="filled" onPress={closeSheet} testid="pick-done">
            {t('clip.done')}
          </Button>
          {limits && (
            <span class="end second small number" data-testid="pick-meter">
              {meterWords(bytesUsed(), limits.maxBytes)}
            </span>
          )}
        </>
      }
    >
      <div class="pad pick">
        <p class="hidden" role="status">
          {pickedName.value !== '' && t('clip.attached', { file: nameInSentence(pickedName.value) })}
        </p>
        <Problem />
        {from === 'library' ? <PickLibrary /> : from === 'record' ? <PickRecord /> : <PickDrive />}
      </div>
    </Sheet>
  )
}

function titleOf(from: PickFrom): string {
  if (from === 'library') return t('clip.library')
  if (from === 'drive') return t('pick.drive_title')
  const name = cards.value.get(recordShelf.value?.recordId ?? '')?.record.name ?? ''
  return name === '' ? t('list.attachments') : t('clip.record', { record: plainName(name) })
}

/** Why the last choice is not in the mail. */
function Problem() {
  const problem = pickProblem.value
  if (problem === undefined) return null
  const { name, why } = problem
  if (why === 'library_most')
    return (
      <Note tone="danger" testid="pick-problem">
        {t('clip.library_most', { n: mailLimits.value?.maxLibraryFiles ?? 0 })}
      </Note>
    )
  return (
    <Note tone="danger" testid="pick-problem">
      <strong>
        <bdi>{nameInSentence(name)}</bdi>
      </strong>{' '}
      {whyWords(why, 'mail')}
    </Note>
  )
}
