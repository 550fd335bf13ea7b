import { useEffect, useRef, useState } from 'preact/hooks'

/** Ms without a sign of the pointer until a drag counts as gone; browsers send one at least every 350. */
const gone = 500

/**
 * Files dropped anywhere on the panel, or pasted where nothing else takes them, while the component stands. True while some
 * are held over it. `onFolder`: somebody dropped a folder, which has no bytes.
 */
export function useFileDrop(on: { files: (files: File[]) => void; folder: (name: string) => void }): boolean {
  const [over, setOver] = useState(false)
  const latest = useRef(on)
  latest.current = on
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const leave = () => setOver(false)
    const hover = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return
      event.preventDefault()
      setOver(true)
      clearTimeout(timer)
      timer = setTimeout(leave, gone)
    }
    const drop = (event: DragEvent) => {
      clearTimeout(timer)
      leave()
      // The text has taken it.
      if (event.defaultPrevented || event.dataTransfer === null) return
      if (take(event.dataTransfer, latest.current)) event.preventDefault()
    }
    const paste = (event: ClipboardEvent) => {
      if (event.defaultPrevented || event.clipboardData === null) return
      if (take(event.clipboardData, latest.current)) event.preventDefault()
    }
    document.addEventListener('dragover', hover)
    document.addEventListener('drop', drop)
    document.addEventListener('paste', paste)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('dragover', hover)
      document.removeEventListener('drop', drop)
      document.removeEventListener('paste', paste)
    }
  }, [])
  return over
}

function take(data: DataTransfer, on: Parameters<typeof useFileDrop>[0]): boolean {
  const folders = new Set(
    [...data.items]
      .map((item) => item.webkitGetAsEntry?.())
      .flatMap((one) => (one?.isDirectory ? [one.name] : [])),
  )
  const files = [...data.files].filter((file) => !folders.has(file.name))
  for (const name of folders) on.folder(name)
  if (files.length > 0) on.files(files)
  return folders.size + files.length > 0
}
