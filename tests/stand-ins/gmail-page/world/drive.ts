import type { GoogleStandIn } from '../../google/types.ts'
import { layoutDrawing, pdf, xlsx, zip } from './files.ts'

const office = 'application/vnd.openxmlformats-officedocument.'
const docx = `${office}wordprocessingml.document`
const day = 24 * 60 * 60_000

/** A word processor's file with these lines; enough of one to be opened. */
function document(lines: readonly string[]): Buffer {
  const text = lines.map((line) => `<w:p><w:r><w:t>${line}</w:t></w:r></w:p>`).join('')
  return zip({
    '[Content_Types].xml':
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    '_rels/.rels':
      '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    'word/document.xml': `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${text}</w:body></w:document>`,
  })
}

/** What a rep of Arbor Instruments keeps in Drive. */
export function seedDrive(google: GoogleStandIn, email: string): void {
  const now = google.clock.now()
  const price = [
    ['Item', 'EUR'],
    ['Pump skid', '18,400'],
    ['Controller', '6,250'],
  ]
  const lines = ['Maintenance contract', 'Annual inspection of pump skids and controllers.']
  const seeds: Parameters<GoogleStandIn['addDriveFile']>[1][] = [
    {
      name: 'Line 4 retrofit – layout.pdf',
      mimeType: 'application/pdf',
      bytes: pdf(['Line 4 retrofit', 'Layout, revision C'], 180_000),
      modifiedAt: now - 2 * day,
    },
    {
      name: 'Maintenance contract',
      mimeType: 'application/vnd.google-apps.document',
      exports: { [docx]: document(lines), 'application/pdf': pdf(lines) },
      text: lines.join(' '),
      modifiedAt: now - 5 * day,
    },
    {
      name: 'Price list 2026',
      mimeType: 'application/vnd.google-apps.spreadsheet',
      exports: { [`${office}spreadsheetml.sheet`]: xlsx(price), 'application/pdf': pdf(['Price list 2026']) },
      text: 'pump skid controller',
      owner: 'Ken Mori',
      modifiedAt: now - 9 * day,
    },
    {
      name: '製品カタログ 2026年版.pdf',
      mimeType: 'application/pdf',
      bytes: pdf(['Catalogue 2026'], 2_400_000),
      sharedDrive: true,
      modifiedAt: now - 20 * day,
    },
    {
      name: 'Plant photo.png',
      mimeType: 'image/png',
      bytes: layoutDrawing(),
      modifiedAt: now - 40 * day,
    },
    {
      name: 'Commissioning video.mp4',
      mimeType: 'video/mp4',
      bytes: Buffer.alloc(11 * 1024 * 1024),
      modifiedAt: now - 60 * day,
    },
  ]
  for (const seed of seeds) google.addDriveFile(email, seed)
}
