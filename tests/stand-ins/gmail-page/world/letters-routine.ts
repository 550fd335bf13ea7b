import { layoutDrawing, pdf } from './files.ts'
import { DAY, fromGmail, HOUR, PDF } from './kit.ts'
import { ANA, ELENA, FAIR, JONAS, KEN, MIA, ROSSI, SHIPPING, TOM } from './people.ts'
import type { NamedThread } from './post.ts'

/** Everyday mail of the house and of machines. */
export const ROUTINE: readonly NamedThread[] = [
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

/** Mail among colleagues that never concerns Mia. */
export const COLLEAGUES: readonly NamedThread[] = [
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
