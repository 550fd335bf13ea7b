import { useEffect, useState } from 'preact/hooks'
import { now } from '@/lib/extension/clock.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { closeSending } from '../../load/compose/send.ts'
import { actOnSend } from '../../load/sends.ts'
import { undoLast } from '../../load/undo.ts'
import { toast } from '../../state.ts'
import type { Sending } from '../../state-compose.ts'
import '@/lib/extension/ui/toast.css'

/** 07 E: until zero the mail is held at the server, a little longer than this says. True to the server's clock. */
export function SendingToast({ sending }: { sending: Sending }) {
  const left = useSecondsLeft(sending)
  const share = Math.max(0, Math.min(1, (sending.until - now()) / Math.max(1, sending.until - sending.from)))
  return (
    <div class="toast-place" role="status" aria-live="polite">
      <div class="toast toast-sending" data-testid="toast">
        <span class="toast-text number">
          <span class="hidden">{t('compose.sending')}</span>
          <span aria-hidden="true">{t('compose.sending_in', { n: left })}</span>
        </span>
        <button type="button" data-testid="toast-undo" onClick={() => void undoLast()}>
          {t('common.undo')}
        </button>
        {sending.massId === undefined && (
          <button
            type="button"
            data-testid="toast-send-now"
            onClick={() => {
              closeSending(sending.sendId)
              void actOnSend('now', sending.sendId, sending.version)
            }}
          >
            {t('send.now')}
          </button>
        )}
        <button
          type="button"
          class="toast-close"
          aria-label={t('common.dismiss')}
          onClick={() => {
            toast.value = undefined
          }}
        >
          <Icon name="close" />
        </button>
        <span class="toast-left" style={{ inlineSize: `${share * 100}%` }} aria-hidden="true" />
      </div>
    </div>
  )
}

function useSecondsLeft({ sendId, until }: Sending): number {
  const [left, setLeft] = useState(() => secondsTo(until))
  useEffect(() => {
    const timer = setInterval(() => {
      const next = secondsTo(until)
      setLeft(next)
      if (next <= 0) closeSending(sendId)
    }, 250)
    return () => clearInterval(timer)
  }, [sendId, until])
  return Math.max(0, left)
}

function secondsTo(until: number): number {
  return Math.ceil((until - now()) / 1000)
}
