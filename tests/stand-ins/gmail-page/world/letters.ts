import type { MimeFile } from '../mime.ts'
import { dwg, layoutDrawing, pdf, photo, xlsx, zip } from './files.ts'
import {
  ANA,
  ELENA,
  FAIR,
  GREENE,
  HUBER,
  JONAS,
  KEN,
  LEE,
  MARC,
  MIA,
  OKAFOR,
  ROSSI,
  SHIPPING,
  SUZUKI,
  TANAKA,
  TOM,
} from './people.ts'
import type { Letter } from './post.ts'

const HOUR = 60
const DAY = 24 * HOUR
const PDF = 'application/pdf'
const SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Files put on in Gmail carry an id of Gmail's; those of other programs do not. */
const fromGmail = (name: string, mimeType: string, bytes: Buffer): MimeFile => ({
  name,
  mimeType,
  bytes,
  attachmentId: `f_${name.replace(/\W/g, '').toLowerCase().slice(0, 10)}`,
})
const file = (name: string, mimeType: string, bytes: Buffer): MimeFile => ({ name, mimeType, bytes })

/** The centre piece: the thread of the README's picture. */
export const RETROFIT: readonly Letter[] = [
  {
    from: MIA,
    to: [ELENA],
    cc: [KEN, JONAS],
    minutesAgo: 35,
    subject: 'Line 4 retrofit: revised quote',
    paragraphs: [
      'Dear Elena,',
      'the revised quote for Line 4 is attached. Assembly now starts in week 46, and the second pump skid is included at the price we agreed on Tuesday.',
      'Ken checked the nozzle loads against your layout. If Jonas has questions about the interface list, he can call Ken directly.',
    ],
    files: [
      fromGmail(
        'Q-1187_revB.pdf',
        PDF,
        pdf(
          [
            'Quote Q-1187 revision B',
            'Line 4 retrofit, Halden Marine GmbH',
            'Total EUR 184,000.00',
            'Assembly: week 46',
          ],
          96_000,
        ),
      ),
    ],
  },
  {
    from: ELENA,
    to: [MIA],
    cc: [KEN, JONAS],
    minutesAgo: 10,
    unread: true,
    subject: 'Re: Line 4 retrofit: revised quote',
    paragraphs: [
      'Dear Mia,',
      'many thanks for the fast turnaround. You will find our purchase order attached, with the deck layout and the completed spec sheet. One change: the pump skids go to a new address, it is printed on the order.',
      'Would you send the quote again with the longer warranty included? With that on paper I can release everything before the month is over.',
      'Kind regards',
    ],
    files: [
      fromGmail(
        'PO-2291_Halden.pdf',
        PDF,
        pdf(
          [
            'Purchase order PO-2291',
            'Halden Marine GmbH, Hamburg',
            'Reference: Line 4 retrofit, quote Q-1187',
            '2 x pump skid PS-40, delivery week 46',
            'Deliver to: Kai 7, Hansaport, 21129 Hamburg',
          ],
          421_900,
        ),
      ),
      fromGmail('deck_layout_L4.png', 'image/png', layoutDrawing()),
      fromGmail(
        'Spec_sheet_v2.xlsx',
        SHEET,
        xlsx([
          ['Item', 'Value', 'Unit'],
          ['Flow', '38', 'm3/h'],
          ['Head', '62', 'm'],
          ['Medium', 'Seawater', ''],
          ['Material', '1.4462', ''],
        ]),
      ),
    ],
  },
]

type Thread = readonly [name: string, letters: readonly Letter[]]

