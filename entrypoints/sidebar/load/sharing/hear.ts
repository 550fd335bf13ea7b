import { ledger, myRequests, mySharing } from '../../state-sharing.ts'
import { refreshLedger } from './ledger.ts'
import { readMyRequests, readMySharing } from './mine.ts'

/** Several events of one moment make one request (ms). */
const gather = 100
let timer: ReturnType<typeof setTimeout> | undefined

/** Somebody asked, opened, gave or took back: what stands on the screen is read again. */
export function hearSharing(): void {
  if (timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    void readMySharing()
    if (myRequests.value.length > 0) void readMyRequests()
    if (ledger.value !== undefined) void refreshLedger()
  }, gather)
}

/** An admin may have decided how mail is shared. */
export function hearPolicy(): void {
  if (mySharing.value.sharing !== undefined) hearSharing()
}
