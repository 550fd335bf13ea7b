import type { RecordCard } from '@/lib/contract/records.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import type { MenuItem } from '@/lib/extension/ui/menu.tsx'
import { answerThread, canAnswer } from '../../load/compose/answer.ts'
import { composeNew } from '../../load/compose/begin.ts'
import { whyNoMail } from '../../load/words.ts'
import type { Person } from '../../state.ts'

/** Ways to answer the open mail, and to write to its person anew, for the menu of a card. */
export function answerItems(card: RecordCard, person: Person | undefined): MenuItem[] {
  if (person === undefined || !canAnswer() || whyNoMail() !== undefined) return []
  return [
    {
      id: 'reply',
      icon: 'reply',
      label: t('compose.reply'),
      run: () => void answerThread('reply'),
    },
    {
      id: 'reply-all',
      icon: 'replyAll',
      label: t('compose.reply_all'),
      run: () => void answerThread('replyAll'),
    },
    {
      id: 'new-mail',
      icon: 'pencil',
      label: t('compose.new_to', { name: card.record.name }),
      run: () => void composeNew(card),
    },
  ]
}

/** The same where there is no card: the open mail can be answered whoever wrote it. */
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
