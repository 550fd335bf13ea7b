/** Controls except tab and line breaks, and the marks that turn text around (they make `exe.pdf` of `fdp.exe`). */
const unwanted = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFEFF]/g

/** Hostile text made fit for a screen and a database: no NUL, no controls, no direction overrides, no half surrogates. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(unwanted, '')
}

/** The same on one line: what stands in a header cannot begin another (RFC 5322, 2.2). */
export function oneLine(text: string): string {
  return cleanText(text).replace(/[\t\r\n\u2028\u2029]+/g, ' ')
}
