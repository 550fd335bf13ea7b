import { crc32, deflateSync } from 'node:zlib'

/** A one-page PDF that shows these lines; padded with an unused stream to about `bytes`. */
export function pdf(lines: readonly string[], bytes = 0): Buffer {
  const literal = (line: string) => line.replace(/[\\()]/g, '\\$&').replace(/[^ -~]/g, '?')
  const text = lines
    .map((line, i) => `${i === 0 ? '72 760 Td 18 TL' : 'T*'} (${literal(line)}) Tj`)
    .join('\n')
  const content = `BT /F1 12 Tf\n${text}\nET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  const plain = assemble(objects)
  const padding = Math.max(0, bytes - plain.length - 120)
  if (padding === 0) return plain
  return assemble([
    ...objects,
    `<< /Length ${padding} >>\nstream\n${noise(padding).toString('latin1')}\nendstream`,
  ])
}

function assemble(objects: string[]): Buffer {
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const at = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return at
  })
  const table = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  const tail = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
  return Buffer.from(`${text}xref\n0 ${size}\n0000000000 65535 f \n${table}${tail}`, 'latin1')
}

/** Bytes that look random but are the same each time; never the words PDF or ZIP readers look for. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  let state = 0x2545f491
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[i] = 128 + (state >>> 25)
  }
  return bytes
}

type Colour = readonly [red: number, green: number, blue: number]

/** A PNG whose pixels `paint` names. */
function png(width: number, height: number, paint: (x: number, y: number) => Colour): Buffer {
  const raw = Buffer.alloc(height * (1 + width * 3))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) raw.set(paint(x, y), y * (1 + width * 3) + 1 + x * 3)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(raw)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A drawing like a plant layout: pipes, skids, a grid; drawn on 640 x 400, scaled to the given size. */
export function layoutDrawing(width = 640, height = 400): Buffer {
  const inside = (x: number, y: number, [left, top, right, bottom]: readonly number[] = []) =>
    x >= (left ?? 0) && x <= (right ?? 0) && y >= (top ?? 0) && y <= (bottom ?? 0)
  const skids = [
    [70, 70, 210, 160],
    [270, 70, 410, 160],
    [470, 70, 580, 160],
    [70, 250, 250, 340],
    [330, 250, 580, 340],
  ]
  return png(width, height, (x, y) => {
    if (
      skids.some(
        (s) =>
          inside(x, y, s) &&
          !inside(
            x,
            y,
            s.map((v, i) => (i < 2 ? v + 3 : v - 3)),
          ),
      )
    )
      return [32, 74, 104]
    if (skids.some((s) => inside(x, y, s))) return [222, 236, 244]
    if (y >= 200 && y <= 206 && x >= 40 && x <= 600) return [196, 98, 42]
    if (
      skids.some(
        ([left = 0, top = 0, right = 0]) =>
          Math.abs(x - (left + right) / 2) < 3 && y > Math.min(top, 200) && y < Math.max(top, 206),
      )
    )
      return [196, 98, 42]
    return x % 40 === 0 || y % 40 === 0 ? [228, 232, 238] : [250, 251, 253]
  })
}

/** A small logo for signatures. */
export function logo(colour: Colour, width = 96, height = 28): Buffer {
  return png(width, height, (x, y) => {
    const disc = (x - 14) ** 2 + (y - 14) ** 2 < 150
    const bars = x > 34 && x < 90 && [8, 14, 20].some((at) => Math.abs(y - at) < 2 && x < 90 - (at - 8) * 2)
    return disc || bars ? colour : [255, 255, 255]
  })
}

/** A photograph of nothing in particular: a soft gradient with a horizon. */
export function photo(width = 480, height = 320): Buffer {
  return png(width, height, (x, y) => {
    const sky = y < height * 0.6
    const light = Math.round(40 * Math.sin((x / width) * Math.PI))
    return sky
      ? [120 + light, 160 + light, 200 + Math.round((y / height) * 50)]
      : [70 + light, 84 + light, 92]
  })
}

/** A readable workbook with one sheet of text cells. */
export function xlsx(rows: readonly (readonly string[])[]): Buffer {
  const xml = (text: string) => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`)
  const cells = rows.map((row, y) => {
    const inner = row.map(
      (text, x) =>
        `<c r="${String.fromCharCode(65 + x)}${y + 1}" t="inlineStr"><is><t>${xml(text)}</t></is></c>`,
    )
    return `<row r="${y + 1}">${inner.join('')}</row>`
  })
  const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const relations = 'http://schemas.openxmlformats.org/package/2006/relationships'
  const link = (type: string, target: string) =>
    `${head}<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/${type}" Target="${target}"/></Relationships>`
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
  return zip({
    '[Content_Types].xml': `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
    '_rels/.rels': link('officeDocument', 'xl/workbook.xml'),
    'xl/workbook.xml': `${head}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': link('worksheet', 'worksheets/sheet1.xml'),
    'xl/worksheets/sheet1.xml': `${head}<worksheet xmlns="${main}"><sheetData>${cells.join('')}</sheetData></worksheet>`,
  })
}

/** A ZIP archive, entries stored as they are. */
export function zip(entries: Record<string, string | Buffer>): Buffer {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(entries)) {
    const [label, data] = [Buffer.from(name), Buffer.from(content)]
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800, 2)
    common.writeUInt16LE(0x5a21, 8)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(data.length, 18)
    common.writeUInt16LE(label.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, label, data])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, label]))
    bodies.push(local)
    offset += local.length
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, list, end])
}

/** Starts like an AutoCAD 2018 drawing; what follows means nothing. */
export function dwg(bytes: number): Buffer {
  return Buffer.concat([Buffer.from('AC1032\0\0\0\0\0', 'latin1'), noise(bytes - 11)])
}
