import { dwg, pdf, photo, xlsx, zip } from './files.ts'
import { DAY, file, fromGmail, HOUR, PDF, SHEET } from './kit.ts'
import { ANA, ELENA, GREENE, JONAS, KEN, LEE, MIA, OKAFOR } from './people.ts'
import type { NamedThread } from './post.ts'

/** Everyday mail in English. */
export const ENGLISH: readonly NamedThread[] = [
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
]
