import { useState } from 'preact/hooks'
import type { SavedView } from '@/lib/contract/lists.ts'
import type { ModuleKey } from '@/lib/domain/modules.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { TextField } from '@/lib/extension/ui/field.tsx'
import { closeSheet } from '../../keys.ts'
import { changeView, saveViewAs } from '../../load/workspace/views.ts'
import { busy } from '../../state.ts'
import type { WorkspaceDialog as Which } from '../../state-workspace.ts'
import { MoveDialog, NewFolder, RenameDialog } from '../files/library-dialogs.tsx'
import { ChangeOwner, DeleteMany, EditField, TaskOnEach } from './bulk-dialogs.tsx'
import { DialogForm } from './dialog-form.tsx'
import { GoTo } from './go-to.tsx'
import { PlacesMenu } from './places-menu.tsx'
import { DisconnectDialog } from './trust/disconnect.tsx'

/** The open question of the workspace. */
export function WorkspaceDialog({ dialog }: { dialog: Which }) {
  switch (dialog.kind) {
    case 'go-to':
      return <GoTo />
    case 'places':
      return <PlacesMenu />
    case 'save-view':
      return <SaveView module={dialog.module} />
    case 'rename-view':
      return <RenameView view={dialog.view} />
    case 'bulk-owner':
      return <ChangeOwner {...dialog} />
    case 'bulk-edit':
      return <EditField {...dialog} />
    case 'bulk-delete':
      return <DeleteMany {...dialog} />
    case 'bulk-task':
      return <TaskOnEach {...dialog} />
    case 'disconnect':
      return <DisconnectDialog {...dialog} />
    case 'library-folder':
      return <NewFolder />
    case 'library-rename':
      return <RenameDialog {...dialog} />
    case 'library-move':
      return <MoveDialog {...dialog} />
  }
}

function SaveView({ module }: { module: ModuleKey }) {
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const [key] = useState(() => crypto.randomUUID())
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const save = async () => {
    const failed = await saveViewAs(module, name.trim(), shared, key)
    if (failed === undefined) closeSheet()
    else setProblem(failed)
  }
  return (
    <DialogForm
      title={t('view.save_as')}
      verb={t('view.save_do')}
      off={name.trim() === '' ? t('view.name_needed') : undefined}
      busy={busy.value.has('view')}
      problem={problem}
      onSubmit={() => void save()}
      testid="save-view"
    >
      <TextField label={t('view.name')} value={name} autofocus onInput={setName} testid="view-name" />
      <label class="chooser-label">
        <input
          class="check"
          type="checkbox"
          checked={shared}
          data-testid="view-shared"
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
        <span>{t('view.share_with_all')}</span>
      </label>
    </DialogForm>
  )
}

function RenameView({ view: one }: { view: SavedView }) {
  const [name, setName] = useState(one.name)
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined)
  const save = async () => {
    const failed = await changeView(one, { name: name.trim() })
    if (failed === undefined) closeSheet()
    else setProblem(failed)
  }
  return (
    <DialogForm
      title={t('view.rename')}
      verb={t('view.rename_do')}
      off={name.trim() === '' ? t('view.name_needed') : undefined}
      busy={busy.value.has('view')}
      problem={problem}
      onSubmit={() => void save()}
      testid="rename-view"
    >
      <TextField label={t('view.name')} value={name} autofocus onInput={setName} testid="view-name" />
    </DialogForm>
  )
}
