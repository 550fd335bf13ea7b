import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { composeTo } from '../../load/compose/begin.ts'
import { openDrafts } from '../../load/compose/list.ts'
import { whyNoMail } from '../../load/words.ts'
import { switchWidth } from '../../load/workspace/place.ts'
import { mailTab } from '../../state-emails.ts'
import { EmailBar, EmailGroups } from '../email-list.tsx'
import { countWord } from '../email-marks.tsx'
import { EmailSearch } from '../email-search.tsx'
import '../emails.css'

/** S-011 … S-014: all my mail that stands on records, with New mail at the top right. */
export function EmailsPlace() {
  const list = mailTab.value
  return (
    <main class="place-emails" tabIndex={-1} data-testid="emails-place">
      <header class="place-head">
        <h1>{t('list.emails')}</h1>
        <span class="second number" role="status" data-testid="emails-total">
          {list?.all === undefined ? '' : countWord(list.all)}
        </span>
        <div class="place-tools">
          {list && <EmailSearch list={list} />}
          <Button kind="text" icon="file" onPress={openDrafts} testid="open-drafts">
            {t('compose.drafts')}
          </Button>
          <Button
            kind="filled"
            icon="pencil"
            off={whyNoMail()}
            onPress={() => void composeTo(undefined, undefined)}
            testid="new-mail"
          >
            {t('emails.new_mail')}
          </Button>
          <IconButton
            icon="narrow"
            label={t('nav.narrow')}
            onPress={() => void switchWidth()}
            testid="narrow"
          />
        </div>
      </header>
      {list && (
        <div class="place-emails-body">
          <EmailBar list={list} />
          <EmailGroups list={list} name="" />
        </div>
      )}
    </main>
  )
}
