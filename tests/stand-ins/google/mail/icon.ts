import { crc32, deflateSync } from 'node:zlib'

/** A small PNG, as every Gmail delivery report carries one: a red disc with a white bar. */
export function iconPng(): Buffer {
  const size = 48
  const rows = Array.from({ length: size }, (_, y) => {
    const row = Buffer.alloc(1 + size * 4)
    for (let x = 0; x < size; x += 1) row.set(pixel(x, y, size), 1 + x * 4)
    return row
  })
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.concat(rows))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function pixel(x: number, y: number, size: number): number[] {
  const middle = (size - 1) / 2
  const inside = Math.hypot(x - middle, y - middle) < middle
  const bar = Math.abs(y - middle) < 4 && Math.abs(x - middle) < 14
  if (!inside) return [0, 0, 0, 0]
  return bar ? [255, 255, 255, 255] : [217, 48, 37, 255]
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
