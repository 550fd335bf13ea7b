import { useEffect, useState } from 'preact/hooks'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { IconButton } from '@/lib/extension/ui/button.tsx'
import { Menu, type MenuItem } from '@/lib/extension/ui/menu.tsx'
import { chooseFiles, setChooser } from '../../load/files/choose.ts'
import { driveAllowed, fromLibrary, openDrive, openPicker } from '../../load/files/pick.ts'
import { aboutRecord } from '../../load/files/related.ts'
import { mailbox } from '../../state.ts'
import { mailLimits } from '../../state-files.ts'
import { moduleIcon } from '../record-icons.ts'

/** S-048: the clip at the bottom left, and where files come from. */
export function ClipButton() {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const canDrive = mailbox.value?.canDrive === true
  useEffect(() => {
    if (canDrive) driveAllowed()
  }, [canDrive])
  return (
    <>
      <IconButton
        icon="clip"
        label={t('clip.attach')}
        expanded={at !== undefined}
        onPress={setAt}
        testid="clip"
      />
      <input
        ref={setChooser}
        type="file"
        multiple
        hidden
        aria-hidden="true"
        tabIndex={-1}
        data-testid="file-input"
      />
      {at && (
        <Menu
          at={at}
          from="start"
          label={t('clip.attach')}
          items={items(canDrive)}
          onClose={() => setAt(undefined)}
        />
      )}
    </>
  )
}

function items(canDrive: boolean): MenuItem[] {
  const record = aboutRecord()
  const most = mailLimits.value?.maxLibraryFiles
  return [
    { id: 'computer', icon: 'computer', label: t('clip.computer'), keys: 'U', run: () => chooseFiles() },
    {
      id: 'library',
      icon: 'books',
      label: t('clip.library'),
      keys: 'L',
      ...(most !== undefined && { hint: t('clip.library_used', { n: fromLibrary(), most }) }),
      run: () => openPicker('library'),
    },
    ...(record === undefined
      ? []
      : [
          {
            id: 'record',
            icon: moduleIcon(record.module),
            label: t('clip.record', { record: plainName(record.name) }),
            keys: 'R',
            ...(record.files !== undefined && { hint: t('clip.record_files', { n: record.files }) }),
            run: () => openPicker('record', record.id),
          },
        ]),
    {
      id: 'drive',
      icon: 'drive',
      label: t('clip.drive'),
      ...(!canDrive && { quiet: true, hint: t('clip.drive_needs'), action: t('clip.allow') }),
      run: openDrive,
    },
  ]
}
