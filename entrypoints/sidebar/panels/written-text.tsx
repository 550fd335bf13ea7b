import { useEffect } from 'preact/hooks'
import type { Send } from '@/lib/contract/sends.ts'
import { fileSize } from '@/lib/domain/format.ts'
import { plainName } from '@/lib/domain/people.ts'
import { t } from '@/lib/extension/i18n.ts'
import { readWritten } from '../load/written.ts'
import { view } from '../state.ts'
import { written } from '../state-emails.ts'
import { FileName } from './files/file-name.tsx'
import { MailWords } from './mail-text.tsx'

/** The whole of a mail of ours as it is sent, while no mailbox holds it: in the same frame as received mail. */
export function WrittenText({ send }: { send: Send }) {
  const { id, version, subject, body, html, quote, massId } = send
  useEffect(() => {
    void readWritten(send)
    return () => {
      written.value = undefined
    }
  }, [id, version])
  const more = written.value?.id === id ? written.value : undefined
  const files = send.files.filter((file) => file.cid === null)
  const isOpen = massId !== null && /\{\{|\{%/.test(subject + html)
  if (send.level === 'metadata') return null
  return (
    <>
      <div class="pad mail-body" data-testid="written-text">
        <section class="mail-text" aria-label={t('emails.text')}>
          <MailWords
            text={body}
            html={html === '' ? '' : whole(html, quote, more?.images)}
            subject={subject}
          />
          {isOpen && <p class="quiet small">{t('mass.merged_later')}</p>}
        </section>
      </div>
      {(files.length > 0 || more?.template !== undefined) && (
        <div class="section pad-block">
          <dl class="mail-facts">
            {files.length > 0 && (
              <div data-testid="written-files">
                <dt>{t('emails.files')}</dt>
                <dd>
                  <ul>
                    {files.map((file) => (
                      <li key={file.id}>
                        <FileName name={file.name} />{' '}
                        <span class="quiet number">{fileSize(file.size, view.value.language)}</span>
                      </li>
                    ))}
                  </ul>
                </dd>
              </div>
            )}
            {more?.template !== undefined && (
              <div data-testid="written-template">
                <dt>{t('templates.used')}</dt>
                <dd dir="auto">{plainName(more.template)}</dd>
              </div>
            )}
          </dl>
        </div>
      )}
    </>
  )
}

/** With what is answered folded below, as its recipient's mail program shows it. */
function whole(html: string, quote: string, images: ReadonlyMap<string, string> | undefined): string {
  const answered = quote === '' || /<blockquote/i.test(quote) ? quote : `<blockquote>${quote}</blockquote>`
  return `${html}${answered}`.replace(/src="cid:([^"]+)"/g, (source, cid: string) => {
    const url = images?.get(cid)
    return url ? `src="${url}"` : source
  })
}
