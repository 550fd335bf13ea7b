import type { ComponentChildren } from 'preact'
import { saveSettings, undoChoices } from '@/lib/extension/settings.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { goToGmail, signIn, signOutHere } from './actions.ts'
import { SignInNews } from './sign-in-news.tsx'
import { changing, checked, ended, settings } from './state.ts'
import { word } from './words.ts'

/** What can be set once everything stands: server, accounts, language, colours, and the way out. */
export function Overview() {
  const { language, theme, chips, undoSeconds } = settings.value
  return (
    <main class="card overview">
      <header>
        <span class="mark">
          <Icon name="mark" size={20} />
        </span>
        <h1>{word('title')}</h1>
      </header>
      <JustSignedIn />
      <Server />
      <Accounts />
      <Choice
        name={word('language.name')}
        testid="language"
        value={language}
        options={[
          ['auto', word('language.auto')],
          ['en', 'English'],
          ['ja', '日本語'],
        ]}
        onChoose={(value) => void saveSettings({ language: value })}
      />
      <Choice
        name={word('colours.name')}
        {...(theme === 'auto' && { text: word('colours.text') })}
        testid="theme"
        value={theme}
        options={[
          ['auto', word('colours.auto')],
          ['light', word('colours.light')],
          ['dark', word('colours.dark')],
        ]}
        onChoose={(value) => void saveSettings({ theme: value })}
      />
      <Choice
        name={word('chips.name')}
        text={word('chips.text')}
        testid="chips"
        value={chips}
        options={[
          ['on', word('chips.on')],
          ['off', word('chips.off')],
        ]}
        onChoose={(value) => void saveSettings({ chips: value })}
      />
      <Choice
        name={word('undo.name')}
        text={word('undo.text')}
        testid="undo-seconds"
        value={String(undoSeconds)}
        options={undoChoices.map(
          (seconds) => [String(seconds), word('undo.seconds', { n: seconds })] as const,
        )}
        onChoose={(value) =>
          void saveSettings({ undoSeconds: undoChoices.find((one) => String(one) === value) ?? 10 })
        }
      />
      <div class="row">
        <Button kind="outline" testid="sign-out" onPress={() => void signOutHere()}>
          {word('sign_out.action')}
        </Button>
        <p class="second grow">{word('sign_out.text')}</p>
      </div>
    </main>
  )
}

/** The way on after signing in: the rest is in Gmail. */
function JustSignedIn() {
  const outcome = ended.value
  const account =
    outcome?.kind === 'sign-in' && outcome.reason === undefined ? settings.value.accounts.at(-1) : undefined
  if (account === undefined) return null
  return (
    <p class="note done row" role="status">
      <Icon name="check" size={16} />
      <span class="grow">{word('sign_in.done', { account })}</span>
      <Button kind="filled" small testid="go-to-gmail" onPress={() => void goToGmail(account)}>
        {word('sign_in.gmail')}
      </Button>
    </p>
  )
}

function Row(props: { name: string; text?: string; children: ComponentChildren }) {
  return (
    <div class="row">
      <div class="grow">
        <h2>{props.name}</h2>
        {props.text && <p class="second">{props.text}</p>}
      </div>
      {props.children}
    </div>
  )
}

function Server() {
  const host = new URL(settings.value.server ?? 'https://unset.invalid').host
  const answer = checked.value?.host === host ? checked.value.answer : undefined
  const text =
    answer === undefined
      ? host
      : answer.ok
        ? word('server.line', { host, version: answer.info.version, ms: answer.ms })
        : word(answer.reason === 'permission' ? 'server.permission' : 'server.silent', { host })
  return (
    <Row name={word('server.name')} text={text}>
      <Button
        kind="text"
        testid="change-server"
        onPress={() => {
          checked.value = undefined
          changing.value = true
        }}
      >
        {word('server.change')}
      </Button>
    </Row>
  )
}

function Accounts() {
  const { accounts, seen } = settings.value
  const unused = seen.filter((address) => !accounts.includes(address))
  return (
    <section class="block" aria-labelledby="accounts">
      <h2 id="accounts">{word('accounts.name')}</h2>
      <p class="second">{word('accounts.text')}</p>
      <ul>
        {accounts.map((address) => (
          <Account key={address} address={address} isConnected />
        ))}
        {unused.map((address) => (
          <Account key={address} address={address} isConnected={false} />
        ))}
      </ul>
      <SignInNews />
    </section>
  )
}

function Account({ address, isConnected }: { address: string; isConnected: boolean }) {
  return (
    <li class="account" data-testid="account">
      <span class="avatar" aria-hidden="true">
        {initials(address)}
      </span>
      <span class="cut grow" dir="auto">
        {address}
      </span>
      {isConnected ? (
        <span class="ok state">
          <Icon name="check" size={16} /> {word('accounts.connected')}
        </span>
      ) : (
        <>
          <span class="second state">{word('accounts.unused')}</span>
          <Button kind="text" small onPress={() => void signIn(address)}>
            {word('accounts.sign_in')}
          </Button>
        </>
      )}
    </li>
  )
}

/** `mia.sato@…` → MS; the page knows no names of accounts. */
function initials(address: string): string {
  const parts = (address.split('@')[0] ?? '').split(/[._+-]/).filter((part) => part !== '')
  return parts
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join('')
}

function Choice<Value extends string>(props: {
  name: string
  text?: string
  testid: string
  value: Value
  options: readonly (readonly [Value, string])[]
  onChoose: (value: Value) => void
}) {
  const id = `choice-${props.testid}`
  return (
    <div class="row">
      <label class="grow" for={id}>
        <span class="strong">{props.name}</span>
        {props.text && <span class="second below">{props.text}</span>}
      </label>
      <select
        id={id}
        value={props.value}
        data-testid={props.testid}
        onChange={(event) => {
          const chosen = props.options.find(([value]) => value === event.currentTarget.value)
          if (chosen) props.onChoose(chosen[0])
        }}
      >
        {props.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  )
}
