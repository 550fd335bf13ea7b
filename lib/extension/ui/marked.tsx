import { matchedPart } from '../matched-part.ts'

/** Text with the part that was looked for marked; hostile text stays text. */
export function Marked(props: { text: string; q: string }) {
  const part = matchedPart(props.text, props.q)
  if (part === undefined) return <>{props.text}</>
  const [from, to] = part
  return (
    <>
      {props.text.slice(0, from)}
      <mark>{props.text.slice(from, to)}</mark>
      {props.text.slice(to)}
    </>
  )
}
