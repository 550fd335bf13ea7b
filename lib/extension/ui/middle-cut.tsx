import './middle-cut.css'

/** Characters of an address' end that always stay. */
const tail = 10

/** An address that is too long is cut in the middle: who it is and where it belongs both stay readable. */
export function MiddleCut({ text }: { text: string }) {
  const at = Math.max(0, text.length - tail)
  return (
    <bdi class="middle-cut" title={text}>
      <span>{text.slice(0, at)}</span>
      <span>{text.slice(at)}</span>
    </bdi>
  )
}
