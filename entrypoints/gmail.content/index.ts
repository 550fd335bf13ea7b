import { defineContentScript } from 'wxt/utils/define-content-script'
import { browser } from '@/lib/extension/browser.ts'
import { GmailPage } from './page.ts'
import { isMailView } from './route.ts'

export default defineContentScript({
  matches: ['https://mail.google.com/mail/*'],
  runAt: 'document_end',
  main(ctx) {
    if (!isMailView(location.search)) return
    const page = new GmailPage({
      panelUrl: browser.runtime.getURL('sidebar.html'),
      visible: (element) => element.checkVisibility({ visibilityProperty: true }),
      isAlive: () => ctx.isValid,
    })
    ctx.onInvalidated(() => page.stop())
  },
})
