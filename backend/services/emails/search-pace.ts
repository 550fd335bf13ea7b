import type { Context } from '../context.ts'

/** A colleague's searches spend units its owner's clicks need; of each colleague in each mailbox, this many a minute. */
const most = 20
const spanMs = 60_000

/** When each asker searched each foreign mailbox, epoch ms; of one process, gone with it. */
const asked = new Map<string, number[]>()

/** Whether the actor may have a colleague's mailbox searched once more now, which then counts. */
export function maySearchOther(ctx: Context, mailboxId: string): boolean {
  const now = ctx.clock.now()
  const isRecent = (at: number) => at > now - spanMs && at <= now
  if (asked.size > 5000) for (const [key, times] of asked) if (!times.some(isRecent)) asked.delete(key)
  const key = `${ctx.actor.userId} ${mailboxId}`
  const recent = (asked.get(key) ?? []).filter(isRecent)
  const may = recent.length < most
  asked.set(key, may ? [...recent, now] : recent)
  return may
}
