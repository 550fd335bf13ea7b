import { layoutDrawing, pdf, xlsx } from './files.ts'
import { fromGmail, PDF, SHEET } from './kit.ts'
import { ELENA, JONAS, KEN, MIA } from './people.ts'
import type { Letter } from './post.ts'

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
