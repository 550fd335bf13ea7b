/** What a sign may stand for; a letter code stands for itself. Dollars and ¥ are several countries'. */
const signs: Readonly<Record<string, readonly string[]>> = {
  '€': ['EUR'],
  '£': ['GBP'],
  '¥': ['JPY', 'CNY'],
  円: ['JPY'],
  元: ['CNY'],
  '₩': ['KRW'],
  '₹': ['INR'],
  '₺': ['TRY'],
  '₫': ['VND'],
  '฿': ['THB'],
  '₪': ['ILS'],
  '₱': ['PHP'],
  $: ['USD', 'AUD', 'CAD', 'NZD', 'SGD', 'HKD', 'TWD', 'MXN', 'CLP', 'COP', 'ARS'],
  US$: ['USD'],
  A$: ['AUD'],
  C$: ['CAD'],
  NZ$: ['NZD'],
  S$: ['SGD'],
  HK$: ['HKD'],
  NT$: ['TWD'],
  R$: ['BRL'],
}

const mark = '[A-Z]{0,3}\\$|[€£¥円元₩₹₺₫฿₪₱]|[A-Z]{3}'
const before = new RegExp(`^([-−(▲△]?)\\s*(${mark})\\s*([-−]?[\\d.,].*)$`)
const after = new RegExp(`^(.*[\\d.,])\\s*(${mark})(\\)?)$`)

/**
 * An amount apart from the currency written with it: `€184,000`, `184.000 EUR`, `-¥500`, `1,000円`. `currencies` are those the
 * sign may stand for, undefined when there is none, empty when nobody knows it.
 */
export function splitMoney(text: string): { amount: string; currencies: readonly string[] | undefined } {
  const plain = text.normalize('NFKC').trim()
  const [, sign = '', first, amount = ''] = before.exec(plain) ?? []
  if (first !== undefined) return { amount: `${sign}${amount}`, currencies: meant(first) }
  const [, number = '', last, close = ''] = after.exec(plain) ?? []
  return last === undefined
    ? { amount: text, currencies: undefined }
    : { amount: `${number}${close}`, currencies: meant(last) }
}

function meant(sign: string): readonly string[] {
  return signs[sign] ?? (/^[A-Z]{3}$/.test(sign) ? [sign] : [])
}
