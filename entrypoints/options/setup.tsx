import { useEffect, useRef } from 'preact/hooks'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { chooseServer, signIn } from './actions.ts'
import { SignInNews } from './sign-in-news.tsx'
import {
  changing,
  checked,
  checking,
  ended,
  foundByTyping,
  settings,
  signedOut,
  waitingSince,
} from './state.ts'
import { word } from './words.ts'

/** First step: where the server is, asked on Enter, never while typing; then the way to Google. */
export function Setup() {
  const { server, accounts } = settings.value
  const host = server && new URL(server).host
  const answer = checked.value?.answer
  const isFound = answer?.ok === true && host !== undefined && checked.value?.host === host && !changing.value
  const signInButton = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // Enter led here, so Enter leads on.
    if (isFound && foundByTyping.peek()) signInButton.current?.focus()
  }, [isFound])
  const isWaiting = waitingSince.value !== undefined && ended.value === undefined
  return (
    <main class="card setup" aria-busy={checking.value !== undefined}>
      <span class="mark">
        <Icon name="mark" size={20} />
      </span>
      <div>
        <h1>{word('setup.title')}</h1>
        <p class="second">{word('setup.text')}</p>
      </div>
      {signedOut.value && (
        <p class="note" role="status" data-testid="signed-out">
          <Icon name="check" size={16} />
          <span>{word('sign_out.done')}</span>
        </p>
      )}
      <Address key={String(changing.value)} stored={host ?? ''} isFound={isFound} />
      {isFound && (
        <>
          <div>
            <Button
              kind="filled"
              keys="↵"
              buttonRef={signInButton}
              testid="sign-in"
              busy={isWaiting}
              onPress={() => void signIn(hint())}
            >
              {word('sign_in.action')}
            </Button>
          </div>
          <SignInNews />
        </>
      )}
      {changing.value && accounts.length > 0 && host && (
        <div>
          <Button
            kind="text"
            onPress={() => {
              changing.value = false
            }}
          >
            {word('server.keep', { host })}
          </Button>
        </div>
      )}
      <p class="note">
        <Icon name="info" size={16} />
        <span>{word(isFound ? 'setup.allowed' : 'setup.ask')}</span>
      </p>
      <footer class="steps second">
        <span class="dots" aria-hidden="true">
          <i class="on" />
          <i />
          <i />
        </span>
        {word('setup.step', { step: 1, steps: 3 })}
      </footer>
    </main>
  )
}

/** The one Gmail account Inlay was seen in without a session, for Google to preselect. */
function hint(): string | undefined {
  const { seen, accounts } = settings.peek()
  const open = seen.filter((address) => !accounts.includes(address))
  return open.length === 1 ? open[0] : undefined
}

function Address({ stored, isFound }: { stored: string; isFound: boolean }) {
  const field = useRef<HTMLInputElement>(null)
  const asked = checking.value
  const answer = checked.value?.answer
  const isWrong = answer?.ok === false && asked === undefined
  return (
    <form
      class="field"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void chooseServer(field.current?.value ?? '').then(() => {
          if (checked.peek()?.answer.ok === false) field.current?.focus()
        })
      }}
    >
      <label for="server">{word('server.label')}</label>
      <div class={`input${isWrong ? ' wrong' : ''}`}>
        <input
          ref={field}
          id="server"
          name="server"
          type="text"
          inputMode="url"
          autocomplete="url"
          autocapitalize="none"
          spellcheck={false}
          dir="ltr"
          defaultValue={stored}
          placeholder="crm.company.example"
          aria-invalid={isWrong}
          aria-describedby="server-news"
          data-testid="server"
        />
        {isFound ? (
          <Icon name="check" size={18} />
        ) : (
          <Button kind="text" small submit busy={asked !== undefined} testid="check">
            {word('server.check')}
          </Button>
        )}
      </div>
      <p id="server-news" class="news" role="status" data-testid="server-news">
        <News isFound={isFound} isWrong={isWrong} />
      </p>
    </form>
  )
}

function News({ isFound, isWrong }: { isFound: boolean; isWrong: boolean }) {
  const asked = checking.value
  if (asked !== undefined) return <span class="second">{word('server.checking', { host: asked })}</span>
  const found = checked.value
  if (found === undefined) return null
  const { answer, host } = found
  if (isFound && answer.ok) {
    const { organisation, version } = answer.info
    const key = organisation === '' ? 'server.new' : 'server.found'
    return (
      <span class="ok">
        <Icon name="lock" size={14} /> {word(key, { organisation, version })}
      </span>
    )
  }
  if (!isWrong || answer.ok) return null
  return (
    <span class="danger">
      <Icon name="alert" size={14} /> {word(`server.${answer.reason}`, { host })}
    </span>
  )
}
