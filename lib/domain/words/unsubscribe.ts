/** What people outside read about unsubscribing: below a mail of a mass send, and on the page its link opens. */
export const unsubscribeWords = {
  en: {
    foot: 'Unsubscribe from these mails',
    title: 'Unsubscribe',
    ask: 'Do you want no more of these mails?',
    button: 'Unsubscribe',
    done: 'Done. You get no more of these mails.',
    bad: 'This link is not complete. Open it from the mail again.',
  },
  ja: {
    foot: '今後このメールを受け取らない（配信停止）',
    title: '配信停止',
    ask: '今後、このメールの配信を停止しますか？',
    button: '配信を停止する',
    done: '配信を停止しました。今後このメールは届きません。',
    bad: 'リンクが正しくありません。メールからもう一度開いてください。',
  },
} as const

export type WordsLanguage = keyof typeof unsubscribeWords

/** In which language a text is written, as far as that decides ours: kana are Japanese. */
export function languageOf(text: string): WordsLanguage {
  return /[\u3041-\u30ff]/.test(text) ? 'ja' : 'en'
}

/** The first of our languages that a browser asks for. */
export function languageAsked(acceptLanguage: string): WordsLanguage {
  for (const one of acceptLanguage.toLowerCase().split(',')) {
    const [tag = ''] = one.trim().split(/[-;]/, 1)
    if (tag === 'en' || tag === 'ja') return tag
  }
  return 'en'
}
