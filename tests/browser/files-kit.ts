import type { DraftList } from '../../lib/contract/compose.ts'
import type { Send, SendFile } from '../../lib/contract/sends.ts'
import type { Filing } from '../../lib/contract/threads.ts'
import { until } from './harness/until.ts'
import { type Rep, retrofit } from './sidebar-kit.ts'

/** A file made in the panel: its bytes are its name's letters over and over. */
export interface Made {
  name: string
  size: number
  type?: string
}

/** What such a file holds. */
export function bytesOf({ name, size }: Made): Buffer {
  return Buffer.alloc(size, Buffer.from(name))
}

/** Hands on files of a rep: giving them to the panel, and looking at what the server has of the newest draft. */
export function filesOf(rep: () => Rep) {
  const side = () => rep().mia.side

  /** Files one attachment of the retrofit mail on a record, as a click would. */
  async function file(recordId: string, name: string): Promise<void> {
    const { world, google } = rep().town
    const thread = google.mailbox(world.mia).getThread(world.thread(retrofit).threadIdIn(world.mia))
    const message = thread?.messages?.find((one) =>
      one.payload?.parts?.some((part) => part.filename === name),
    )
    const asked = { account: world.mia, messageId: message?.id, part: { name }, recordId }
    const { body } = await rep().person.call<Filing>('POST', '/filings', asked)
    await until(
      async () => (await rep().person.call<Filing>('GET', `/filings/${body.id}`)).body.status === 'done',
      `${name} to be filed`,
    )
  }

  /** Chooses files through the field with this test id, or drops or pastes them there. */
  async function give(how: 'choose' | 'drop' | 'paste', testId: string, ...files: Made[]): Promise<void> {
    // The field of a choice is hidden.
    await side().waitFor(
      testId === 'file-input' ? 'compose' : testId === 'library-input' ? 'library' : testId,
    )
    const frame = await side().frame()
    await frame.evaluate(
      (way, id, given) => {
        const data = new DataTransfer()
        for (const { name, size, type } of given) {
          const pattern = new TextEncoder().encode(name)
          const bytes = new Uint8Array(size)
          for (let at = 0; at < size; at += pattern.length) bytes.set(pattern.subarray(0, size - at), at)
          data.items.add(new File([bytes], name, { type: type ?? '', lastModified: 1_700_000_000_000 }))
        }
        const target = document.querySelector(`[data-testid="${id}"]`)
        if (target === null) throw new Error(`No ${id}`)
        if (way === 'choose' && target instanceof HTMLInputElement) {
          target.files = data.files
          target.dispatchEvent(new Event('change', { bubbles: true }))
          return
        }
        const name = way === 'drop' ? 'drop' : 'paste'
        const event = new Event(name, { bubbles: true, cancelable: true })
        Object.defineProperty(event, way === 'drop' ? 'dataTransfer' : 'clipboardData', { value: data })
        target.dispatchEvent(event)
      },
      how,
      testId,
      files,
    )
  }

  /** Lets so many pieces of a file be read, and no more until it is let go; a slow disk. */
  const holdReading = async (pieces: number) =>
    (await side().frame()).evaluate((most) => {
      const scope = globalThis as unknown as { letGo?: () => void }
      const read = Blob.prototype.arrayBuffer
      let count = 0
      let open: (() => void) | undefined
      const gate = new Promise<void>((resolve) => {
        open = resolve
      })
      Blob.prototype.arrayBuffer = async function (this: Blob) {
        count += 1
        if (count > most) await gate
        return read.call(this)
      }
      scope.letGo = () => {
        Blob.prototype.arrayBuffer = read
        open?.()
      }
    }, pieces)
  const letGo = async () =>
    (await side().frame()).evaluate(() => (globalThis as unknown as { letGo: () => void }).letGo())

  const draftNow = async (): Promise<Send> => {
    const { drafts } = (await rep().person.call<DraftList>('GET', '/sends/drafts')).body
    return (await rep().person.call<Send>('GET', `/sends/${drafts[0]?.id}`)).body
  }
  const fileNow = async (name: string): Promise<SendFile | undefined> =>
    (await draftNow()).files.find((one) => one.name === name)
  const ready = (name: string) =>
    until(async () => (await fileNow(name))?.state === 'ready', `${name} in the mail`)

  return { give, holdReading, letGo, draftNow, fileNow, ready, file }
}
