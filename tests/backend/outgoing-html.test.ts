import { describe, expect, test } from 'vitest'
import { cleanOutgoing } from '../../backend/services/compose/clean-html.ts'
import { plainMail, plainText } from '../../backend/services/compose/plain-text.ts'
import { attacks } from './harness/attacks.ts'

const line = (text: string) => `<p style="margin:0">${text}</p>`

describe('what goes out', () => {
  test.each<[string, string, string]>([
    [
      'marks of text',
      '<p><b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><s>f</s></p>',
      line('<b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><s>f</s>'),
    ],
    [
      'old names',
      '<p><strike>a</strike><font color="red" size="5">b</font></p><center>c</center>',
      `${line('<s>a</s><span style="color:red;font-size:x-large">b</span>')}<div style="text-align:center">c</div>`,
    ],
    [
      'colour, size, ground',
      '<p><span style="color:#f00;font-size:18px;background-color:yellow">a</span></p>',
      line('<span style="color:#f00;font-size:18px;background-color:yellow">a</span>'),
    ],
    [
      'alignment',
      '<p style="text-align:right">a</p><div align="center">b</div>',
      '<p style="margin:0;text-align:right">a</p><div style="text-align:center">b</div>',
    ],
    ['an empty line', '<p>a</p><p></p><p>b</p>', `${line('a')}${line('<br />')}${line('b')}`],
    [
      'lists',
      '<ul><li>a</li><li>b<ol start="3"><li>c</li></ol></li></ul>',
      '<ul><li>a</li><li>b<ol start="3"><li>c</li></ol></li></ul>',
    ],
    [
      'links',
      '<a href="https://a.example/x?y=1&amp;z=2" target="_blank" class="x">a</a><a href="mailto:a@b.example">m</a><a href="tel:+49 (30) 1234">t</a>',
      '<a href="https://a.example/x?y=1&amp;z=2">a</a><a href="mailto:a@b.example">m</a><a href="tel:+49301234">t</a>',
    ],
    [
      'a link with merge fields',
      '<a href="https://a.example/{{ deal.id }}?x={{y}}">a</a>',
      '<a href="https://a.example/{{ deal.id }}?x={{y}}">a</a>',
    ],
    ['a link that is one field', '<a href="{{ link }}">a</a>', '<a>a</a>'],
    [
      'an inline image',
      '<img src="cid:plan.1@inlay" alt="Plan" width="120" class="x" onload="x()">',
      '<img src="cid:plan.1@inlay" alt="Plan" width="120" />',
    ],
    ['a remote image', '<p>a<img src="https://t.example/a.png" alt="Logo"></p>', line('a')],
    ['an image as data', '<img src="data:image/png;base64,AAAA">', ''],
    [
      'classes, ids and styles of others',
      '<p class="a" id="b" style="position:fixed;margin:9px;font-family:Calibri;z-index:9">a</p><style>p{}</style>',
      line('a'),
    ],
    [
      'a quote',
      '<blockquote class="gmail_quote" style="color:red">a</blockquote>',
      '<blockquote style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">a</blockquote>',
    ],
    [
      'fields in the text',
      '<p>Dear {{ contact.name }}, {% if a %}b{% endif %}</p>',
      line('Dear {{ contact.name }}, {% if a %}b{% endif %}'),
    ],
    ['marks that turn text around', '<p>exe\u202Efdp\u0000</p>', line('exefdp')],
    [
      'a table',
      '<table border="1" class="x"><tr><td colspan="2" style="position:fixed">a</td></tr></table>',
      '<table border="1"><tr><td colspan="2">a</td></tr></table>',
    ],
  ])('%s', (_, html, clean) => {
    expect(cleanOutgoing(html)).toBe(clean)
    // What is clean stays as it is: every save cleans again.
    expect(cleanOutgoing(clean)).toBe(clean)
  })

  test('a paste from Word leaves its words, marks and lists, and nothing else', () => {
    const word = `<html xmlns:o="urn:x"><head><style>p.MsoNormal{margin:0}</style><!--[if gte mso 9]><xml>x</xml><![endif]--></head>
<body lang=EN-US><!--StartFragment--><p class=MsoNormal style='margin:0cm;font-family:"Calibri",sans-serif'>Hello <b style='mso-bidi-font-weight:normal'>you</b><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>One<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><!--[if !supportLists]--><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span><!--[endif]-->Two</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>Three</p>
<p class=MsoNormal><span lang=EN-US style='color:red'>Bye</span></p><!--EndFragment--></body></html>`
    expect(cleanOutgoing(word).replace(/\n/g, '')).toBe(
      `${line('Hello <b>you</b>')}<ul><li>One<ol><li>Two</li></ol></li><li>Three</li></ul>${line('<span style="color:red">Bye</span>')}`,
    )
  })

  test('a paste from Google Docs is not bold all over', () => {
    const docs = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr" style="line-height:1.38;margin-top:0pt"><span style="font-size:11pt;font-family:Arial;color:#000000;background-color:transparent;font-weight:400;font-style:normal;text-decoration:none;vertical-align:baseline;white-space:pre-wrap;">a </span><span style="font-weight:700;font-style:italic;text-decoration:underline">b</span></p><ul><li dir="ltr" style="list-style-type:disc"><p dir="ltr" role="presentation">c</p></li></ul></b>`
    const clean = cleanOutgoing(docs)
    expect(clean).not.toMatch(/<b>|docs-internal|Arial|transparent|pre-wrap|role|guid/)
    expect(clean).toContain(
      '<span style="font-weight:700;font-style:italic;text-decoration:underline">b</span>',
    )
    expect(plainText(clean)).toBe('a b\n- c')
  })

  test.each(attacks)('nothing of an attack goes out: %s', (_, html) => {
    for (const part of ['written', 'quoted'] as const) {
      const clean = cleanOutgoing(html, part)
      expect(clean).not.toMatch(
        /<(?:script|iframe|object|embed|form|input|button|svg|math|style|link|meta|base|title|textarea|noscript)|\son\w+=|javascript:|data:|vbscript:|url\(|\sclass=|\sid=|src="(?!cid:)|position|expression/i,
      )
    }
  })

  test('of a quoted mail no image goes out, its name stays', () => {
    const html =
      '<p>a<img src="cid:x@y" alt="Plan"><img src="https://t.example/1" alt="Logo"><img src="cid:z@y"></p>'
    expect(cleanOutgoing(html, 'quoted')).toBe('<p>a[Plan][Logo]</p>')
  })
})

describe('the plain text', () => {
  test.each<[string, string, string]>([
    ['lines', '<p>a</p><p></p><p>b<br>c</p>', 'a\n\nb\nc'],
    ['lines in blocks', '<div>a</div><div><br></div><div>b</div>', 'a\n\nb'],
    [
      'lists',
      '<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul><ol start="9"><li>x</li><li>y</li></ol>',
      '- a\n- b\n  1. c\n  2. d\n9.  x\n10. y',
    ],
    [
      'links',
      '<p>See <a href="https://a.example/x">our plan</a>, <a href="https://a.example/">a.example</a>, <a href="mailto:a@b.example">a@b.example</a>, <a href="mailto:a@b.example">Ann</a></p>',
      'See our plan <https://a.example/x>, a.example, a@b.example, Ann <a@b.example>',
    ],
    ['images', '<p>a <img src="cid:x@y" alt="Plan"> b <img src="cid:x@y"></p>', 'a [Plan] b'],
    [
      'a quote',
      '<p>a</p><blockquote><p>b</p><p></p><p>c</p><blockquote>d</blockquote></blockquote>',
      'a\n\n> b\n>\n> c\n>\n> > d',
    ],
    ['signs that are no tags', '<p>a &lt;b&gt; &amp; c&nbsp;d</p>', 'a <b> & c\u00a0d'],
    ['Japanese', '<p>株式会社　青空</p><p>お世話になります。</p>', '株式会社　青空\nお世話になります。'],
    [
      'a table',
      '<table><tr><td>a</td><td>b</td></tr><tr><td>cc</td><td>d</td></tr></table>',
      'a    b\ncc   d',
    ],
    ['nothing', '<p></p>', ''],
  ])('%s', (_, html, text) => {
    expect(plainText(cleanOutgoing(html))).toBe(text)
  })

  test('a mail and what it quotes', () => {
    const quote = cleanOutgoing(
      '<div>Ann wrote:</div><blockquote><p>Hello</p><p>Bye</p></blockquote>',
      'quoted',
    )
    expect(plainMail(cleanOutgoing('<p>Yes</p>'), quote)).toBe('Yes\n\nAnn wrote:\n\n> Hello\n>\n> Bye')
    expect(plainMail('', quote)).toBe('Ann wrote:\n\n> Hello\n>\n> Bye')
  })

  test('never more than a mail takes, and never half a sign', () => {
    const text = plainText(`<p>${'😀'.repeat(300_000)}</p>`)
    expect(text.length).toBeLessThanOrEqual(500_000)
    expect(text.isWellFormed()).toBe(true)
  })
})
