import { fileURLToPath } from 'node:url'
import { defineConfig } from 'wxt'

/** Demo and test builds (`wxt build --mode test`) may talk to a backend on loopback without asking; the production build never may. */
const loopback = ['http://127.0.0.1/*', 'http://localhost/*']

/** The content script's life cycle, in the place of WXT's: every byte of that script is loaded with every Gmail. */
const ownContext = fileURLToPath(new URL('entrypoints/gmail.content/context.ts', import.meta.url))

/**
 * Nothing but our own files and the server is ever reached. Written out also because Firefox' default would turn the http
 * of a server on loopback into https; other plain-http servers are refused in words (`check-server`).
 */
const extensionPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  'connect-src https: http://127.0.0.1:* http://localhost:*',
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

export default defineConfig({
  srcDir: '.',
  entrypointsDir: 'entrypoints',
  publicDir: 'lib/extension/public',
  manifestVersion: 3,
  imports: false,
  vite: ({ mode }) => ({
    resolve: { alias: { 'wxt/utils/content-script-context': ownContext } },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { sourcemap: mode === 'development', target: 'es2024' },
  }),
  manifest: ({ mode, browser }) => ({
    name: 'Inlay',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    minimum_chrome_version: '144',
    // `scripting`: the part for compose windows is brought into a tab of Gmail's when one opens.
    permissions: ['storage', 'scripting'],
    host_permissions: ['https://mail.google.com/*', ...(mode === 'production' ? [] : loopback)],
    optional_host_permissions: ['https://*/*', 'http://*/*'],
    icons: { 16: 'icons/16.png', 32: 'icons/32.png', 48: 'icons/48.png', 128: 'icons/128.png' },
    action: { default_title: 'Inlay' },
    commands: {
      'focus-panel': {
        suggested_key: { default: 'Alt+I', mac: 'MacCtrl+I' },
        description: '__MSG_command_focus_panel__',
      },
      'file-attachments': {
        suggested_key: { default: 'Alt+Shift+F' },
        description: '__MSG_command_file_attachments__',
      },
    },
    content_security_policy: { extension_pages: extensionPolicy },
    web_accessible_resources: [{ resources: ['sidebar.html'], matches: ['https://mail.google.com/*'] }],
    ...(browser === 'firefox' && {
      browser_specific_settings: {
        gecko: {
          id: 'inlay@inlay.example',
          strict_min_version: '140.0',
          data_collection_permissions: {
            required: ['personallyIdentifyingInfo', 'personalCommunications', 'authenticationInfo'],
          },
        },
      },
    }),
  }),
})
