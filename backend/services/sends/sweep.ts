import { mailsInUse } from '../../storage/send-queue.ts'
import type { Deps } from '../context.ts'

/** Deletes raw mails on this machine that no send waits for any more: of workers that died, or sent from elsewhere. */
export async function sweepMails({ db, mails }: Pick<Deps, 'db' | 'mails'>): Promise<void> {
  const old = await mails.old()
  const used = await mailsInUse(db, old)
  for (const name of old) if (!used.has(name)) await mails.delete(name)
}
