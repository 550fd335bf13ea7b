/** Types of Google's own documents, which have no bytes until they are exported. */
const googleType = 'application/vnd.google-apps.'

const pdf = { mimeType: 'application/pdf', extension: 'pdf' }
const office = 'application/vnd.openxmlformats-officedocument.'

const exports: Readonly<Record<string, readonly DriveExport[]>> = {
  document: [{ mimeType: `${office}wordprocessingml.document`, extension: 'docx' }, pdf],
  spreadsheet: [{ mimeType: `${office}spreadsheetml.sheet`, extension: 'xlsx' }, pdf],
  presentation: [{ mimeType: `${office}presentationml.presentation`, extension: 'pptx' }, pdf],
  drawing: [{ mimeType: 'image/png', extension: 'png' }, pdf],
}

/** As what one of Google's own documents can be attached. */
export interface DriveExport {
  mimeType: string
  extension: string
}

export function isGoogleDocument(mimeType: string): boolean {
  return mimeType.startsWith(googleType)
}

/** The forms a Google document can take, the one to offer first in front; none for what is a file already, or no document. */
export function exportsOf(mimeType: string): readonly DriveExport[] {
  return isGoogleDocument(mimeType) ? (exports[mimeType.slice(googleType.length)] ?? []) : []
}

/** Folders, shortcuts, forms, maps …: nothing that could be attached. */
export function isAttachable(mimeType: string): boolean {
  return !isGoogleDocument(mimeType) || exportsOf(mimeType).length > 0
}
