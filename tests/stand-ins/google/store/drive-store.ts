import type { Account } from '../mail/account.ts'
import type { DriveSeed } from '../types.ts'

/** One file of one person's Drive. */
export interface StoredDriveFile extends Required<Omit<DriveSeed, 'bytes' | 'exports' | 'text'>> {
  id: string
  /** Absent for Google's own documents. */
  bytes: Buffer | undefined
  exports: ReadonlyMap<string, Buffer>
  text: string
}

const documents = 'application/vnd.google-apps.'

/** Every account's Drive. */
export class DriveStore {
  readonly #files = new Map<string, Map<string, StoredDriveFile>>()
  #made = 0

  add(account: Account, seed: DriveSeed, now: number): StoredDriveFile {
    this.#made += 1
    const file: StoredDriveFile = {
      id: seed.id ?? `1StandIn${String(this.#made).padStart(25, '0')}`,
      name: seed.name,
      mimeType: seed.mimeType,
      bytes: seed.mimeType.startsWith(documents) ? undefined : (seed.bytes ?? Buffer.alloc(0)),
      exports: new Map(Object.entries(seed.exports ?? {})),
      text: seed.text ?? '',
      modifiedAt: seed.modifiedAt ?? now,
      owner: seed.owner ?? account.name,
      trashed: seed.trashed ?? false,
      sharedDrive: seed.sharedDrive ?? false,
      canDownload: seed.canDownload ?? true,
    }
    this.#of(account).set(file.id, file)
    return file
  }

  get(account: Account, id: string): StoredDriveFile | undefined {
    return this.#of(account).get(id)
  }

  list(account: Account): StoredDriveFile[] {
    return [...this.#of(account).values()]
  }

  remove(account: Account, id: string): void {
    this.#of(account).delete(id)
  }

  reset(): void {
    this.#files.clear()
  }

  #of(account: Account): Map<string, StoredDriveFile> {
    const files = this.#files.get(account.email) ?? new Map<string, StoredDriveFile>()
    this.#files.set(account.email, files)
    return files
  }
}
