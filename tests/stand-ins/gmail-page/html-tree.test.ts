import { describe, expect, it } from 'vitest'
import { partiesOf } from './addresses.ts'
import { htmlTree, textTree, treeHtml } from './html-tree.ts'

describe('hostile mail', () => {
  it('loses everything that runs, fetches or moves', () => {
    const hostile = `<p onclick="a()" style="color:red;background:url(https://x.example/p.gif);position:fixed">Hi<script>alert(1)</script><style>p{}</style>
      <img src="https://x.example/pixel.gif"><a href="javascript:alert(1)">one</a><a href="https://ok.example/?a=1&amp;b=2">two</a><svg><script>x</script></svg><iframe src="x"></iframe></b></p>`
    const html = treeHtml(
      htmlTree(hostile, (kind, address) =>
        kind === 'href' && address.startsWith('https:') ? address : undefined,
      ),
    )
    expect(html).not.toMatch(/script|onclick|pixel|javascript|url\(|fixed|iframe/)
    expect(html).toContain('<p style="color:red">Hi')
    expect(html).toContain('href="https://ok.example/?a=1&#38;b=2"')
  })

  it('folds the quoted tail of plain text', () => {
    expect(treeHtml(textTree('Yes.\n\nOn Monday Ken wrote:\n> shall we?\n> Ken'))).toMatch(
      /^Yes\.<br><br><div class="gmail_quote">On Monday/,
    )
  })

  it.each([
    [
      '"Doe, John" <j@x.example>, k@y.example',
      [
        ['Doe, John', 'j@x.example'],
        ['k@y.example', 'k@y.example'],
      ],
    ],
    [
      'Team: a@x.example, B <b@x.example>;',
      [
        ['a@x.example', 'a@x.example'],
        ['B', 'b@x.example'],
      ],
    ],
    ['no address here', [['no address here', '']]],
    ['', []],
  ])('reads %s', (header, expected) => {
    expect(partiesOf(header).map(({ name, email }) => [name, email])).toEqual(expected)
  })
})
