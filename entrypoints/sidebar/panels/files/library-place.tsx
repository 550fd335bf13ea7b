import { useRef } from 'preact/hooks'
import type { LibraryPage } from '@/lib/contract/files.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Empty } from '@/lib/extension/ui/list.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { turnAway } from '../../load/files/attach.ts'
import { tryAgain } from '../../load/files/jobs.ts'
import { stopUpload, uploadToLibrary } from '../../load/files/library.ts'
import { readShelf, searchShelf } from '../../load/files/shelf.ts'
import { whyNoRecords } from '../../load/rights.ts'
import { problemSentence } from '../../load/words.ts'
import { goTo, openDialog, switchWidth } from '../../load/workspace/place.ts'
import { carried, placeShelf, turnedAway } from '../../state-files.ts'
import { CarriedLine } from './file-row.tsx'
import { LibraryFileRow, LibraryFolderRow } from './library-rows.tsx'
import { Path } from './path.tsx'
import { Refusals } from './refusals.tsx'
import { useFileDrop } from './use-drop.ts'
import './files.css'
import './library.css'

/** The organisation's files for mails: folders, versions, and what everybody may do with them. */
export function LibraryPlace() {
  const { page, q, problem, folderId } = placeShelf.value
  const input = useRef<HTMLInputElement>(null)
  const versionOf = useRef<string | undefined>(undefined)
  const never = whyNoRecords()
  const choose = (fileId?: string) => {
    versionOf.current = fileId
    if (input.current === null) return
    input.current.multiple = fileId === undefined
    input.current.click()
  }
  const over = useFileDrop({
    files: (files) => {
      if (never === undefined) uploadToLibrary(files)
    },
    folder: (name) => turnAway({ draftId: undefined, name, why: { kind: 'folder' } }),
  })
  const bones = useSkeleton(page === undefined && problem === undefined)
  return (
    <>
      <div class="place-head">
        <h1>{t('library.title')}</h1>
        <Tools q={q} never={never} onUpload={() => choose()} />
      </div>
      <main class="place-body" tabIndex={-1} aria-label={t('library.title')}>
        <div class="lib-body" data-testid="library">
          <input
            ref={input}
            type="file"
            multiple
            hidden
            aria-hidden="true"
            tabIndex={-1}
            data-testid="library-input"
            onChange={(event) => {
              const files = [...(event.currentTarget.files ?? [])]
              event.currentTarget.value = ''
              uploadToLibrary(files, versionOf.current)
            }}
          />
          {q.trim() === '' && folderId !== undefined && (
            <Path
              path={page?.path ?? []}
              onOpen={(id) => goTo(id === undefined ? 'library' : `library/folder/${id}`)}
            />
          )}
          {problem && (
            <Note
              tone="warn"
              testid="library-problem"
              actions={
                <Button
                  kind="outline"
                  small
                  onPress={() => void readShelf(placeShelf)}
                  testid="library-again"
                >
                  {t('common.try_again')}
                </Button>
              }
            >
              {problemSentence(problem)}
            </Note>
          )}
          <Refusals
            of={turnedAway.value.filter((one) => one.draftId === undefined)}
            into="library"
            onAnother={() => choose()}
          />
          <Underway />
          {bones && <Bone width="60%" height="200px" />}
          {page && <Content page={page} search={q.trim() !== ''} never={never} onVersion={choose} />}
          {over && never === undefined && (
            <div class="drop-ground" data-testid="drop-ground">
              {t('library.drop')}
            </div>
          )}
        </div>
      </main>
    </>
  )
}

function Tools(props: { q: string; never: string | undefined; onUpload: () => void }) {
  return (
    <div class="place-tools lib-tools">
      <input
        class="input lib-search"
        type="search"
        dir="auto"
        aria-label={t('library.search')}
        placeholder={t('library.search')}
        value={props.q}
        data-slash
        data-testid="library-search"
        autocomplete="off"
        onInput={(event) => searchShelf(placeShelf, event.currentTarget.value)}
      />
      <Button
        kind="neutral"
        icon="folder"
        off={props.never}
        onPress={() => openDialog({ kind: 'library-folder' })}
        testid="new-folder"
      >
        {t('library.new_folder')}
      </Button>
      <Button kind="filled" icon="upload" off={props.never} onPress={props.onUpload} testid="library-upload">
        {t('library.upload')}
      </Button>
      <IconButton icon="narrow" label={t('nav.narrow')} onPress={() => void switchWidth()} testid="narrow" />
    </div>
  )
}

/** Files on their way here. */
function Underway() {
  const own = carried.value.filter((one) => one.draftId === undefined)
  if (own.length === 0) return null
  return (
    <ul class="mail-files" aria-label={t('library.uploading')} data-testid="library-uploads">
      {own.map((one) => (
        <CarriedLine
          key={one.key}
          of={one}
          onStop={() => void stopUpload(one.key)}
          onAgain={() => tryAgain(one.key)}
        />
      ))}
    </ul>
  )
}

function Content(props: {
  page: LibraryPage
  search: boolean
  never: string | undefined
  onVersion: (fileId: string) => void
}) {
  const { folders, files, path } = props.page
  if (folders.length + files.length === 0)
    return (
      <div class="lib-empty">
        <Nothing {...props} inFolder={path.length > 0} />
      </div>
    )
  return (
    <div>
      <div class="lib-row lib-head" aria-hidden="true">
        <span />
        <span>{t('library.name')}</span>
        <span class="lib-tag" />
        <span class="lib-size">{t('library.size')}</span>
        <span>{t('library.changed')}</span>
      </div>
      <ul class="lib-list" aria-label={t('library.title')} data-list>
        {folders.map((folder, index) => (
          <LibraryFolderRow key={folder.id} folder={folder} first={index === 0} />
        ))}
        {files.map((file, index) => (
          <LibraryFileRow
            key={file.id}
            file={file}
            first={folders.length + index === 0}
            onVersion={props.onVersion}
          />
        ))}
      </ul>
    </div>
  )
}

function Nothing({
  search,
  never,
  inFolder,
}: {
  search: boolean
  never: string | undefined
  inFolder: boolean
}) {
  if (search) return <Empty title={t('pick.nothing')} text={t('pick.nothing_text')} testid="library-empty" />
  const text =
    never !== undefined
      ? 'library.empty_viewer'
      : inFolder
        ? 'library.empty_folder_text'
        : 'library.empty_text'
  return (
    <Empty
      title={t(inFolder ? 'library.empty_folder' : 'library.empty')}
      text={t(text)}
      testid="library-empty"
    />
  )
}
