import { Overview } from './overview.tsx'
import { Setup } from './setup.tsx'
import { changing, settings } from './state.ts'

/** The only page of ours outside Gmail: the way in, and what can be set. */
export function App() {
  const { server, accounts } = settings.value
  const isSetUp = server !== undefined && accounts.length > 0 && !changing.value
  return <div class="page">{isSetUp ? <Overview /> : <Setup />}</div>
}
