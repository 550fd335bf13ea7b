/**
 * The part of the design tokens that is needed in Gmail's own page, light and dark, by the names of
 * `lib/extension/ui/tokens.css`; a test holds both to the same values. The whole sheet would weigh more than this script's
 * own styles.
 */
export const tokens = {
  surface: ['#ffffff', '#191c1d'],
  'surface-2': ['#ebf0f2', '#2b3032'],
  'surface-3': ['#dfe6e9', '#363c3e'],
  inverse: ['#263033', '#e3e8e9'],
  'on-inverse': ['#f2f6f7', '#1b2022'],
  line: ['#e1e7ea', '#323839'],
  control: ['#79868b', '#838d91'],
  text: ['#161c1e', '#e6eaeb'],
  'text-2': ['#465155', '#bac2c5'],
  'text-3': ['#5c676b', '#9da7ab'],
  accent: ['#00677a', '#74d3e3'],
  'accent-hover': ['#00525f', '#9be4f0'],
  'on-accent': ['#ffffff', '#00343d'],
  'accent-soft': ['#d8eff3', '#113e47'],
  ok: ['#17692f', '#82d796'],
  warn: ['#834c00', '#f4be6f'],
  danger: ['#b0241c', '#ffb3a9'],
} as const

const variables = Object.entries(tokens).map(
  ([name, [light, dark]]) => `--${name}:light-dark(${light},${dark})`,
)
const own = (...names: (keyof typeof tokens)[]) =>
  names.map((name) => `--${name}:light-dark(${tokens[name].join()})`).join(';')

/** First in every root of ours. `!important` where Gmail's own rules could otherwise reach the host. */
export const baseCss = `
:host{all:initial!important;color-scheme:light!important;${variables.join(';')}}
:host([data-theme=dark]){color-scheme:dark!important}
*{box-sizing:border-box;font:400 13px/18px "Inter",system-ui,sans-serif}
button{all:unset;box-sizing:border-box;cursor:pointer;border-radius:99px}
button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
svg{flex:none;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round}
.icon{width:18px;height:18px}
.mark{width:20px;height:20px;stroke:none}
.mark-card{fill:var(--accent)}
.mark-piece{fill:var(--on-accent)}`

export const lineCss = `
:host{display:block!important;height:22px!important}
.line{display:flex;align-items:center;gap:6px;height:22px;color:var(--text-2)}
.line *{font-size:12px}
.words{display:flex;min-width:0;overflow:hidden;line-height:22px}
.words *{flex:none;line-height:22px;overflow:hidden;text-overflow:ellipsis;white-space:pre}
[data-fit=all] .narrow,.words:not([data-fit=all]) .wide{display:none}
:is([data-fit=all],[data-fit=few]) .short,:is([data-fit=least],[data-fit=cut],[data-fit=end]) .spare{display:none}
:is([data-fit=cut],[data-fit=end]) .first,[data-fit=end] :is(.last,.short){flex-shrink:1}
.line b,.words button{font-weight:600;color:var(--text)}
.line button{border-radius:4px}
.line button:hover{text-decoration:underline}
.line button:focus-visible{outline-offset:-2px}
.words .plain{font-weight:400;color:inherit}
.change{flex:none;padding:0 4px;line-height:24px;font-weight:500;color:var(--accent)}
.dot{flex:none}
:is([data-fit=cut],[data-fit=end]) .lead,:is([data-fit=cut],[data-fit=end])~.dot{display:none}
.mark{flex:none;width:14px;height:14px}`

/** A menu that opens from a button of ours. */
export const menuCss = `
.menu{position:fixed;inset:auto;margin:0;border:0;padding:6px;width:320px;max-width:calc(100vw - 24px);overflow:auto;
border-radius:12px;background:var(--surface);color:var(--text);box-shadow:0 0 0 1px var(--line),0 4px 16px rgb(0 0 0/.2)}
.menu p{margin:0;padding:4px 8px;font-size:12px;color:var(--text-2)}
.menu hr{height:1px;margin:6px 0;border:0;background:var(--line)}
.menu button{display:flex;align-items:center;gap:10px;width:100%;min-height:36px;padding:4px 8px;border-radius:8px}
.menu button:hover,.menu button:focus{background:var(--surface-2)}
.menu button:focus-visible{outline-offset:-2px}
.menu [aria-disabled]{color:var(--text-3);cursor:default}
.menu .icon{color:var(--text-2)}
.menu span{flex:1;min-width:0;overflow-wrap:anywhere}
.menu small{display:block;font-size:12px;line-height:16px;color:var(--text-2)}
.menu i{flex:none;font-style:normal;font-size:12px;color:var(--text-2)}
.radio{box-sizing:border-box;width:16px;height:16px;margin:0 1px;border:1.5px solid var(--control);border-radius:50%}
[aria-checked=true]>.radio{border:5px solid var(--accent)}
.switch{width:32px;height:18px;border-radius:9px;background:var(--control);padding:2px}
.switch:before{content:"";display:block;width:14px;height:14px;border-radius:50%;background:var(--surface)}
[aria-checked=true]>.switch{background:var(--accent);padding-inline-start:16px}
@media (forced-colors:active){.menu{border:1px solid CanvasText}.switch,.switch:before{border:1px solid}[aria-checked=true]>.radio{border-color:Highlight}}`

