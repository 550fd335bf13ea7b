/** A paragraph Word draws as an item of a list: its level and its mark stand in its styles and first span. */
const item =
  /<p\b[^>]{0,600}mso-list:\s*l\d{1,4}\s+level(\d)[^>]{0,600}>((?:(?!<\/p>)[\s\S]){0,20000})<\/p>/gi
const mark =
  /(?:<!--\[if !supportLists\]-->)?\s*<span\b[^>]{0,300}mso-list:\s*Ignore[^>]{0,300}>((?:(?!<\/span>)[\s\S]){0,400})<\/span>(?:\s*<\/span>){0,4}\s*(?:<!--\[endif\]-->)?/i

interface Item {
  level: number
  ordered: boolean
  html: string
}

/** Word's paragraphs that only look like lists, made into lists; any other text comes back as it was. */
export function listsOfWord(html: string): string {
  if (!/mso-list/i.test(html)) return html
  const out: string[] = []
  let run: Item[] = []
  let from = 0
  for (const match of html.matchAll(item)) {
    const between = html.slice(from, match.index)
    if (between.replace(/<!--[\s\S]*?-->|<\/?o:p>|&nbsp;|\s/g, '') !== '') {
      out.push(listOf(run), between)
      run = []
    }
    from = match.index + match[0].length
    run.push(toItem(match[2] ?? '', Number(match[1])))
  }
  out.push(listOf(run), html.slice(from))
  return out.join('')
}

function toItem(html: string, level: number): Item {
  const found = mark.exec(html)
  const sign = (found?.[1] ?? '').replace(/<[^>]*>|&nbsp;|\s/g, '')
  return {
    level: Math.max(1, level),
    ordered: /^\(?(?:\d{1,4}|[a-z]|[ivxlc]{1,6})[.)]/i.test(sign),
    html: found === null ? html : html.replace(found[0], ''),
  }
}

function listOf(items: readonly Item[]): string {
  const open: string[] = []
  let out = ''
  for (const { level, ordered, html } of items) {
    const tag = ordered ? 'ol' : 'ul'
    while (open.length > level) out += `</li></${open.pop()}>`
    if (open.length === level) {
      out += '</li>'
      if (open.at(-1) !== tag) {
        out += `</${open.pop()}><${tag}>`
        open.push(tag)
      }
    }
    while (open.length < level) {
      if (open.length > 0 && out.endsWith('>') && out.endsWith(`<${open.at(-1)}>`)) out += '<li>'
      out += `<${tag}>`
      open.push(tag)
    }
    out += `<li>${html}`
  }
  while (open.length > 0) out += `</li></${open.pop()}>`
  return out
}
