import { useEffect, useState } from 'preact/hooks'

const query = '(max-width: 799px)'

/** True where tables become rows of two lines (design 10). */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(matchMedia(query).matches)
  useEffect(() => {
    const media = matchMedia(query)
    const changed = () => setNarrow(media.matches)
    changed()
    media.addEventListener('change', changed)
    return () => media.removeEventListener('change', changed)
  }, [])
  return narrow
}
