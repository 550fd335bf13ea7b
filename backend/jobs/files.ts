import { runDriveFile } from '../services/drive/fetch.ts'

/** Task kinds of files on their way into mails. */
export const fileJobs = {
  /** One file of a Drive on its way into a mail; key: the file. */
  drive_file: runDriveFile,
}
