import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export type BrowserKind = 'chromium' | 'firefox'

interface Place {
  variable: string
  names: string[]
  paths: string[]
  debianPackage: string
  brew: string
}

const PLACES: Record<BrowserKind, Place> = {
  chromium: {
    variable: 'INLAY_CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'],
    paths: [
      '/usr/lib/chromium/chromium',
      '/snap/bin/chromium',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ],
    debianPackage: 'chromium',
    brew: 'chromium',
  },
  firefox: {
    variable: 'INLAY_FIREFOX',
    names: ['firefox-esr', 'firefox'],
    paths: [
      '/usr/lib/firefox-esr/firefox-esr',
      '/snap/bin/firefox',
      '/Applications/Firefox.app/Contents/MacOS/firefox',
    ],
    debianPackage: 'firefox-esr',
    brew: 'firefox',
  },
}

const APT = '/usr/bin/apt-get'

/** The executable of an installed browser: the one its variable names (INLAY_CHROMIUM, INLAY_FIREFOX), else the usual places. */
function findBrowser(kind: BrowserKind): string | undefined {
  const place = PLACES[kind]
  const named = process.env[place.variable]
  if (named) {
    if (!isExecutable(named)) throw new Error(`${place.variable} names ${named}, which cannot be run.`)
    return named
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = place.names.flatMap((name) => folders.map((folder) => join(folder, name)))
  return [...candidates, ...place.paths].find(isExecutable)
}

/**
 * Executables of the wanted browsers. With `install`, missing ones are installed by apt-get where that is
 * possible (Debian or Ubuntu, as root); else the error names what is missing and the command that brings it.
 */
export function ensureBrowsers(
  options: { install?: boolean; kinds?: readonly BrowserKind[] } = {},
): Partial<Record<BrowserKind, string>> {
  const kinds = options.kinds ?? ['chromium', 'firefox']
  const missing = kinds.filter((kind) => !findBrowser(kind))
  if (missing.length > 0 && options.install && canUseApt()) {
    const packages = missing.map((kind) => PLACES[kind].debianPackage)
    const quiet = { stdio: 'pipe', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
    execFileSync(APT, ['update', '-qq'], quiet)
    execFileSync(APT, ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)
  }
  const found: Partial<Record<BrowserKind, string>> = {}
  for (const kind of kinds) {
    const path = findBrowser(kind)
    if (!path) throw new Error(howToGet(kind))
    found[kind] = path
  }
  return found
}

function howToGet(kind: BrowserKind): string {
  const { variable, debianPackage, brew } = PLACES[kind]
  const command =
    process.platform === 'darwin' ? `brew install --cask ${brew}` : `apt-get install -y ${debianPackage}`
  return `No ${kind} found. Install it with \`${command}\`, or set ${variable} to its executable.`
}

function canUseApt(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync(APT)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
