import { link } from '../core.ts'

/** So many unfinished uploads are remembered. */
const most = 40

/** What a file was when it was chosen, so that the same one goes on where it stopped, also after the panel was closed. */
export function rememberUpload(id: string, file: File): void {
  void change((known) => ({ ...known, [id]: fingerprint(file) }))
}

export function forgetUpload(id: string): void {
  void change((known) => Object.fromEntries(Object.entries(known).filter(([one]) => one !== id)))
}

/** Whether this is the file that upload was begun with. */
export async function wasChosen(id: string, file: File): Promise<boolean> {
  const known = await link()
    ?.cache?.readMeta('uploads')
    .catch(() => undefined)
  return known?.[id] === fingerprint(file)
}

function fingerprint({ name, size, lastModified }: File): string {
  return `${size} ${lastModified} ${name}`
}

type Known = Readonly<Record<string, string>>
let turn: Promise<unknown> = Promise.resolve()

/** One change after the other, as each reads what it changes. */
async function change(next: (known: Known) => Known): Promise<void> {
  turn = turn.then(async () => {
    const cache = link()?.cache
    const known = (await cache?.readMeta('uploads').catch(() => undefined)) ?? {}
    const kept = Object.fromEntries(Object.entries(next(known)).slice(-most))
    await cache?.writeMeta('uploads', kept).catch(() => undefined)
  })
  await turn
}
