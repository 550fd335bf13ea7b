import { layoutDrawing, pdf, photo } from './files.ts'
import { DAY, file, fromGmail, HOUR, PDF } from './kit.ts'
import { ANA, HUBER, KEN, MARC, MIA, ROSSI, SUZUKI, TANAKA } from './people.ts'
import type { NamedThread } from './post.ts'

/** Mail in the customers' own languages. */
export const OTHER_LANGUAGES: readonly NamedThread[] = [
  [
    'yamada',
    [
      {
        from: TANAKA,
        to: [MIA],
        minutesAgo: 4 * HOUR + 30,
        unread: true,
        subject: '見積書ご送付のお願い（流量計 12 台）',
        paragraphs: [
          'アーバー・インスツルメンツ\n佐藤様',
          'いつもお世話になっております。山田製作所の田中です。',
          '新ラインに使用する流量計 12 台のお見積りをお願いいたします。仕様は添付の図面をご覧ください。\n納期は来月末を希望しております。',
          'どうぞよろしくお願いいたします。',
        ],
        files: [
          file('流量計仕様図.pdf', PDF, pdf(['Flow meter specification', '12 units, DN 50'], 64_000)),
          file('設置場所.png', 'image/png', layoutDrawing(480, 300)),
        ],
      },
    ],
  ],
  [
    'yamadaVisit',
    [
      {
        from: TANAKA,
        to: [MIA],
        minutesAgo: 6 * DAY,
        subject: '先日のお打ち合わせの件',
        paragraphs: [
          '佐藤様',
          '先日はご来社いただきありがとうございました。',
          'お見せいただいたデモ機を工場でも試してみたいと思います。',
        ],
      },
      {
        from: MIA,
        to: [TANAKA],
        minutesAgo: 6 * DAY - 180,
        subject: 'Re: 先日のお打ち合わせの件',
        paragraphs: [
          '田中様',
          'こちらこそお時間をいただきありがとうございました。',
          'デモ機は来週の火曜日にお届けできます。ご都合はいかがでしょうか。',
        ],
      },
      {
        from: TANAKA,
        to: [MIA],
        minutesAgo: 5 * DAY + 500,
        subject: 'Re: 先日のお打ち合わせの件',
        paragraphs: ['火曜日で問題ございません。正門の守衛所でお声がけください。'],
      },
    ],
  ],
  [
    'kitahama',
    [
      {
        from: SUZUKI,
        to: [MIA],
        cc: [KEN],
        minutesAgo: 28 * HOUR,
        unread: true,
        subject: '圧力計の校正証明書について',
        paragraphs: [
          '佐藤様、森様',
          'お世話になっております。北浜精機の鈴木です。',
          '先月納品いただいた圧力計 3 台の校正証明書を PDF でいただけますでしょうか。シリアル番号は写真のとおりです。',
        ],
        files: [file('銘板写真.png', 'image/png', photo(360, 240))],
      },
      {
        from: KEN,
        to: [SUZUKI],
        cc: [MIA],
        minutesAgo: 25 * HOUR,
        subject: 'Re: 圧力計の校正証明書について',
        paragraphs: [
          '鈴木様',
          'ご連絡ありがとうございます。証明書を 3 通お送りします。原本は郵送いたします。',
        ],
        files: [
          fromGmail('校正証明書_A1.pdf', PDF, pdf(['Calibration certificate A1'])),
          fromGmail('校正証明書_A2.pdf', PDF, pdf(['Calibration certificate A2'])),
          fromGmail('校正証明書_A3.pdf', PDF, pdf(['Calibration certificate A3'])),
        ],
      },
    ],
  ],
  [
    'ferrovia',
    [
      {
        from: MARC,
        to: [MIA],
        minutesAgo: 6 * HOUR,
        unread: true,
        subject: 'Bancs d’essai : votre offre du 12',
        paragraphs: [
          'Bonjour Madame Sato,',
          'merci pour votre offre. Nous souhaitons avancer sur les deux bancs d’essai, mais le délai de quatorze semaines nous pose problème : serait-il possible de livrer le premier banc dès la semaine 40 ?',
          'Notre direction tranche vendredi.',
        ],
      },
    ],
  ],
  [
    'ferroviaCall',
    [
      {
        from: MIA,
        to: [MARC],
        cc: [ANA],
        minutesAgo: 12 * DAY,
        subject: 'Ferrovia: offer for two test benches',
        paragraphs: [
          'Bonjour Monsieur Dubois,',
          'as agreed on the phone, our offer for two pressure test benches is attached.',
        ],
        files: [
          fromGmail('Offer_0912_Ferrovia.pdf', PDF, pdf(['Offer 0912', '2 x test bench TB-600'], 74_000)),
        ],
      },
      {
        from: MARC,
        to: [MIA],
        cc: [ANA],
        minutesAgo: 11 * DAY,
        subject: 'Re: Ferrovia: offer for two test benches',
        paragraphs: ['Bien reçu, merci. Je reviens vers vous la semaine prochaine.'],
      },
    ],
  ],
  [
    'alpen',
    [
      {
        from: HUBER,
        to: [MIA],
        minutesAgo: 31 * HOUR,
        subject: 'Qualifizierungsunterlagen IQ/OQ',
        paragraphs: [
          'Sehr geehrte Frau Sato,',
          'für die Abnahme am 28. benötigen wir die Unterlagen zur Installations- und Funktionsqualifizierung in deutscher Sprache. Bitte beachten Sie die Änderungen in Abschnitt 4 (Prüfmittel, Grenzwerte).',
          'Mit freundlichen Grüßen',
        ],
        files: [file('Prüfplan_Größe_2.pdf', PDF, pdf(['Pruefplan, Abschnitt 4'], 52_000))],
      },
      {
        from: MIA,
        to: [HUBER],
        minutesAgo: 29 * HOUR,
        subject: 'Re: Qualifizierungsunterlagen IQ/OQ',
        paragraphs: ['Dear Dr. Huber,', 'the German set is being translated and reaches you on Monday.'],
      },
    ],
  ],
  [
    'lumen',
    [
      {
        from: ROSSI,
        to: [MIA],
        minutesAgo: 7 * DAY,
        subject: 'Richiesta catalogo 2026',
        paragraphs: [
          'Gentile Sato,',
          'potrebbe inviarmi il catalogo 2026 dei sensori di pressione? Grazie mille.',
        ],
      },
    ],
  ],
]
