import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import MailComposer from 'nodemailer/lib/mail-composer'
import { buildMime } from '../../backend/google/mime.ts'
import { uploadMail } from '../../backend/google/upload.ts'
import { createMimeFiles } from '../../backend/storage/mime-files.ts'
import { type CorpusMail, corpusMail } from '../domain/mime-corpus.ts'
import { meant, readByMailparser, readByPostalMime } from '../domain/mime-reading.ts'
import type { BenchReport } from './report.ts'

const corpus = 3000
const rounds = 400
const mb = 1024 * 1024
const never = new AbortController().signal
const name = '0b6f7c7e-6a39-4a49-9f0e-2d5a3f5b7a11.0123456789abcdef'

/** Mails built by us: read back equal over a large corpus; size and rate beside nodemailer's MailComposer; memory. */
export async function benchMime(): Promise<BenchReport> {
  const wrong = await readBack()
  const letters = await Promise.all(
    Array.from({ length: 5 }, (_, nth) => letter(nth)).map(async (mail) => {
      const ours = Buffer.concat(await Array.fromAsync(buildMime(mail)))
      return { mail, ours: ours.length, theirs: (await composed(mail)).length }
    }),
  )
  const ours = letters.reduce((sum, one) => sum + one.ours, 0)
  const theirs = letters.reduce((sum, one) => sum + one.theirs, 0)
  const mails = letters.map(({ mail }) => mail)
  const rate = await perSecond(mails, drain)
  const theirRate = await perSecond(mails, composed)
  const big = withFile(letter(0), 25 * mb)
  const time = await took(() => drain(big))
  const theirTime = await took(() => composed(big))
  return {
    title: 'MIME built by us',
    lines: [
      `${corpus} hostile mails of the corpus read back by mailparser and postal-mime: ${wrong} differ (goal 0: ${wrong === 0 ? 'met' : 'MISSED'})`,
      `letters (Japanese and English, with and without HTML): ${ours} bytes, MailComposer ${theirs} (${((ours / theirs) * 100).toFixed(0)} %)`,
      `letters built: ${rate.toFixed(0)} per s, MailComposer ${theirRate.toFixed(0)} (${(rate / theirRate).toFixed(1)} times)`,
      `a mail with 25 MB: ${time.toFixed(0)} ms, MailComposer ${theirTime.toFixed(0)} ms`,
      `buffers held at most while a mail with 25 MB is built into its file: ${((await most((seen) => keep(big, seen))) / mb).toFixed(1)} MB; while it is handed to Gmail: ${((await handedIn(big)) / mb).toFixed(1)} MB`,
    ],
  }
}

async function readBack(): Promise<number> {
  let wrong = 0
  for (let nth = 0; nth < corpus; nth++) {
    const mail = corpusMail(nth)
    const raw = Buffer.concat(await Array.fromAsync(buildMime(mail)))
    const wanted = JSON.stringify(meant(mail))
    const read = [await readByMailparser(raw), await readByPostalMime(raw)]
    if (read.some((one) => JSON.stringify(one) !== wanted)) wrong++
  }
  return wrong
}

/** What reps write: no corpus of oddities. */
function letter(nth: number): CorpusMail {
  const texts = [
    'Dear Elena,\nthank you for the call. The offer is attached.\nBest regards\nRen',
    '山田様\n\nお世話になっております。見積書を送付いたします。\nご確認のほどよろしくお願いいたします。',
    'Müller & Söhne: das Angebot für Größe 42 liegt bei. '.repeat(20),
    'A longer letter. '.repeat(300),
    '長い手紙です。'.repeat(300),
  ]
  const text = texts[nth % texts.length] ?? ''
  const html = nth % 2 === 0 ? '' : `<html><body><p>${text.replaceAll('\n', '<br>')}</p></body></html>`
  const { files: _, ...rest } = corpusMail(0)
  return {
    ...rest,
    from: { address: 'ren@arbor.example', name: 'Ren Rep' },
    to: [{ address: 'yamada@halden.example', name: '山田 太郎' }],
    cc: [],
    bcc: [],
    subject: nth % 2 === 0 ? 'Your offer' : '見積書の件(至急)',
    text,
    html,
    files: [],
  }
}

function withFile(mail: CorpusMail, size: number): CorpusMail {
  const bytes = Buffer.alloc(size, 'Inlay')
  const open = async () =>
    (async function* () {
      for (let at = 0; at < size; at += 256 * 1024) yield bytes.subarray(at, at + 256 * 1024)
    })()
  return { ...mail, files: [{ name: '見積書.pdf', mimeType: 'application/pdf', cid: null, bytes, open }] }
}

async function drain(mail: CorpusMail): Promise<number> {
  let size = 0
  for await (const chunk of buildMime(mail)) size += chunk.length
  return size
}

/** nodemailer as its manual has it. */
async function composed(mail: CorpusMail): Promise<Buffer> {
  return new MailComposer({
    ...mail,
    to: [...mail.to],
    cc: [...mail.cc],
    bcc: [...mail.bcc],
    references: [...mail.references],
    inReplyTo: mail.inReplyTo ?? '',
    date: new Date(mail.date),
    headers: { 'X-Inlay-Send-Id': mail.sendId, 'X-Inlay-Mark': mail.mark },
    attachments: mail.files.map(({ name, mimeType, bytes }) => ({
      filename: name,
      contentType: mimeType,
      content: bytes,
    })),
  })
    .compile()
    .build()
}

async function perSecond(
  mails: readonly CorpusMail[],
  build: (mail: CorpusMail) => Promise<unknown>,
): Promise<number> {
  const ms = await took(async () => {
    for (let round = 0; round < rounds; round++) for (const mail of mails) await build(mail)
  })
  return (rounds * mails.length * 1000) / ms
}

async function took(work: () => Promise<unknown>): Promise<number> {
  await work()
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** Buffers in use beyond those of before, looked at whenever the work says so; garbage does not count. */
async function most(work: (seen: () => void) => Promise<void>): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  const before = process.memoryUsage().arrayBuffers
  let peak = 0
  let nth = 0
  await work(() => {
    if (nth++ % 8 > 0) return
    collect()
    peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
  })
  return peak
}

async function keep(mail: CorpusMail, seen: () => void, dir?: string): Promise<void> {
  const folder = dir ?? (await mkdtemp(join(tmpdir(), 'inlay-bench-')))
  const files = await createMimeFiles(folder)
  const chunks = async function* () {
    for await (const chunk of buildMime(mail)) {
      seen()
      yield chunk
    }
  }
  await files.put(name, chunks(), never)
  if (dir === undefined) await rm(folder, { recursive: true })
}

/** To a server that throws everything away, so that only our own side counts. */
async function handedIn(mail: CorpusMail): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'inlay-bench-'))
  await keep(mail, () => undefined, folder)
  const kept = await (await createMimeFiles(folder)).find(name)
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{"id":"r1","message":{"id":"1a2b3c"}}'))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const root = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
  try {
    return await most(async (seen) => {
      if (kept === undefined) throw new Error('The mail is gone.')
      const headers = { authorization: 'Bearer none' }
      await uploadMail(
        { root, path: 'drafts', json: {}, mail: kept, alive: seen },
        { headers, signal: never },
      )
    })
  } finally {
    server.close()
    server.closeAllConnections()
    await rm(folder, { recursive: true })
  }
}
