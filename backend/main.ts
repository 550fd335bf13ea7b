import { BadConfig, readConfig, readPlaceConfig } from './config.ts'
import { createLog, errorFacts, logLastWords } from './log.ts'
import { startBackend } from './start.ts'
import { CannotOpen } from './storage/database.ts'
import { runExport, runImport } from './storage/transfer.ts'

const [command = 'start', folder] = process.argv.slice(2)

try {
  await run()
} catch (error) {
  if (error instanceof BadConfig || error instanceof CannotOpen) console.error(error.message)
  else createLog().error('start.failed', errorFacts(error))
  process.exit(1)
}

async function run(): Promise<void> {
  if (command === 'start') return start()
  if ((command === 'export' || command === 'import') && folder !== undefined) {
    const place = readPlaceConfig(process.env)
    console.log(await (command === 'export' ? runExport(place, folder) : runImport(place, folder)))
    return
  }
  console.error('Usage: npm start, npm run export -- FOLDER, or npm run import -- FOLDER')
  process.exit(2)
}

async function start(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLog(config.logLevel)
  logLastWords(log)
  const backend = await startBackend(config, log)
  let ending = false
  const end = (signal: string) => {
    if (ending) return
    ending = true
    log.info('backend.stopping', { signal })
    backend.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('backend.stop_failed', errorFacts(error))
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => end('SIGTERM'))
  process.on('SIGINT', () => end('SIGINT'))
}
