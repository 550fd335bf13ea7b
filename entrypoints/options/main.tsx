import { effect } from '@preact/signals'
import { render } from 'preact'
import '@/lib/extension/ui/tokens.css'
import '@/lib/extension/ui/base.css'
import './options.css'
import { chooseLanguage, language } from '@/lib/extension/i18n.ts'
import { readSettings, watchSettings } from '@/lib/extension/settings.ts'
import { greetServer } from './actions.ts'
import { App } from './app.tsx'
import { settings } from './state.ts'
import { word } from './words.ts'

settings.value = await readSettings()
watchSettings((next) => {
  settings.value = next
})

const darkSystem = matchMedia('(prefers-color-scheme: dark)')
const paint = () => {
  const { theme } = settings.value
  // No Gmail here to follow, so automatic means the system.
  document.documentElement.dataset['theme'] =
    theme === 'auto' ? (darkSystem.matches ? 'dark' : 'light') : theme
}
darkSystem.addEventListener('change', paint)
effect(paint)
effect(() => {
  language.value = chooseLanguage(settings.value.language)
  document.documentElement.lang = language.value
  document.title = word('title')
})
effect(() => {
  if (settings.value.server !== undefined) void greetServer(settings.value.server)
})

const root = document.getElementById('app')
if (root) render(<App />, root)
