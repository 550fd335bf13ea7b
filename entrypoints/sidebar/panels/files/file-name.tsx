import { mailedName } from '@/lib/domain/file-names.ts'
import '@/lib/extension/ui/middle-cut.css'

/** Shorter ones have room everywhere. */
const short = 24
/** Signs of the end that always stay, the ending among them. */
const tail = 10

/** A file's name as it travels; where it is too long its middle gives way, so that its ending is seen. Readers hear all of it. */
export function FileName({ name }: { name: string }) {
  const shown = mailedName(name)
  const signs = [...shown]
  if (signs.length <= short)
    return (
      <bdi class="cut file-name" title={shown}>
        {shown}
      </bdi>
    )
  return (
    <bdi class="file-name" title={shown}>
      <span class="hidden">{shown}</span>
      <span class="middle-cut" aria-hidden="true">
        <span>{signs.slice(0, -tail).join('')}</span>
        <span>{signs.slice(-tail).join('')}</span>
      </span>
    </bdi>
  )
}