/** One stands in every row, so it brings only the colours it has. It never makes its row higher or a column wider. */
export const chipCss = `
:host{all:initial!important;color-scheme:light!important;${own('surface-2', 'surface-3', 'text', 'text-2', 'accent')};
position:absolute!important;inset-inline-end:calc(8px + var(--hidden,0px))!important;max-width:min(220px,45%)!important;height:20px!important;z-index:1!important}
:host([data-theme=dark]){color-scheme:dark!important}
button{all:unset;box-sizing:border-box;display:flex;gap:5px;max-width:100%;height:20px;padding:0 8px;border-radius:99px;cursor:pointer;
background:var(--surface-2);color:var(--text-2);font:400 12px/20px "Inter",system-ui,sans-serif}
button:hover{background:var(--surface-3)}
button:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.name{flex:1;min-width:0;color:var(--text);font-weight:500}
.stage{flex:0 2 auto;min-width:0}
@media (forced-colors:active){button{border:1px solid CanvasText}}`

export const panelCss = `
:host{position:fixed!important;inset:0!important;pointer-events:none!important;z-index:var(--layer,2)!important}
.panel{position:absolute;top:var(--top,64px);inset-inline-end:var(--aside,56px);bottom:12px;width:var(--width,360px);border-radius:16px;
background:var(--surface);overflow:hidden;pointer-events:auto;box-shadow:0 0 0 1px var(--line);
transition:180ms cubic-bezier(.2,0,0,1);transition-property:opacity,transform,visibility}
.panel[inert]{opacity:0;transform:translateX(16px);visibility:hidden;pointer-events:none}
.panel[data-mode=workspace]{width:auto;inset-inline-start:0;border-start-start-radius:0;border-end-start-radius:0;animation:widen 240ms cubic-bezier(.2,0,0,1)}
.panel[data-mode=panel]{animation:narrow 240ms cubic-bezier(.2,0,0,1)}
@keyframes widen{from{opacity:0;transform:translateX(32px)}}
@keyframes narrow{from{opacity:0}}
.panel:not([data-shape=beside]){box-shadow:0 0 0 1px var(--line),0 16px 48px rgb(0 0 0/.3)}
.panel[data-shape=sheet]{inset-inline:0;bottom:0;width:auto;border-radius:16px 16px 0 0}
iframe{display:block;width:100%;height:100%;border:0;color-scheme:normal}
.rail{position:absolute;inset-inline-end:8px;bottom:20px;width:40px;height:40px;display:grid;place-items:center;pointer-events:auto;
background:var(--accent-soft)}
.rail:hover{background:var(--surface-3)}
.rail[aria-expanded=true]{box-shadow:inset 0 0 0 2px var(--accent)}
.count{position:absolute;top:-4px;inset-inline-end:-4px;min-width:18px;height:18px;padding:0 5px;border-radius:99px;text-align:center;
background:var(--warn);color:var(--surface);font-size:11px;font-weight:600}
@media (prefers-reduced-motion:reduce){.panel.panel{transition:none;animation:none}}
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
.strip{display:flex;align-items:center;gap:8px;width:100%;height:44px;padding:0 8px 0 12px;background:var(--surface);
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
.tip div{padding:6px 10px;border-radius:8px;background:var(--inverse);color:var(--on-inverse);white-space:pre-line}
.tip b{font-weight:600;color:inherit}
.tip p{margin:0;opacity:.86}
@media (prefers-reduced-motion:reduce){.turns{animation:none}}
@media (forced-colors:active){.file,.strip{border:1px solid CanvasText}}`
