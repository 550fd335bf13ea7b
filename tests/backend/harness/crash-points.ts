import type { GmailMailbox, GoogleGateway } from '../../../backend/google/gateway.ts'
import type { House } from '../../../backend/http/house.ts'
import type { Database } from '../../../backend/storage/database.ts'

/** What a dead process answers. */
class Dead extends Error {}

export interface CrashPoints {
  /** The house as seen by a process that may die. */
  house: House
  /** It dies at the nth call to the database or to Google from now on, and nothing of it is heard again. */
  arm(nth: number): void
  /** A new process. True when the old one died. */
  revive(): boolean
}

/** Lets a process die before any of its statements and calls, and after the last one before. */
export function crashPoints(house: House): CrashPoints {
  let left = Number.POSITIVE_INFINITY
  let dead = false
  const step = (): void => {
    if (!dead) left -= 1
    if (left < 0) dead = true
    if (dead) throw new Dead('The process is dead.')
  }
  const db: Database = house.db.withPlugin({
    transformQuery: ({ node }) => {
      step()
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const google: GoogleGateway = {
    ...house.google,
    openMailbox: (...given) => dying(house.google.openMailbox(...given), step),
  }
  return {
    house: { ...house, db, google },
    arm(nth) {
      left = nth - 1
      dead = false
    },
    revive() {
      const died = dead
      left = Number.POSITIVE_INFINITY
      dead = false
      return died
    },
  }
}

function dying(mailbox: GmailMailbox, step: () => void): GmailMailbox {
  const before =
    <A extends unknown[], T>(call: (...given: A) => Promise<T>) =>
    async (...given: A): Promise<T> => {
      step()
      return call(...given)
    }
  return {
    ...mailbox,
    getProfile: before(mailbox.getProfile),
    listHistory: before(mailbox.listHistory),
    listMessages: before(mailbox.listMessages),
    getMessage: before(mailbox.getMessage),
    getThread: before(mailbox.getThread),
    listSendAs: before(mailbox.listSendAs),
    createDraft: before(mailbox.createDraft),
    sendDraft: before(mailbox.sendDraft),
    getDraft: before(mailbox.getDraft),
    listDrafts: before(mailbox.listDrafts),
    deleteDraft: before(mailbox.deleteDraft),
  }
}
