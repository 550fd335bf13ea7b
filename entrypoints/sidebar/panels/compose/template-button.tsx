import { useState } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { IconButton } from '@/lib/extension/ui/button.tsx'
import { Menu, type MenuItem } from '@/lib/extension/ui/menu.tsx'
import { openFields, openTemplates, saveAsTemplate } from '../../load/templates.ts'

/** The braces beside the clip: templates and merge fields. */
export function TemplateButton() {
  const [at, setAt] = useState<HTMLElement | undefined>(undefined)
  const items: MenuItem[] = [
    { id: 'insert', icon: 'file', label: t('templates.insert'), run: openTemplates },
    { id: 'field', icon: 'braces', label: t('templates.field'), run: () => void openFields() },
    { id: 'keep', icon: 'plus', label: t('templates.keep'), run: saveAsTemplate },
  ]
  return (
    <>
      <IconButton
        icon="braces"
        label={t('templates.title')}
        expanded={at !== undefined}
        onPress={setAt}
        testid="templates"
      />
      {at && (
        <Menu
          at={at}
          label={t('templates.title')}
          items={items}
          from="start"
          onClose={() => setAt(undefined)}
        />
      )}
    </>
  )
}
