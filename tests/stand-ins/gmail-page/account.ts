import type { ServerResponse } from 'node:http'
import type { GoogleStandIn, StandInMailbox } from '../google/types.ts'
import { Composes, type ComposeTimes } from './composes.ts'
import type { LiveEvent } from './model.ts'
import { Reader } from './read.ts'

/** One signed-in account of the page: its mailbox, its compose windows and the pages that are open on it. */
export class PageAccount {
  readonly index: number
  readonly mailbox: StandInMailbox
  readonly reader: Reader
  readonly composes: Composes
  readonly #streams = new Set<ServerResponse>()
  readonly #unsubscribe: (() => void)[]

  constructor(google: GoogleStandIn, email: string, index: number, times: ComposeTimes) {
    this.index = index
    this.mailbox = google.mailbox(email)
    this.reader = new Reader(this.mailbox, index, () => google.clock.now())
    this.composes = new Composes(this.mailbox, this.reader, google.clock, times, (event) => this.tell(event))
    const changed = () => this.tell({ type: 'changed' })
    this.#unsubscribe = [this.mailbox.subscribe(changed), google.clock.subscribe(changed)]
  }

  /** Tells every open page of this account. */
  tell(event: LiveEvent): void {
    for (const stream of this.#streams) stream.write(`data: ${JSON.stringify(event)}\n\n`)
  }

  /** Keeps an answer open as a stream of events (its head is sent already). */
  keep(stream: ServerResponse): void {
    this.#streams.add(stream)
    stream.on('close', () => this.#streams.delete(stream))
  }

  stop(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    this.composes.stop()
    for (const stream of this.#streams) stream.end()
  }
}
