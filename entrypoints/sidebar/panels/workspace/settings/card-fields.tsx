import { useState } from 'preact/hooks'
import type { ModuleDescription } from '@/lib/domain/modules.ts'
import { t } from '@/lib/extension/i18n.ts'
import { fieldName } from '@/lib/extension/record-words.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { FieldError } from '@/lib/extension/ui/field.tsx'
import { CheckField } from '@/lib/extension/ui/select.tsx'
import { updateModule } from '../../../load/workspace/settings.ts'
import { Block, isAdmin, refusalOf, Saved } from './parts.tsx'

/** Which fields a module's card shows, in which order (the admin's choice). */
export function CardFields({ module }: { module: ModuleDescription }) {
  const [chosen, setChosen] = useState<readonly string[]>(module.cardFields)
  const companions = new Set(module.fields.map((field) => field.currencyKey))
  const possible = module.fields.filter((field) => !companions.has(field.key))
  const byKey = new Map(possible.map((field) => [field.key, field]))
  const order = [
    ...chosen.filter((key) => byKey.has(key)),
    ...possible.map((field) => field.key).filter((key) => !chosen.includes(key)),
  ]
  const name = `module:${module.key}`
  const move = (index: number) => {
    const next = [...chosen]
    const [one] = next.splice(index, 1)
    if (one !== undefined) next.splice(index - 1, 0, one)
    setChosen(next)
  }
  const isSame = chosen.join() === module.cardFields.join()
  return (
    <Block title={t('modules.card')} text={t('modules.card_text')} testid="card-fields">
      <ul class="order-list">
        {order.map((key, index) => {
          const field = byKey.get(key)
          const label = field ? fieldName(field) : key
          return (
            <li key={key}>
              <CheckField
                label={label}
                checked={chosen.includes(key)}
                off={!isAdmin()}
                onChange={(on) => setChosen(on ? [...chosen, key] : chosen.filter((one) => one !== key))}
                testid={`card-field-${key}`}
              />
              {index > 0 && chosen.includes(key) && isAdmin() && (
                <IconButton
                  icon="up"
                  small
                  label={t('modules.up', { field: label })}
                  onPress={() => move(index)}
                />
              )}
            </li>
          )
        })}
      </ul>
      {isAdmin() && (
        <div class="actions">
          <Button
            kind="outline"
            small
            off={isSame ? t('settings.nothing_changed') : undefined}
            onPress={() => void updateModule(module.key, { cardFields: [...chosen] })}
            testid="card-fields-save"
          >
            {t('settings.save')}
          </Button>
          <Saved name={name} />
        </div>
      )}
      <FieldError id={`card-${module.key}`} text={refusalOf(name)} />
    </Block>
  )
}
