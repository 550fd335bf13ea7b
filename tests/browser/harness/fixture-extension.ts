import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const manifest = {
  manifest_version: 3,
  name: 'Harness fixture',
  version: '1.0',
  permissions: ['storage'],
  host_permissions: ['https://mail.google.com/*', 'http://127.0.0.1/*'],
  optional_host_permissions: ['https://*/*'],
  content_scripts: [{ matches: ['https://mail.google.com/*'], js: ['content.js'] }],
  background: { service_worker: 'background.js', scripts: ['background.js'] },
  web_accessible_resources: [{ resources: ['sidebar.html'], matches: ['https://mail.google.com/*'] }],
  browser_specific_settings: { gecko: { id: 'fixture@inlay.example' } },
}

const content = `
const api = globalThis.browser ?? globalThis.chrome
const host = document.createElement('inlay-sidebar')
const frame = document.createElement('iframe')
frame.src = api.runtime.getURL('sidebar.html')
frame.style.cssText = 'position:fixed;inset:80px 60px auto auto;width:320px;height:200px;border:0;z-index:99;background:#fff'
host.attachShadow({ mode: 'open' }).append(frame)
document.documentElement.append(host)
`

const background = `
const api = globalThis.browser ?? globalThis.chrome
const started = String(Math.random())
api.runtime.onMessage.addListener((message, sender, answer) => answer(started))
`

const sidebarPage = `<!doctype html><meta charset="utf-8"><title>Fixture</title>
<input data-testid="name"><button data-testid="greet">Greet</button><button data-testid="background">Ask</button>
<button data-testid="grant">Grant</button><button data-testid="date">Date</button><p data-testid="answer"></p><p data-testid="hidden" hidden>never seen</p>
<script src="sidebar.js"></script>`

const sidebarScript = `
const api = globalThis.browser ?? globalThis.chrome
const by = (id) => document.querySelector('[data-testid=' + id + ']')
const say = (text) => { by('answer').textContent = text }
by('greet').addEventListener('click', (event) => say((event.isTrusted ? 'Hello ' : 'Faked ') + by('name').value))
by('background').addEventListener('click', async () => say('started ' + (await api.runtime.sendMessage('when'))))
by('date').addEventListener('click', () => say(new Date().toISOString() + ' ' + navigator.language))
by('grant').addEventListener('click', () => {
  const asked = api.permissions?.request({ origins: [by('name').value] }) ?? Promise.reject('no such call here')
  asked.then((granted) => say('granted ' + granted), (error) => say('refused ' + error))
})
`

/** Writes the smallest extension shaped like ours: a frame in an open shadow root, a background that sleeps. */
export function writeFixtureExtension(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const files = {
    'manifest.json': JSON.stringify(manifest),
    'content.js': content,
    'background.js': background,
    'sidebar.html': sidebarPage,
    'sidebar.js': sidebarScript,
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}
