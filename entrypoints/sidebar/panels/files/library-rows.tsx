import { useState } from 'preact/hooks'
import type { LibraryFile, LibraryFolder } from '@/lib/contract/files.ts'
import { whenShort } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Tag } from '@/lib/extension/ui/badge.tsx'
import { IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Menu, type MenuItem } from '@/lib/extension/ui/menu.tsx'
import { deleteFile, deleteFolder, saveVersion } from '../../load/files/library.ts'
import { goTo, openDialog } from '../../load/workspace/place.ts'
import { view } from '../../state.ts'
import { iconOf } from './file-icon.ts'
import { FileName } from './file-name.tsx'
import { nameInSentence, sizeOf } from './words.ts'

export function LibraryFolderRow({ folder, first }: { folder: LibraryFolder; first: boolean }) {
  const { id, name } = folder
  const items: MenuItem[] = folder.canChange
    ? [
        ...changes('folder', id, name),
        {
          id: 'delete',
          icon: 'trash',
          label: t('library.delete'),
          danger: true,
          run: () => void deleteFolder(folder),
        },
      ]
    : []
  return (
    <li class="lib-row" data-testid="library-folder">
      <Icon name="folder" />
      <button
        type="button"
        class="lib-name"
        data-row
        tabIndex={first ? 0 : -1}
        onClick={() => goTo(`library/folder/${id}`)}
      >
        <FileName name={name} />
      </button>
      <span class="lib-tag" />
      <span class="lib-size" />
      <span class="lib-meta">{t('library.files_in', { n: folder.files })}</span>
      <More name={name} items={items} />
    </li>
  )
}

export function LibraryFileRow(props: {
  file: LibraryFile
  first: boolean
  onVersion: (fileId: string) => void
}) {
  const { file } = props
  const [all, setAll] = useState(false)
  const [newest, ...older] = file.versions
  if (newest === undefined) return null
  const items: MenuItem[] = [
    {
      id: 'download',
      icon: 'download',
      label: t('library.download'),
      run: () => void saveVersion(newest.id, file.name),
    },
    ...(file.canChange
      ? [
          {
            id: 'version',
            icon: 'upload' as const,
            label: t('library.new_version'),
            run: () => props.onVersion(file.id),
          },
          ...changes('file', file.id, file.name),
        ]
      : []),
    ...(file.canDelete
      ? [
          {
            ...{ id: 'delete', icon: 'trash' as const, label: t('library.delete'), danger: true },
            run: () => void deleteFile(file),
          },
        ]
      : []),
  ]
  return (
    <>
      <Line of={newest} file={file} first={props.first} items={items}>
        {older.length > 0 && (
          <button
            type="button"
            class="lib-versions"
            aria-expanded={all}
            aria-description={t('library.versions', { name: nameInSentence(file.name) })}
            data-testid="library-versions"
            onClick={() => setAll(!all)}
          >
            <Tag>{t('library.version', { n: newest.nth })}</Tag>
          </button>
        )}
      </Line>
      {all &&
        older.map((one) => (
          <Line
            key={one.id}
            of={one}
            file={file}
            first={false}
            items={items.slice(0, 1).map((item) => ({
              ...item,
              run: () => void saveVersion(one.id, file.name),
            }))}
            older
          >
            <Tag>{t('library.version', { n: one.nth })}</Tag>
          </Line>
        ))}
    </>
  )
}

function Line(props: {
  file: LibraryFile
  of: LibraryFile['versions'][number]
  first: boolean
  older?: boolean
  items: MenuItem[]
  children: preact.ComponentChildren
}) {
  const { file, of } = props
  const name = plainName(of.madeBy)
  return (
    <li class={props.older ? 'lib-row lib-older' : 'lib-row'} data-testid="library-file">
      <Icon name={props.older ? 'history' : iconOf(file.name, of.mimeType)} />
      <button
        type="button"
        class="lib-name"
        data-row
        tabIndex={props.first ? 0 : -1}
        aria-description={t('library.download')}
        onClick={() => void saveVersion(of.id, file.name)}
      >
        <FileName name={file.name} />
      </button>
      <span class="lib-tag">{props.children}</span>
      <span class="lib-size number quiet">{sizeOf(of.size)}</span>
      <span class="lib-meta" dir="auto">
        {t('library.by', { name, when: whenShort(Date.parse(of.madeAt), view.value) })}
      </span>
      <More name={file.name} items={props.items} />
    </li>
  )
}

function changes(of: 'file' | 'folder', id: string, name: string): MenuItem[] {
  return [
    {
      ...{ id: 'rename', icon: 'pencil' as const, label: t('library.rename') },
      run: () => openDialog({ kind: 'library-rename', of, id, name }),
    },
    {
      ...{ id: 'move', icon: 'folder' as const, label: t('library.move') },
      run: () => openDialog({ kind: 'library-move', of, id, name }),
    },
  ]
}

function More({ name, items }: { name: string; items: MenuItem[] }) {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const label = t('library.more', { name: nameInSentence(name) })
  if (items.length === 0) return <span class="lib-more" />
  return (
    <span class="lib-more">
      <IconButton
        icon="more"
        label={label}
        expanded={at !== undefined}
        onPress={setAt}
        testid="library-more"
      />
      {at && <Menu at={at} label={label} items={items} onClose={() => setAt(undefined)} />}
    </span>
  )
}
