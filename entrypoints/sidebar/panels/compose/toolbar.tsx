import { useEffect, useState } from 'preact/hooks'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { TextField } from '@/lib/extension/ui/field.tsx'
import { Icon, type IconName } from '@/lib/extension/ui/icon.tsx'
import { Menu } from '@/lib/extension/ui/menu.tsx'
import { Popover } from '@/lib/extension/ui/popover.tsx'
import { Tooltip } from '@/lib/extension/ui/tooltip.tsx'
import { editorState, linkAt, mailEditor } from '../../state-compose.ts'
import type { Format } from './editor.ts'

const formats: readonly { what: Format; icon: IconName; keys: string }[] = [
  { what: 'bold', icon: 'bold', keys: 'B' },
  { what: 'italic', icon: 'italic', keys: 'I' },
  { what: 'underline', icon: 'underline', keys: 'U' },
  { what: 'bulletList', icon: 'list', keys: '' },
  { what: 'orderedList', icon: 'numbered', keys: '' },
  { what: 'blockquote', icon: 'quote', keys: '' },
]
const colours = [
  { name: 'ink', value: '#161c1e' },
  { name: 'red', value: '#b0241c' },
  { name: 'brown', value: '#834c00' },
  { name: 'green', value: '#17692f' },
  { name: 'teal', value: '#00677a' },
  { name: 'blue', value: '#444ab3' },
] as const

/** The bar behind "Aa"; one tab stop, arrows move (design 6). */
export function Toolbar() {
  const [palette, setPalette] = useState<HTMLElement | undefined>(undefined)
  void editorState.value
  const editor = mailEditor.value
  return (
    <div
      class="compose-formats"
      role="toolbar"
      aria-label={t('compose.format')}
      data-testid="formats"
      onKeyDown={rove}
    >
      {formats.map(({ what, icon }, index) => (
        <Tool
          key={what}
          icon={icon}
          label={t(`compose.format.${what}`)}
          on={editor?.is(what) === true}
          first={index === 0}
          onPress={() => editor?.format(what)}
          testid={`format-${what}`}
        />
      ))}
      <Tool
        icon="link"
        label={t('compose.format.link')}
        on={editor?.is('link') === true}
        onPress={(button) => {
          linkAt.value = button
        }}
        testid="format-link"
      />
      <Tool
        icon="colour"
        label={t('compose.format.colour')}
        on={editor?.is('colour') === true}
        onPress={setPalette}
        testid="format-colour"
      />
      <Tool
        icon="eraser"
        label={t('compose.format.clear')}
        onPress={() => editor?.clear()}
        testid="format-clear"
      />
      {palette && (
        <Menu
          at={palette}
          label={t('compose.format.colour')}
          onClose={() => setPalette(undefined)}
          items={colours.map(({ name, value }) => ({
            id: `colour-${name}`,
            label: t(`compose.colour.${name}`),
            before: <span class="swatch" style={{ background: value }} />,
            run: () => editor?.colour(name === 'ink' ? undefined : value),
          }))}
        />
      )}
    </div>
  )
}

function Tool(props: {
  icon: IconName
  label: string
  on?: boolean
  first?: boolean
  onPress: (button: HTMLButtonElement) => void
  testid: string
}) {
  return (
    <Tooltip text={props.label}>
      <button
        type="button"
        class="icon-button icon-button-small tool"
        aria-label={props.label}
        aria-pressed={props.on}
        tabIndex={props.first ? 0 : -1}
        data-testid={props.testid}
        // The text keeps its selection, and the caret its place.
        onMouseDown={(event) => event.preventDefault()}
        onClick={(event) => props.onPress(event.currentTarget)}
      >
        <Icon name={props.icon} size={18} />
      </button>
    </Tooltip>
  )
}

/** The form for a link, where one is wanted: by the bar or by Ctrl K, also while the bar is folded. */
export function LinkBox() {
  const at = linkAt.value
  return at === undefined ? null : <LinkForm at={at} />
}

/** Words and address of a link; an address without a protocol is the web's, and stands for the words where there are none. */
function LinkForm({ at }: { at: HTMLElement }) {
  const editor = mailEditor.value
  const [before] = useState(() => editor?.link() ?? { href: '', text: '' })
  const [href, setHref] = useState(before.href)
  const [text, setText] = useState(before.text)
  const close = () => {
    // Before the form goes: the caret is where it was.
    editor?.focus()
    linkAt.value = undefined
  }
  useEffect(
    () => () => {
      linkAt.value = undefined
    },
    [],
  )
  const typed = href.trim() === '' ? (text ?? '').trim() : href.trim()
  const full = fullLink(typed)
  const isWrong = href.trim() !== '' && full === undefined
  return (
    <Popover at={at} title={t('compose.link.title')} onClose={close} testid="link-form">
      <form
        class="stack-small"
        onSubmit={(event) => {
          event.preventDefault()
          if (full === undefined) return
          close()
          editor?.setLink(full, text === undefined ? undefined : text.trim() || typed)
        }}
      >
        {text !== undefined && (
          <TextField
            label={t('compose.link.text')}
            value={text}
            autofocus={before.text === ''}
            onInput={setText}
            testid="link-text"
          />
        )}
        <TextField
          label={t('compose.link.label')}
          value={href}
          autofocus={before.text !== ''}
          error={isWrong ? t('compose.link.wrong') : undefined}
          onInput={setHref}
          testid="link-input"
        />
        <span class="actions">
          <Button
            kind="filled"
            small
            submit
            off={full === undefined ? t('compose.link.wrong') : undefined}
            testid="link-set"
          >
            {t('compose.link.set')}
          </Button>
          {before.href !== '' && (
            <Button
              kind="text"
              small
              onPress={() => {
                close()
                editor?.setLink(undefined)
              }}
              testid="link-remove"
            >
              {t('compose.link.remove')}
            </Button>
          )}
        </span>
      </form>
    </Popover>
  )
}

function fullLink(typed: string): string | undefined {
  if (typed === '' || /\s/.test(typed)) return undefined
  if (/^[^/@:]+@[^/@:]+\.[^/@:]+$/.test(typed)) return `mailto:${typed}`
  const full = /^[a-z][a-z0-9+.-]*:/i.test(typed) && !/^[^/]+:\d/.test(typed) ? typed : `https://${typed}`
  if (!URL.canParse(full)) return undefined
  const { protocol, hostname } = new URL(full)
  if (protocol === 'mailto:' || protocol === 'tel:') return full
  return (protocol === 'https:' || protocol === 'http:') && hostname.includes('.') ? full : undefined
}

function rove(event: KeyboardEvent): void {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
  const bar = event.currentTarget
  if (step === undefined || !(bar instanceof HTMLElement)) return
  if (!(event.target instanceof HTMLElement) || !event.target.matches('.tool')) return
  event.preventDefault()
  const tools = [...bar.querySelectorAll<HTMLElement>('.tool')]
  const next = tools[(tools.indexOf(event.target) + step + tools.length) % tools.length]
  for (const tool of tools) tool.tabIndex = tool === next ? 0 : -1
  next?.focus()
}
