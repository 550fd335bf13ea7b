import browser, { type Runtime } from 'webextension-polyfill'
import type { ToBackground, ToBackgroundName } from '@/lib/extension/messages.ts'
import { type Call, isCall } from '@/lib/extension/relay.ts'
import { checkServer } from './check-server.ts'
import { openGmail } from './commands.ts'
import { beginConsent, beginSignIn } from './sign-in.ts'

type Answers = {
  [Name in ToBackgroundName]: (
    request: ToBackground[Name]['request'],
    sender: Runtime.MessageSender,
  ) => Promise<ToBackground[Name]['answer']>
}

/** When this background woke, epoch ms; shows that nothing depends on its staying awake. */
const bootedAt = Date.now()

const answers: Answers = {
  'sign-in': ({ account }, sender) => beginSignIn(account, sender.tab),
  consent: (request, sender) => beginConsent(request, sender.tab),
  'check-server': ({ origin }) => checkServer(origin),
  'open-gmail': async ({ account }) => {
    await openGmail(account)
    return { ok: true }
  },
  'open-options': async () => {
    await browser.runtime.openOptionsPage()
    return { ok: true }
  },
  ping: async () => ({ bootedAt }),
}

/** Answers our own pages. Gmail's page is no such caller: it may only send notices. */
export function answerCalls(): void {
  browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => {
    if (!isCall(message) || !isOwnPage(sender) || !Object.hasOwn(answers, message.name)) return
    return answer(message, sender)
  })
}

function isOwnPage(sender: Runtime.MessageSender): boolean {
  return sender.id === browser.runtime.id && (sender.url?.startsWith(browser.runtime.getURL('')) ?? false)
}

/** `callBackground` types name and request together, and only our own pages reach this. */
function answer<Name extends ToBackgroundName>(call: Call, sender: Runtime.MessageSender): Promise<unknown> {
  const name = call.name as Name
  return answers[name](call.request as ToBackground[Name]['request'], sender)
}
