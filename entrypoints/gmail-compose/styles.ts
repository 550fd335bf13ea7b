/** In the row of Gmail's own tools; takes the room it needs and covers nothing. */
export const buttonCss = `
:host{display:inline-flex!important;vertical-align:middle!important;margin-inline:4px!important;flex:none!important}
.tool{display:inline-flex;align-items:center;gap:6px;height:36px;padding:0 10px;border-radius:99px;color:var(--text);font-weight:500}
.tool:hover,.tool[aria-expanded=true]{background:var(--surface-2)}
.tool span{white-space:nowrap}
@media (forced-colors:active){.tool{border:1px solid}}`

/** Above everything in the window, where it is read before anything is sent. */
export const heldCss = `
:host{display:block!important}
.held{display:flex;flex-wrap:wrap;gap:2px 12px;align-items:baseline;padding:8px 16px;background:var(--accent-soft);color:var(--text)}
.held b{font-weight:600}
.held p{flex:1 0 100%;margin:0;font-size:12px;color:var(--text-2)}
.held button{padding:2px 6px;border-radius:4px;color:var(--accent);font-weight:600}
.held button:hover{text-decoration:underline}
@media (forced-colors:active){.held{border:1px solid}}`
