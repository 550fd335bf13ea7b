import type { Send } from '@/lib/contract/sends.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { hasMessage, t } from '@/lib/extension/i18n.ts'
import { holdReason, sentences } from '../../load/words.ts'
import { view } from '../../state.ts'
import { FileName } from './file-name.tsx'
import { sizeOf } from './words.ts'
import './files.css'

type Step = Send['steps'][number]

/** One step in words; what its author went past, how large the mail is, why it waits. */
export function stepWords({ step, detail }: Step, send: Send): string {
  if (step === 'created') return t('step.created', { name: send.author.name })
  if (step === 'overruled') {
    const key = `receipt.past.${detail}`
    return hasMessage(key) ? t(key as 'receipt.past.empty_subject') : t('step.overruled')
  }
  if (step === 'moved' && detail === 'now') return t('receipt.now')
  if (step === 'built' && Number(detail) > 0) return t('receipt.built', { size: sizeOf(Number(detail)) })
  if (step === 'dropped' && Number(detail) > 0)
    return `${t('step.dropped')} (${plainNumber(Number(detail), view.value.language)})`
  const why = step === 'held' || step === 'waits' ? holdReason(detail) : undefined
  const words = t(`step.${step}`)
  return why === undefined ? words : sentences([`${words}: ${why}`])
}

/** What identifies a mail of mine and what went with it; only its author is told the steps, and so this. */
export function Receipt({ send }: { send: Send }) {
  const gone = send.sentAt !== null
  const files = send.files
  return (
    <dl class="receipt" aria-label={t('receipt.ids')} data-testid="receipt">
      {files.length > 0 && (
        <>
          <dt>{t('receipt.files')}</dt>
          <dd>
            <ul class="plain">
              {files.map((file) => (
                <li key={file.id} class="receipt-file" data-testid="receipt-file">
                  <FileName name={file.name} />
                  <span class="quiet number">{sizeOf(file.size)}</span>
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
      {gone && (
        <>
          <dt>{t('receipt.message_id')}</dt>
          <dd>{send.messageId === null ? t('receipt.no_id') : <bdi>{send.messageId}</bdi>}</dd>
        </>
      )}
      {send.threadId !== null && (
        <>
          <dt>{t('receipt.thread')}</dt>
          <dd>{send.threadId}</dd>
        </>
      )}
      <dt>{t('receipt.send')}</dt>
      <dd>{send.id}</dd>
    </dl>
  )
}
