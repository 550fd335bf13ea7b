/** Where most private mail lives; a domain one slip away from one of these is hardly ever meant. */
const commonDomains = [
  ...['gmail.com', 'googlemail.com', 'yahoo.com', 'yahoo.co.jp', 'yahoo.co.uk', 'yahoo.de', 'yahoo.fr'],
  ...[
    'ymail.com',
    'hotmail.com',
    'hotmail.co.jp',
    'hotmail.co.uk',
    'hotmail.fr',
    'hotmail.de',
    'outlook.com',
  ],
  ...['outlook.jp', 'outlook.de', 'live.com', 'live.jp', 'msn.com', 'icloud.com', 'me.com', 'mac.com'],
  ...['aol.com', 'gmx.de', 'gmx.net', 'gmx.com', 'gmx.at', 'web.de', 't-online.de', 'freenet.de', 'mail.com'],
  ...['proton.me', 'protonmail.com', 'pm.me', 'zoho.com', 'fastmail.com', 'hey.com', 'yandex.com', 'mail.ru'],
  ...['qq.com', '163.com', '126.com', 'naver.com', 'daum.net', 'hanmail.net', 'docomo.ne.jp', 'ezweb.ne.jp'],
  ...['au.com', 'softbank.ne.jp', 'i.softbank.jp', 'nifty.com', 'biglobe.ne.jp', 'ocn.ne.jp', 'so-net.ne.jp'],
  ...[
    'orange.fr',
    'free.fr',
    'wanadoo.fr',
    'laposte.net',
    'libero.it',
    'comcast.net',
    'verizon.net',
    'att.net',
  ],
]
const common = new Set(commonDomains)

/** A slip in a shorter name is as likely another name. */
const shortest = 7

/**
 * The known domain a typed one may be a slip of: one letter wrong, missing, too many or two changed about. '' when the
 * domain is known itself, or near none. The organisation's customers come before the common ones.
 */
export function meantDomain(domain: string, customers: readonly string[]): string {
  if (domain.length < shortest || common.has(domain) || customers.includes(domain)) return ''
  return (
    [...customers, ...commonDomains].find((known) => known.length >= shortest && isOneSlip(domain, known)) ??
    ''
  )
}

/** Whether one text becomes the other by one letter added, left out or another, or by two neighbours changed about. */
export function isOneSlip(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++
  let endA = a.length - 1
  let endB = b.length - 1
  while (endA >= start && endB >= start && a[endA] === b[endB]) {
    endA--
    endB--
  }
  const restA = a.slice(start, endA + 1)
  const restB = b.slice(start, endB + 1)
  if (restA.length <= 1 && restB.length <= 1) return true
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0]
}
