import { useMemo } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { mailDocument } from '@/lib/extension/mail-document.ts'
import { Note } from '@/lib/extension/ui/note.tsx'
import { view } from '../../state.ts'

/** A merged text, drawn in a frame without any right, and the fields that came out empty. */
export function PreviewText({
  subject,
  html,
  open,
}: {
  subject: string
  html: string
  open: readonly string[]
}) {
  const shown = useMemo(
    () => mailDocument(html, t('emails.quoted'), Math.min(innerWidth - 32, 828)),
    [html, view.value.language],
  )
  return (
    <div class="pad pad-block" data-testid="preview-text">
      {subject !== '' && (
        <p class="strong cut" dir="auto" data-testid="preview-subject">
          {subject}
        </p>
      )}
      <iframe
        class="mail-frame"
        title={t('emails.text_of', { subject })}
        sandbox=""
        referrerpolicy="no-referrer"
        srcdoc={shown.srcdoc}
        style={{ blockSize: `${Math.min(shown.height, 420)}px` }}
        data-testid="preview-frame"
      />
      {open.length > 0 && (
        <Note tone="warn" bold={t('templates.open_fields', { n: open.length })} testid="open-fields">
          <span dir="ltr">{open.slice(0, 5).join(', ')}</span>
        </Note>
      )}
    </div>
  )
}
