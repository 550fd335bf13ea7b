import type { ComponentChildren } from 'preact'
import type { ApiProblem } from '@/lib/extension/api-core.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Dialog } from '@/lib/extension/ui/dialog.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { closeSheet } from '../../keys.ts'
import { problemSentence } from '../../load/words.ts'

/** A form in a dialog: its verb first, the way out beside it, what went wrong above. */
export function DialogForm(props: {
  title: string
  verb: string
  off?: string | undefined
  busy: boolean
  problem: ApiProblem | undefined
  onSubmit: () => void
  /** At the end of the buttons. */
  more?: ComponentChildren
  testid: string
  children: ComponentChildren
}) {
  return (
    <Dialog title={props.title} onClose={closeSheet} testid={props.testid}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (props.off === undefined && !props.busy) props.onSubmit()
        }}
      >
        {props.problem && (
          <Note tone="danger" bold={t('bulk.not_changed')} testid="dialog-problem">
            {problemSentence(props.problem)}
          </Note>
        )}
        {props.children}
        <div class="dialog-bar">
          <Button kind="filled" submit busy={props.busy} off={props.off} testid={`${props.testid}-do`}>
            {props.verb}
          </Button>
          <Button kind="text" onPress={closeSheet} testid={`${props.testid}-cancel`}>
            {t('common.cancel')}
          </Button>
          {props.more && <span class="end">{props.more}</span>}
        </div>
      </form>
    </Dialog>
  )
}