/** Everyday mail in English. */
export const ENGLISH: readonly Thread[] = [
  [
    'skidDrawings',
    [
      {
        from: JONAS,
        to: [KEN],
        cc: [MIA],
        minutesAgo: 3 * HOUR + 20,
        unread: true,
        subject: 'Skid PS-40: foundation drawings',
        paragraphs: [
          'Hi Ken,',
          'drawings of the foundation as built, one per skid. The anchor pattern of skid 2 is 15 mm off, please check whether the base frame can take it.',
        ],
        files: [
          file('PS-40_skid1.dwg', 'image/vnd.dwg', dwg(38_000)),
          file('PS-40_skid2.dwg', 'image/vnd.dwg', dwg(41_500)),
          file('site_photo.png', 'image/png', photo()),
        ],
      },
    ],
  ],
  [
    'warranty',
    [
      {
        from: ELENA,
        to: [MIA],
        minutesAgo: 5 * DAY,
        subject: 'Extended warranty: what is covered?',
        paragraphs: [
          'Hello Mia,',
          'our legal team asks which wear parts the extended warranty covers. Is there a list I can pass on?',
        ],
      },
      {
        from: MIA,
        to: [ELENA],
        minutesAgo: 5 * DAY - 90,
        subject: 'Re: Extended warranty: what is covered?',
        paragraphs: [
          'Hi Elena,',
          'mechanical seals and bearings for 36 months, diaphragms for 24. The full list is attached.',
        ],
        files: [
          fromGmail(
            'Warranty_terms.pdf',
            PDF,
            pdf(['Extended warranty', 'Seals and bearings: 36 months', 'Diaphragms: 24 months']),
          ),
        ],
      },
      {
        from: ELENA,
        to: [MIA],
        minutesAgo: 4 * DAY + 200,
        labels: ['STARRED'],
        subject: 'Re: Extended warranty: what is covered?',
        paragraphs: ['Perfect, that is what they needed.'],
      },
    ],
  ],
  [
    'northwind',
    [
      {
        from: GREENE,
        to: [MIA],
        minutesAgo: 26 * HOUR,
        unread: true,
        subject: 'Flow meters for the new bottling hall',
        paragraphs: [
          'Hi Mia,',
          'we are adding a third bottling line in Leeds and need eleven electromagnetic flow meters, DN 25 to DN 80, hygienic version. The list is attached.',
          'Could we have prices and lead times by Friday? Our board meets on the 3rd.',
        ],
        files: [
          file(
            'Meter list Leeds.xlsx',
            SHEET,
            xlsx([
              ['Tag', 'DN', 'Medium'],
              ['FT-301', '25', 'Syrup'],
              ['FT-302', '50', 'Water'],
              ['FT-303', '80', 'Juice'],
            ]),
          ),
        ],
      },
    ],
  ],
  [
    'siteVisit',
    [
      {
        from: MIA,
        to: [GREENE],
        minutesAgo: 9 * DAY,
        subject: 'Site visit on the 14th',
        paragraphs: [
          'Hi Priya,',
          'thank you for the call. Ken and I land in Manchester at 9:40 and can be at the plant by noon.',
        ],
      },
      {
        from: GREENE,
        to: [MIA],
        cc: [KEN],
        minutesAgo: 8 * DAY + 300,
        subject: 'Re: Site visit on the 14th',
        paragraphs: ['Noon works. Bring safety shoes; visitors get a helmet at the gate.'],
      },
      {
        from: KEN,
        to: [GREENE],
        cc: [MIA],
        minutesAgo: 8 * DAY + 60,
        subject: 'Re: Site visit on the 14th',
        paragraphs: ['Thanks Priya. We would like to see the CIP station too, if production allows it.'],
      },
    ],
  ],
  [
    'calibration',
    [
      {
        from: OKAFOR,
        to: [MIA],
        minutesAgo: 30 * HOUR,
        unread: true,
        subject: 'calibration certificate for serial 88-2041?',
        paragraphs: [
          'hi mia, the certificate for 88-2041 is missing from the delivery, everything else came through fine. auditor comes next tuesday...',
        ],
      },
    ],
  ],
  [
    'tidewater',
    [
      {
        from: LEE,
        to: [MIA],
        minutesAgo: 2 * DAY + 100,
        unread: true,
        subject: 'RFQ 7731: pressure transmitters',
        paragraphs: [
          'Dear Ms. Sato,',
          'please find our request for quotation attached. Questions go through the portal only; the closing date is the last day of the month, 17:00 local time.',
        ],
        files: [
          file(
            'RFQ 7731 – conditions & annexes.pdf',
            PDF,
            pdf(['Request for quotation 7731', '40 pressure transmitters, 4-20 mA, HART'], 180_000),
          ),
          file(
            'annexes.zip',
            'application/zip',
            zip({ 'Annex A.txt': 'Technical conditions', 'Annex B.txt': 'Commercial conditions' }),
          ),
        ],
      },
    ],
  ],
  [
    'driveFolder',
    [
      {
        from: ANA,
        to: [MIA, KEN],
        minutesAgo: 7 * HOUR,
        unread: true,
        subject: 'Reference projects, one folder',
        paragraphs: [
          'Hi both,',
          'I moved the reference sheets into one place so that we stop mailing old versions around:',
          '<div class="gmail_chip gmail_drive_chip" style="width:386px"><a href="https://drive.google.com/drive/folders/1aB2cD3eF4gH5"><span dir="ltr">Reference projects 2026</span></a></div>',
          'The list with contact names is attached as well, for those who are offline.',
        ],
        files: [
          fromGmail(
            'reference_contacts.xlsx',
            SHEET,
            xlsx([
              ['Company', 'Contact'],
              ['Halden Marine', 'Elena Brandt'],
            ]),
          ),
        ],
      },
    ],
  ],
  [
    'forecast',
    [
      {
        from: TOM,
        to: [MIA, KEN, ANA],
        minutesAgo: 22 * HOUR,
        subject: 'Forecast by Thursday noon, please',
        paragraphs: [
          'Hello all,',
          'the quarter closes next week. Update your close dates by Thursday noon; deals without a next step count as open only.',
        ],
      },
      {
        from: MIA,
        to: [TOM],
        minutesAgo: 21 * HOUR,
        subject: 'Re: Forecast by Thursday noon, please',
        paragraphs: ['Done for Halden and Ferrovia. Northwind follows after the call.'],
      },
    ],
  ],
  [
    'team',
    [
      {
        from: KEN,
        to: [MIA],
        minutesAgo: 50,
        unread: true,
        subject: 'Nozzle loads for Line 4',
        paragraphs: [
          'The numbers hold, with 18 % to spare on the discharge side. Sketch below.',
          '<div><img src="cid:sketch@arbor.example" width="320" height="200" alt="sketch"></div>',
        ],
        files: [
          {
            name: 'sketch.png',
            mimeType: 'image/png',
            bytes: layoutDrawing(320, 200),
            contentId: 'sketch@arbor.example',
            attachmentId: 'ii_nozzles1',
          },
        ],
      },
    ],
  ],
  [
    'tracking',
    [
      {
        from: SHIPPING,
        to: [MIA],
        minutesAgo: 11 * HOUR,
        subject: 'Shipment 4471 900 218 was delivered',
        paragraphs: [
          '<div style="border:1px solid #c8d2dc;border-radius:8px;padding:16px;max-width:420px"><b>Delivered</b><br>Shipment 4471 900 218 · 2 pallets · 640 kg<br>Signed by: Lind</div>',
          'This mailbox is not read.',
        ],
      },
    ],
  ],
  [
    'fair',
    [
      {
        from: FAIR,
        to: [MIA],
        minutesAgo: 3 * DAY,
        subject: 'Your exhibitor badge is ready',
        paragraphs: ['Hall 6, stand C41. Set-up begins two days before the opening at 8:00.'],
        headers: { 'List-Unsubscribe': '<mailto:leave@processexpo.example>' },
      },
    ],
  ],
  [
    'invoice',
    [
      {
        from: MIA,
        to: [ELENA],
        minutesAgo: 16 * DAY,
        subject: 'Invoice INV-1043',
        paragraphs: [
          'Dear Elena,',
          'please find the invoice for the commissioning days of last month attached.',
        ],
        files: [
          fromGmail(
            'INV-1043.pdf',
            PDF,
            pdf(['Invoice INV-1043', 'Commissioning, 4 days', 'EUR 8,420.00', 'Payable within 14 days']),
          ),
        ],
      },
    ],
  ],
]

/** Mail in the customers' own languages. */
export const OTHER_LANGUAGES: readonly Thread[] = [
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

/** Mail among colleagues that never concerns Mia. */
export const COLLEAGUES: readonly Thread[] = [
  [
    'kenOnly',
    [
      {
        from: JONAS,
        to: [KEN],
        minutesAgo: 2 * DAY,
        subject: 'Vibration data, skid 1',
        paragraphs: ['Hi Ken, measured this morning, all below 2.8 mm/s.'],
      },
    ],
  ],
  [
    'anaLead',
    [
      {
        from: ROSSI,
        to: [ANA],
        minutesAgo: DAY,
        unread: true,
        subject: 'Sensori per banco ottico',
        paragraphs: ['Buongiorno, cerco due sensori di vuoto per il nostro nuovo banco ottico.'],
      },
    ],
  ],
]
