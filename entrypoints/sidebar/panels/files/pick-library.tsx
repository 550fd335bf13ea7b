import { useState } from 'preact/hooks'
import type { LibraryFile } from '@/lib/contract/files.ts'
import { ago, whenShort } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Empty, Rows } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { openFolder, searchShelf } from '../../load/files/shelf.ts'
import { problemSentence } from '../../load/words.ts'
import { view } from '../../state.ts'
import { pickShelf } from '../../state-files.ts'
import { Path } from './path.tsx'
import { Choice, SearchField } from './pick-parts.tsx'

/** Folders and files of the library; the newest version is meant unless an older one is opened. */
export function PickLibrary() {
  const { page, q, problem } = pickShelf.value
  const bones = useSkeleton(page === undefined && problem === undefined)
  const isSearch = q.trim() !== ''
  const count = (page?.folders.length ?? 0) + (page?.files.length ?? 0)
  return (
    <>
      <SearchField
        label={t('pick.search_library')}
        value={q}
        onInput={(next) => searchShelf(pickShelf, next)}
        testid="pick-search"
      />
      {!isSearch && page !== undefined && page.path.length > 0 && (
        <Path path={page.path} onOpen={(id) => void openFolder(pickShelf, id)} />
      )}
      {problem && <Note tone="warn">{problemSentence(problem)}</Note>}
      {bones && <Bone width="70%" height="13px" />}
      {page !== undefined && count === 0 && <None search={isSearch} inFolder={page.path.length > 0} />}
      <Rows label={t('clip.library')}>
        {page?.folders.map((folder, index) => (
          <Row
            key={folder.id}
            first={index === 0}
            icon="folder"
            title={plainName(folder.name)}
            aside={t('library.files_in', { n: folder.files })}
            testid="pick-folder"
            onOpen={() => void openFolder(pickShelf, folder.id)}
          />
        ))}
        {page?.files.map((file, index) => (
          <FileChoices key={file.id} file={file} first={page.folders.length + index === 0} />
        ))}
      </Rows>
    </>
  )
}

function None({ search, inFolder }: { search: boolean; inFolder: boolean }) {
  if (search) return <Empty title={t('pick.nothing')} text={t('pick.nothing_text')} testid="pick-none" />
  return (
    <Empty
      title={t(inFolder ? 'library.empty_folder' : 'pick.no_library')}
      text={t('pick.no_library_text')}
      testid="pick-none"
    />
  )
}

function FileChoices({ file, first }: { file: LibraryFile; first: boolean }) {
  const [all, setAll] = useState(false)
  const [newest, ...older] = file.versions
  if (newest === undefined) return null
  return (
    <>
      <Version file={file} of={newest} first={first}>
        {older.length > 0 && (
          <Button kind="text" small onPress={() => setAll(!all)} testid="pick-versions">
            {t('pick.versions', { n: file.versions.length })}
          </Button>
        )}
      </Version>
      {all && older.map((one) => <Version key={one.id} file={file} of={one} first={false} />)}
    </>
  )
}

function Version(props: {
  file: LibraryFile
  of: LibraryFile['versions'][number]
  first: boolean
  children?: preact.ComponentChildren
}) {
  const { of } = props
  const isOld = of !== props.file.versions[0]
  const made = Date.parse(of.madeAt)
  const when = isOld ? whenShort(made, view.value) : ago(made, view.value)
  return (
    <Choice
      input={{ source: 'library', versionId: of.id }}
      name={props.file.name}
      mimeType={of.mimeType}
      size={of.size}
      first={props.first}
      below={
        <>
          {(isOld || of.nth > 1) && <span class="number">{t('library.version', { n: of.nth })}</span>}
          <span class="cut" dir="auto">
            {t('library.by', { name: plainName(of.madeBy), when })}
          </span>
        </>
      }
      actions={props.children || undefined}
    />
  )
}
