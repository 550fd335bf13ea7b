import { render } from 'preact'
import '@/lib/extension/ui/tokens.css'
import '@/lib/extension/ui/base.css'
import './sidebar.css'
import { App } from './app.tsx'
import { focusPanel, startKeys } from './keys.ts'
import { start } from './load/start.ts'

const root = document.getElementById('panel')
if (root !== null) {
  render(<App />, root)
  startKeys()
  void start(focusPanel)
}
