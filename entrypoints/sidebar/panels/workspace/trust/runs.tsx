import { useEffect } from 'preact/hooks'
import { whenFull } from '@/lib/domain/format.ts'
import { plainNumber } from '@/lib/domain/intl.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { readRuns } from '../../../load/trust.ts'
import { problemSentence, reasonSentence } from '../../../load/words.ts'
import { goTo } from '../../../load/workspace/place.ts'
import { view } from '../../../state.ts'
import { runs, shownMailbox } from '../../../state-trust.ts'

const columns = ['when', 'kind', 'looked', 'stored', 'changed', 'skipped', 'units', 'end'] as const

/** Every run of a mailbox with what it found, newest first. */
export function RunsPage({ account }: { account: string }) {
  useEffect(() => void readRuns(account), [account])
  const open = runs.value?.account === account ? runs.value : undefined
  const number = (value: number) => plainNumber(value, view.value.language)
  return (
    <>
      <div class="place-head">
        <IconButton
          icon="back"
          label={t('trust.runs_back')}
          onPress={() => goTo(`trust/${shownMailbox.value?.id ?? ''}`)}
          testid="runs-back"
        />
        <h1 class="cut runs-title" dir="auto">
          {t('trust.runs_title', { account })}
        </h1>
      </div>
      <main class="place-body" tabIndex={-1} aria-label={t('trust.runs')}>
        {open?.problem !== undefined && <Note tone="danger">{problemSentence(open.problem)}</Note>}
        <table class="settings-table" data-testid="runs">
          <thead>
            <tr>
              {columns.map((one) => (
                <th
                  key={one}
                  scope="col"
                  class={one === 'when' || one === 'kind' || one === 'end' ? '' : 'number'}
                >
                  {t(`trust.runs.${one}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {open?.rows.map((run) => (
              <tr key={run.id} data-testid="run">
                <td>
                  <time dateTime={run.startedAt}>{whenFull(Date.parse(run.startedAt), view.value)}</time>
                </td>
                <td class="second">{t(`trust.run.kind.${run.kind}`)}</td>
                <Cell name={t('trust.runs.looked')} value={number(run.lookedAt)} />
                <Cell name={t('trust.runs.stored')} value={number(run.stored)} />
                <Cell name={t('trust.runs.changed')} value={number(run.changed)} />
                <Cell name={t('trust.runs.skipped')} value={number(run.skipped)} />
                <Cell name={t('trust.runs.units')} value={number(run.units)} />
                <td>
                  <span class="runs-end small">
                    {run.endedAt === null ? (
                      t('trust.run.going')
                    ) : run.error === null ? (
                      <>
                        <span class="given">
                          <Icon name="check" size={14} />
                        </span>
                        {t('trust.run.no_errors')}
                      </>
                    ) : (
                      <span class="failed">{reasonSentence(run.error)}</span>
                    )}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {open?.nextCursor !== undefined && (
          <Button
            kind="text"
            busy={open.loading}
            onPress={() => void readRuns(account, true)}
            testid="runs-more"
          >
            {t('trust.runs.more')}
          </Button>
        )}
      </main>
    </>
  )
}

/** In a narrow frame the head of the column is gone, so that the number says what it counts. */
function Cell({ name, value }: { name: string; value: string }) {
  return (
    <td class="number">
      <span class="runs-name quiet small">{name}</span> {value}
    </td>
  )
}
