import { createSign, type KeyObject } from 'node:crypto'

/** A self-signed X.509 certificate (PEM) around an RSA key, as Google's certs endpoint hands out. */
export function selfSignedCertificate(
  publicKey: KeyObject,
  privateKey: KeyObject,
  commonName: string,
): string {
  const algorithm = sequence(objectId([42, 134, 72, 134, 247, 13, 1, 1, 11]), tagged(0x05))
  const name = sequence(
    tagged(0x31, sequence(objectId([85, 4, 3]), tagged(0x0c, Buffer.from(commonName, 'utf8')))),
  )
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time('20200101000000Z'), time('20491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = createSign('RSA-SHA256').update(body).sign(privateKey)
  const whole = sequence(body, algorithm, tagged(0x03, Buffer.from([0]), signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function tagged(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Buffer.from([tag]), length(body.length), body])
}

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size])
  const bytes: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

function sequence(...content: Buffer[]): Buffer {
  return tagged(0x30, ...content)
}

function objectId(bytes: number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes))
}

function time(text: string): Buffer {
  return tagged(0x18, Buffer.from(text, 'latin1'))
}
