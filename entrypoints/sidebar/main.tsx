import { render } from 'preact'
import '@/lib/extension/ui/tokens.css'
import '@/lib/extension/ui/base.css'
import './sidebar.css'
import { App } from './app.tsx'
import { focusPanel, startKeys } from './keys.ts'
import { start } from './load/start.ts'

measureGutter()
const root = document.getElementById('panel')
if (root !== null) {
  render(<App />, root)
  startKeys()
  void start(focusPanel)
}

/** The width of a thin scroll bar here: nothing where it lies over the content, as on most Macs. */
function measureGutter(): void {
  const probe = document.createElement('div')
  probe.className = 'frame-body gutter-probe'
  document.body.append(probe)
  const width = probe.offsetWidth - probe.clientWidth
  probe.remove()
  document.documentElement.style.setProperty('--gutter', `${width}px`)
}
