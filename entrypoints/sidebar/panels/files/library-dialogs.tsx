import { useEffect, useState } from 'preact/hooks'
import type { LibraryPage } from '@/lib/contract/files.ts'
import { plainName } from '@/lib/domain/people.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { TextField } from '@/lib/extension/ui/field.tsx'
import { Rows } from '@/lib/extension/ui/list.tsx'
import { Row } from '@/lib/extension/ui/row.tsx'
import { closeSheet } from '../../keys.ts'
import { say } from '../../load/core.ts'
import {
  foldersIn,
  makeFolder,
  moveFile,
  moveFolder,
  renameFile,
  renameFolder,
} from '../../load/files/library.ts'
import { busy } from '../../state.ts'
import { DialogForm } from '../workspace/dialog-form.tsx'
import { Path } from './path.tsx'
import { nameInSentence } from './words.ts'

export interface About {
  of: 'file' | 'folder'
  id: string
  name: string
}

/** Saves, and closes where nothing went wrong. */
function useSaving(save: () => Promise<ApiProblem | undefined>, done: () => void = closeSheet) {
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const run = async () => {
    const failed = await save()
    if (failed === undefined) done()
    else setProblem(failed)
  }
  return { problem, run: () => void run(), busy: busy.value.has('library') }
}

export function NewFolder() {
  const [name, setName] = useState('')
  const [key] = useState(() => crypto.randomUUID())
  const saving = useSaving(() => makeFolder(name.trim(), key))
  return (
    <DialogForm
      title={t('library.new_folder')}
      verb={t('library.make')}
      off={name.trim() === '' ? t('library.name_needed') : undefined}
      busy={saving.busy}
      problem={saving.problem}
      onSubmit={saving.run}
      testid="folder-dialog"
    >
      <TextField
        label={t('library.folder_name')}
        value={name}
        autofocus
        onInput={setName}
        testid="folder-name"
      />
    </DialogForm>
  )
}

export function RenameDialog({ of, id, name: before }: About) {
  const [name, setName] = useState(before)
  const saving = useSaving(() => (of === 'file' ? renameFile : renameFolder)(id, name.trim()))
  return (
    <DialogForm
      title={t('library.rename_title', { name: nameInSentence(before) })}
      verb={t('library.rename')}
      off={name.trim() === '' ? t('library.name_needed') : undefined}
      busy={saving.busy}
      problem={saving.problem}
      onSubmit={saving.run}
      testid="rename-dialog"
    >
      <TextField label={t('library.name')} value={name} autofocus onInput={setName} testid="library-name" />
    </DialogForm>
  )
}

/** Through the folders to the one it shall stand in. */
export function MoveDialog({ of, id, name }: About) {
  const [at, setAt] = useState<string | undefined>(undefined)
  const [page, setPage] = useState<LibraryPage | undefined>(undefined)
  const [unread, setUnread] = useState<ApiProblem | undefined>(undefined)
  useEffect(() => {
    let gone = false
    void foldersIn(at).then((answer) => {
      if (gone) return
      if (answer.ok) setPage(answer.value)
      else setUnread(answer.problem)
    })
    return () => {
      gone = true
    }
  }, [at])
  const to = page?.path.at(-1)
  const saving = useSaving(
    () => (of === 'file' ? moveFile : moveFolder)(id, at ?? null),
    () => {
      closeSheet()
      say(t('library.moved', { folder: to?.name ?? t('library.title') }))
    },
  )
  // A folder can't stand in itself.
  const folders = page?.folders.filter((folder) => folder.id !== id) ?? []
  return (
    <DialogForm
      title={t('library.move_title', { name: nameInSentence(name) })}
      verb={t('library.move')}
      busy={saving.busy}
      problem={saving.problem ?? unread}
      onSubmit={saving.run}
      testid="move-dialog"
    >
      <p class="second">{t('library.move_to')}</p>
      <Path path={page?.path ?? []} onOpen={setAt} />
      <Rows label={t('library.move_to')}>
        {folders.map((folder, index) => (
          <Row
            key={folder.id}
            first={index === 0}
            icon="folder"
            title={plainName(folder.name)}
            testid="move-folder"
            onOpen={() => setAt(folder.id)}
          />
        ))}
      </Rows>
    </DialogForm>
  )
}
