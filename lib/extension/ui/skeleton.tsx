import { useEffect, useState } from 'preact/hooks'
import './skeleton.css'

/** One still grey box, as large as what will stand there. Sizes are CSS lengths. */
export function Bone(props: { width: string; height: string; round?: boolean }) {
  return (
    <span
      class="bone"
      style={{
        inlineSize: props.width,
        blockSize: props.height,
        ...(props.round && { borderRadius: '50%' }),
      }}
    />
  )
}

/**
 * True once nothing has been there for 150 ms, and then for at least 200 ms, so that nothing flickers (design 9).
 * `waiting` is true as long as there is nothing to show.
 */
export function useSkeleton(waiting: boolean): boolean {
  const [since, setSince] = useState<number | undefined>(undefined)
  useEffect(() => {
    const shown = since !== undefined
    if (waiting === shown) return
    const rest = waiting ? 150 : Math.max(0, 200 - (performance.now() - (since ?? 0)))
    const timer = setTimeout(() => setSince(waiting ? performance.now() : undefined), rest)
    return () => clearTimeout(timer)
  }, [waiting, since])
  return since !== undefined
}
