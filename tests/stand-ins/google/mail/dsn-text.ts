import type { BounceRule } from '../types.ts'

type Language = NonNullable<BounceRule['language']>

/** The human-readable part of a report, in the sender's language; subjects stay English as Gmail's do. */
export interface ReportText {
  title: string
  body: string
  reply: string
}

interface Wording {
  failedTitle: string
  delayedTitle: string
  failed: (to: string) => string
  delayed: (to: string) => string
  reply: string
}

const WORDS: Record<Language, Wording> = {
  en: {
    failedTitle: 'Your mail did not arrive',
    delayedTitle: 'Your mail is late',
    failed: (to) => `We could not hand your mail over to ${to}. The answer below says why.`,
    delayed: (to) =>
      `Your mail to ${to} has not been handed over yet. We keep trying and will tell you if we stop.`,
    reply: 'Answer of the other server:',
  },
  ja: {
    failedTitle: 'メールは届きませんでした',
    delayedTitle: 'メールの配達が遅れています',
    failed: (to) => `${to} にメールを渡せませんでした。理由は下の応答をご覧ください。`,
    delayed: (to) => `${to} へのメールはまだ渡せていません。引き続き試み、中止するときはお知らせします。`,
    reply: '相手サーバーの応答:',
  },
  et: {
    failedTitle: 'Teie kiri ei jõudnud kohale',
    delayedTitle: 'Teie kiri hilineb',
    failed: (to) => `Me ei saanud teie kirja aadressile ${to} üle anda. Põhjus on allpool.`,
    delayed: (to) => `Teie kiri aadressile ${to} on veel teel. Proovime edasi ja anname teada, kui lõpetame.`,
    reply: 'Teise serveri vastus:',
  },
}

/** Wording of a failure or a delay for that recipient. */
export function reportText(language: Language, to: string, delayed: boolean): ReportText {
  const words = WORDS[language]
  return {
    title: delayed ? words.delayedTitle : words.failedTitle,
    body: delayed ? words.delayed(to) : words.failed(to),
    reply: words.reply,
  }
}
