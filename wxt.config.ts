import { defineConfig } from 'wxt'

/** Demo and test builds (`wxt build --mode test`) may talk to a backend on loopback without asking; the production build never may. */
const loopback = ['http://127.0.0.1/*', 'http://localhost/*']

export default defineConfig({
  srcDir: '.',
  entrypointsDir: 'entrypoints',
  publicDir: 'lib/extension/public',
  manifestVersion: 3,
  imports: false,
  vite: ({ mode }) => ({
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: { sourcemap: mode === 'development', target: 'es2024' },
  }),
  manifest: ({ mode, browser }) => ({
    name: 'Inlay',
    description: '__MSG_extension_description__',
    default_locale: 'en',
    minimum_chrome_version: '144',
    permissions: ['storage', 'alarms'],
    host_permissions: ['https://mail.google.com/*', ...(mode === 'production' ? [] : loopback)],
    optional_host_permissions: ['https://*/*', 'http://*/*'],
    action: { default_title: 'Inlay' },
    // Firefox' default policy upgrades http to https, which would silently break a plain-http server on a LAN.
    content_security_policy: { extension_pages: "script-src 'self'; object-src 'self'" },
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
