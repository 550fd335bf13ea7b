import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const shared = { root, resolve: { alias: { '@': root.replace(/\/$/, '') } } }

/**
 * Three suites: `unit` (pure rules, stand-ins, structure), `backend` (real services over a real database,
 * the one `DATABASE_URL` names or the embedded one) and `browser` (both real browsers, two files at a time).
 */
export default defineConfig({
  ...shared,
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['tests/*.test.ts', 'tests/{domain,stand-ins,extension}/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'backend',
          environment: 'node',
          include: ['tests/backend/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'browser',
          environment: 'node',
          include: ['tests/browser/**/*.test.ts'],
          // A browser starved by its neighbour misses a deadline once in some thousand tests. The report names such a
          // test with "retry x1"; one that fails twice is red.
          retry: 1,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
