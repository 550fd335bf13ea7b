import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { answerThread, canAnswer } from '../../load/compose/answer.ts'
import { whyNoMail } from '../../load/words.ts'

/** Answers to the open mail, whoever wrote it; it needs no card. */
export function AnswerLine() {
  if (!canAnswer()) return null
  const off = whyNoMail()
  return (
    <div class="pad actions answer-line">
      <Button
        kind="text"
        small
        icon="reply"
        off={off}
        onPress={() => void answerThread('reply')}
        testid="reply"
      >
        {t('compose.reply')}
      </Button>
      <Button
        kind="text"
        small
        icon="replyAll"
        off={off}
        onPress={() => void answerThread('replyAll')}
        testid="reply-all"
      >
        {t('compose.reply_all')}
      </Button>
    </div>
  )
}
