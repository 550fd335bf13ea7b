import { useEffect, useRef, useState } from 'preact/hooks'

/**
 * The text of a search field that asks by itself. `asked` holds the question it asked last: when that comes back as `q` while
 * one types on, nothing typed is lost; only another question is taken over. `about`: what the field belongs to.
 */
export function useTyped(
  q: string,
  about: string | undefined,
): { typed: string; setTyped: (typed: string) => void; asked: { current: string } } {
  const [typed, setTyped] = useState(q)
  const asked = useRef(q)
  useEffect(() => {
    if (q !== asked.current) setTyped(q)
    asked.current = q
  }, [q, about])
  return { typed, setTyped, asked }
}
