/** A file keeps its name when a new version comes, but not the ending of what it no longer is. */
export function withEndingOf(name: string, given: string): string {
  const ending = endingOf(given)
  return ending === '' || ending.toLowerCase() === endingOf(name).toLowerCase()
    ? name
    : `${name.slice(0, name.length - endingOf(name).length).slice(0, 255 - ending.length)}${ending}`
}

/** With its dot; '' for none. */
function endingOf(name: string): string {
  return /^.+(\.[\p{L}\p{N}]{1,15})$/u.exec(name)?.[1] ?? ''
}
