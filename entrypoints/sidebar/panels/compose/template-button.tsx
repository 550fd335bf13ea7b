/** The braces beside the clip: templates and merge fields. */
export function TemplateButton() {
  return null
}
