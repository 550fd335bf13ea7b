/** An answer of the Drive API that is no success, in the shape its guide and clients' reports show (2026-11). */
export class DriveError extends Error {
  readonly status: number
  readonly body: object

  constructor(status: number, reason: string, message: string, parameter?: string) {
    super(message)
    this.status = status
    const where = parameter === undefined ? {} : { location: parameter, locationType: 'parameter' }
    this.body = {
      error: { code: status, message, errors: [{ message, domain: 'global', reason, ...where }] },
    }
  }
}

const KNOWN = {
  exportTooLarge: () =>
    new DriveError(403, 'exportSizeLimitExceeded', 'This file is too large to be exported.'),
  notExportable: () => new DriveError(403, 'fileNotExportable', 'Export only supports Docs Editors files.'),
  notDownloadable: () =>
    new DriveError(
      403,
      'fileNotDownloadable',
      'Only files with binary content can be downloaded. Use Export with Docs Editors files.',
      'alt',
    ),
  mayNotDownload: () =>
    new DriveError(403, 'cannotDownloadFile', 'This file cannot be downloaded by the user.'),
  unknownConversion: () =>
    new DriveError(400, 'badRequest', 'The requested conversion is not supported.', 'convertTo'),
  sortedFullText: () =>
    new DriveError(
      403,
      'forbidden',
      'Sorting is not supported for queries with fullText terms. Results are always in descending relevance order.',
      'orderBy',
    ),
  userRateLimit: () => new DriveError(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded'),
  notEnabled: () =>
    new DriveError(
      403,
      'accessNotConfigured',
      'Google Drive API has not been used in project 794506023861 before or it is disabled.',
    ),
  serverError: () => new DriveError(500, 'internalError', 'Internal Error'),
} satisfies Record<string, () => DriveError>

export function driveError(name: keyof typeof KNOWN): DriveError {
  return KNOWN[name]()
}

export function fileNotFound(id: string): DriveError {
  return new DriveError(404, 'notFound', `File not found: ${id}.`, 'fileId')
}

export function invalidValue(parameter: string): DriveError {
  return new DriveError(400, 'invalid', 'Invalid Value', parameter)
}
