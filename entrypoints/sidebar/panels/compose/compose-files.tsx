/** The files of the open mail, below its text. */
export function ComposeFiles() {
  return null
}

/** The clip at the bottom left (S-048). */
export function ClipButton() {
  return null
}
