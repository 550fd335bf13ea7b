import { attachFiles } from './attach.ts'

let chooser: HTMLInputElement | null = null
let wanted: ((files: File[]) => void) | undefined

/** The hidden field through which the computer's files are chosen. */
export function setChooser(input: HTMLInputElement | null): void {
  chooser = input
  input?.addEventListener('change', () => {
    const files = [...(input.files ?? [])]
    // The same file may be chosen again.
    input.value = ''
    if (files.length > 0) (wanted ?? attachFiles)(files)
    wanted = undefined
  })
}

/** Opens the computer's own window; what is chosen goes to `then`, into the open mail unless said otherwise. */
export function chooseFiles(then?: (files: File[]) => void): void {
  wanted = then
  chooser?.click()
}
