/**
 * The part of the design tokens that is needed in Gmail's own page, by the names of `lib/extension/ui/tokens.css`; a test
 * holds both to the same values. The whole sheet would weigh more than the rest of this script's styles.
 */
export const tokens = {
  light: {
    surface: '#ffffff',
    'surface-2': '#ebf0f2',
    'surface-3': '#dfe6e9',
    inverse: '#263033',
    'on-inverse': '#f2f6f7',
    line: '#e1e7ea',
    text: '#161c1e',
    'text-2': '#465155',
    'text-3': '#5c676b',
    accent: '#00677a',
    'accent-hover': '#00525f',
    'on-accent': '#ffffff',
    'accent-soft': '#d8eff3',
    focus: '#00677a',
    ok: '#17692f',
    warn: '#834c00',
    danger: '#b0241c',
    e1: '0 1px 2px rgba(16, 28, 32, .12), 0 1px 3px rgba(16, 28, 32, .08)',
    e3: '0 4px 12px rgba(16, 28, 32, .14), 0 16px 48px rgba(16, 28, 32, .22)',
  },
  dark: {
    surface: '#191c1d',
    'surface-2': '#2b3032',
    'surface-3': '#363c3e',
    inverse: '#e3e8e9',
    'on-inverse': '#1b2022',
    line: '#323839',
    text: '#e6eaeb',
    'text-2': '#bac2c5',
    'text-3': '#9da7ab',
    accent: '#74d3e3',
    'accent-hover': '#9be4f0',
    'on-accent': '#00343d',
    'accent-soft': '#113e47',
    focus: '#74d3e3',
    ok: '#82d796',
    warn: '#f4be6f',
    danger: '#ffb3a9',
    e1: '0 1px 2px rgba(0, 0, 0, .5)',
    e3: '0 0 0 1px #394042, 0 16px 48px rgba(0, 0, 0, .6)',
  },
} as const

type Theme = keyof typeof tokens

const font =
  '"Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans JP", "Noto Sans CJK JP", "Hiragino Sans", "Yu Gothic UI", Meiryo, sans-serif'

const variables = (theme: Theme) =>
  Object.entries(tokens[theme])
    .map(([name, value]) => `--${name}:${value};`)
    .join('')

/** First in every root of ours. `!important` where Gmail's own rules could otherwise reach the host. */
export const baseCss = `
:host{all:initial!important;${variables('light')}}
:host([data-theme=dark]){${variables('dark')}color-scheme:dark}
*{box-sizing:border-box;font:400 13px/18px ${font}}
button{all:unset;box-sizing:border-box;cursor:pointer;border-radius:999px}
button:focus-visible{outline:2px solid var(--focus);outline-offset:2px}
svg{flex:none;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.icon{width:18px;height:18px}
.mark{width:20px;height:20px;stroke:none}
.mark-card{fill:var(--accent)}
.mark-piece{fill:var(--on-accent)}
[hidden]{display:none!important}`

export const lineCss = `
:host{display:block!important;height:22px!important;overflow:hidden!important}
div{display:flex;align-items:center;gap:6px;height:22px;color:var(--text-2);font-size:12px}
span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-size:12px}
b{font-weight:600;font-size:12px;color:var(--text)}
.mark{width:14px;height:14px}`

export const panelCss = `
:host{position:fixed!important;inset:0!important;pointer-events:none!important;z-index:var(--layer,2)!important}
.panel{position:absolute;top:var(--top,64px);right:56px;bottom:12px;width:var(--width,360px);border-radius:16px;
background:var(--surface);overflow:hidden;pointer-events:auto;box-shadow:0 0 0 1px var(--line);
transition:opacity 180ms cubic-bezier(.2,0,0,1),transform 180ms cubic-bezier(.2,0,0,1),visibility 180ms}
.panel[inert]{opacity:0;transform:translateX(16px);visibility:hidden;pointer-events:none}
:host(:dir(rtl)) .panel{right:auto;left:56px}
.panel[data-mode=workspace]{width:auto;left:12px}
.panel[data-shape=over]{box-shadow:var(--e3)}
.panel[data-shape=sheet]{left:0;right:0;bottom:0;width:auto;border-radius:16px 16px 0 0;box-shadow:var(--e3)}
iframe{display:block;width:100%;height:100%;border:0;color-scheme:normal}
.rail{position:absolute;right:8px;bottom:20px;width:40px;height:40px;display:grid;place-items:center;pointer-events:auto;
background:var(--accent-soft)}
:host(:dir(rtl)) .rail{right:auto;left:8px}
.rail:hover{background:var(--surface-3)}
.rail[aria-expanded=true]{box-shadow:inset 0 0 0 2px var(--accent)}
.count{position:absolute;top:-4px;right:-4px;min-width:18px;height:18px;padding:0 5px;border-radius:999px;text-align:center;
background:var(--warn);color:var(--surface);font:600 11px/18px ${font}}
@media (prefers-reduced-motion:reduce){.panel{transition:none}}
@media (forced-colors:active){.panel,.rail{border:1px solid CanvasText}}`

export const fileCss = `
:host{display:inline-flex!important;vertical-align:middle!important;margin-inline-start:4px!important;position:relative!important}
:host([data-place=strip]){position:absolute!important;inset:auto 0 0 0!important;display:flex!important;margin:0!important;z-index:3!important}
:host([data-place=corner]){position:absolute!important;inset:auto 8px 8px auto!important;z-index:3!important}
.file{display:inline-flex;align-items:center;gap:6px;height:32px;padding:0 12px 0 10px;background:var(--accent);color:var(--on-accent);
font-weight:500;white-space:nowrap;transition:background 80ms}
.file:hover{background:var(--accent-hover)}
.file[aria-disabled=true]{background:var(--surface-2);color:var(--text-3);cursor:default}
.file[aria-busy=true]{opacity:.7}
.strip{display:flex;align-items:center;gap:8px;width:100%;height:40px;padding:0 8px 0 12px;background:var(--surface);
border-top:1px solid var(--line);color:var(--text)}
.strip .label{flex:1;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;border-radius:4px;font-weight:500}
.filed{color:var(--ok)}
.failed{color:var(--danger)}
.undo{flex:none;padding:4px 6px;color:var(--accent);font-weight:500}
.undo:hover,.close:hover{background:var(--surface-2)}
.close{flex:none;display:grid;place-items:center;width:28px;height:28px;color:var(--text-2)}
.ring{width:18px;height:18px;transform:rotate(-90deg);stroke-width:2.6}
.track{stroke:var(--surface-3)}
.fill{stroke:var(--accent)}
.turns{animation:turn 1s linear infinite}
@keyframes turn{to{transform:rotate(270deg)}}
.tip{position:fixed;margin:0;border:0;padding:6px 0 0;background:none;max-width:280px;overflow:visible}
.tip div{padding:6px 10px;border-radius:8px;background:var(--inverse);color:var(--on-inverse);box-shadow:var(--e1);white-space:pre-line}
.tip b{font-weight:600;color:inherit}
.tip p{margin:0;opacity:.86}
@media (prefers-reduced-motion:reduce){.turns{animation:none}}
@media (forced-colors:active){.file,.strip{border:1px solid CanvasText}}`
