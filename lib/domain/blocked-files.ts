/**
 * Endings of files that Gmail neither sends nor receives, compressed or inside archives neither.
 * Source: Google's list at support.google.com/mail/answer/6590, as of 2026-11.
 */
export const blockedEndings: ReadonlySet<string> = new Set(
  `ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg ex ex_ exe hta img ins iso isp jar
  jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh
  xll`.split(/\s+/),
)

/** Endings behind which a compressed single file keeps its own. */
const compressed: ReadonlySet<string> = new Set(['gz', 'bz2', 'xz', 'z', 'zip'])

/** Signs nobody sees, or that turn the reading direction: `invoice\u202Efdp.exe` is shown as `invoiceexe.pdf`. */
const unseen = /[\p{Cc}\p{Cf}]/gu

/**
 * The ending for which Gmail refuses a file of this name, with its dot, or undefined. What lies inside a zip the server
 * looks at when it has the bytes.
 */
export function blockedType(name: string): string | undefined {
  const seen = name
    .normalize('NFKC')
    .replace(unseen, '')
    .toLowerCase()
    // Windows drops dots and spaces at the end.
    .replace(/[.\s]+$/, '')
  const parts = seen.split('.').slice(1)
  const last = parts.at(-1)
  const ending = last !== undefined && compressed.has(last) && parts.length > 1 ? parts.at(-2) : last
  return ending !== undefined && blockedEndings.has(ending) ? `.${ending}` : undefined
}
