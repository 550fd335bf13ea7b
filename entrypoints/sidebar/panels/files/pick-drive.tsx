import type { DrivePage } from '@/lib/contract/files.ts'
import { ago } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { pickFile, readDrive, searchDrive } from '../../load/files/pick.ts'
import { allow } from '../../load/me.ts'
import { problemSentence } from '../../load/words.ts'
import { mailbox, view } from '../../state.ts'
import { driveShelf } from '../../state-files.ts'
import { Choice, SearchField } from './pick-parts.tsx'

type DriveFile = DrivePage['files'][number]

/** The rep's own Drive, searched by the server; Google's documents are attached in a form others can open. */
export function PickDrive() {
  const { q, files, next, loading, problem } = driveShelf.value
  const bones = useSkeleton(loading && files.length === 0)
  const missing =
    mailbox.value?.canDrive === false ||
    (problem?.kind === 'refused' && problem.reason === 'scope_drive_missing')
  if (missing) return <Permission />
  return (
    <>
      <SearchField label={t('pick.search_drive')} value={q} onInput={searchDrive} testid="pick-search" />
      {problem && (
        <Note
          tone="warn"
          testid="drive-problem"
          actions={
            <Button kind="outline" small onPress={() => void readDrive(undefined)} testid="drive-again">
              {t('common.try_again')}
            </Button>
          }
        >
          {problemSentence(problem)}
        </Note>
      )}
      {bones && <Bone width="70%" height="13px" />}
      {!loading && problem === undefined && files.length === 0 && (
        <Empty title={t('pick.nothing')} text={t('pick.nothing_text')} testid="pick-none" />
      )}
      <Rows label={t('pick.drive_title')}>
        {files.map((file, index) => (
          <DriveChoice key={file.id} file={file} first={index === 0} />
        ))}
      </Rows>
      {next !== undefined && (
        <Button kind="text" busy={loading} onPress={() => void readDrive(next)} testid="pick-more">
          {t('list.more')}
        </Button>
      )}
    </>
  )
}

function DriveChoice({ file, first }: { file: DriveFile; first: boolean }) {
  const { id, name, mimeType, size, owner, modifiedAt, exports } = file
  const [form, ...others] = exports
  const input = (exportAs: string | undefined) => ({
    source: 'drive' as const,
    driveId: id,
    ...(exportAs !== undefined && { exportAs }),
  })
  const when = modifiedAt === null ? '' : ago(Date.parse(modifiedAt), view.value)
  return (
    <Choice
      input={input(form?.mimeType)}
      name={name}
      mimeType={mimeType}
      size={size}
      first={first}
      below={
        <>
          {form && <span>{t('pick.as', { form: form.extension.toUpperCase() })}</span>}
          <span class="cut" dir="auto">
            {owner === '' ? when : t('library.by', { name: plainName(owner), when })}
          </span>
        </>
      }
      actions={
        others.length > 0 &&
        others.map((other) => (
          <Button
            key={other.mimeType}
            kind="text"
            small
            onPress={() => void pickFile(input(other.mimeType), { name, size })}
            testid="pick-as"
          >
            {t('pick.as', { form: other.extension.toUpperCase() })}
          </Button>
        ))
      }
    />
  )
}

/** S-049: asked for at this moment, and for reading alone. */
function Permission() {
  return (
    <Note
      tone="info"
      icon="drive"
      bold={t('pick.drive_allow_bold')}
      testid="drive-permission"
      actions={
        <Button kind="filled" small onPress={() => void allow(['drive'])} testid="allow-drive">
          {t('clip.allow')}
        </Button>
      }
    >
      {t('pick.drive_allow')}
    </Note>
  )
}
