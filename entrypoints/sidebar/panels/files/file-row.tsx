import type { ComponentChildren } from 'preact'
import type { SendFile } from '@/lib/contract/sends.ts'
import { blockedType } from '@/lib/domain/blocked-files.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button, IconButton } from '@/lib/extension/ui/button.tsx'
import { Icon } from '@/lib/extension/ui/icon.tsx'
import { Ring } from '@/lib/extension/ui/progress.tsx'
import { chooseAgain, takeOff } from '../../load/files/attach.ts'
import { chooseFiles } from '../../load/files/choose.ts'
import { tryAgain } from '../../load/files/jobs.ts'
import { fetchAgain } from '../../load/files/pick.ts'
import { carriedHere } from '../../load/files/place.ts'
import { problemSentence, reasonSentence } from '../../load/words.ts'
import { type Carried, sources } from '../../state-files.ts'
import { iconOf } from './file-icon.ts'
import { FileName } from './file-name.tsx'
import { nameInSentence, sizeOf } from './words.ts'

/** One file of the open mail, as the server lists it. */
export function FileRow({ file }: { file: SendFile }) {
  const mine = carriedHere().find((one) => one.id === file.id)
  if (file.state === 'ready')
    return (
      <Line
        of={file}
        name={file.name}
        {...(file.size === 0 && { below: t('clip.empty') })}
        onRemove={() => void takeOff(file.id)}
      />
    )
  if (mine !== undefined && mine.state !== 'failed') return <CarriedRow of={mine} />
  const line = { of: file, name: file.name, onRemove: () => void takeOff(file.id) }
  const isDrive = file.source === 'drive'
  if (isDrive && file.state !== 'failed')
    return <Line {...line} below={t('clip.fetching')} percent={percentOf(file.received, file.size)} coming />
  const known = isDrive && sources.value.has(file.id)
  return (
    <Line
      {...line}
      failed
      below={mine === undefined ? whyFailed(file) : whyStopped(mine)}
      action={
        known ? (
          <Again onPress={() => void fetchAgain(file.id)} />
        ) : isDrive ? undefined : isFull(mine) ? (
          <Again onPress={() => tryAgain(mine?.key ?? '')} />
        ) : (
          <ChooseAgain onPress={() => chooseFiles(([one]) => one && void chooseAgain(file, one))} />
        )
      }
    />
  )
}

/** One this panel carries into the open mail; the server may not know of it yet. */
export function CarriedRow({ of }: { of: Carried }) {
  return <CarriedLine of={of} onStop={() => void takeOff(of.id ?? of.key)} onAgain={() => tryAgain(of.key)} />
}

/** One on its way to the server, wherever it belongs. */
export function CarriedLine({ of, ...on }: { of: Carried; onStop: () => void; onAgain: () => void }) {
  const { name, state, received, size } = of
  return (
    <Line
      of={of}
      name={name}
      coming={state !== 'failed'}
      failed={state === 'failed'}
      percent={state === 'goes' && received > 0 ? percentOf(received, size) : undefined}
      below={carriedWords(of)}
      action={state === 'failed' && <Again onPress={on.onAgain} />}
      onRemove={on.onStop}
    />
  )
}

function carriedWords(of: Carried): string {
  if (of.state === 'waits') return t('clip.waits')
  if (of.state === 'stuck') return t('clip.stuck')
  if (of.state === 'failed') return whyStopped(of)
  return t('clip.progress', { done: sizeOf(of.received), all: sizeOf(of.size) })
}

function Line(props: {
  of: { size: number; mimeType: string }
  name: string
  below?: string
  percent?: number | undefined
  coming?: boolean
  failed?: boolean
  action?: ComponentChildren
  onRemove: () => void
}) {
  const { of, name } = props
  const shown = nameInSentence(name)
  return (
    <li class={props.failed ? 'mail-file mail-file-failed' : 'mail-file'} data-testid="mail-file">
      {props.coming ? (
        <Ring size={16} percent={props.percent} />
      ) : (
        <Icon name={props.failed ? 'alert' : iconOf(name, of.mimeType)} />
      )}
      <span class="mail-file-name">
        <FileName name={name} />
      </span>
      <span class="quiet number">{of.size > 0 || !props.coming ? sizeOf(of.size) : ''}</span>
      <IconButton
        icon="close"
        small
        label={t(props.coming ? 'clip.stop' : 'clip.remove', { file: shown })}
        onPress={props.onRemove}
        testid="remove-file"
      />
      {props.below && (
        <span class="mail-file-below">
          <span>{props.below}</span>
          {props.action}
        </span>
      )}
    </li>
  )
}

function Again({ onPress }: { onPress: () => void }) {
  return (
    <Button kind="text" small onPress={onPress} testid="file-again">
      {t('common.try_again')}
    </Button>
  )
}

function ChooseAgain({ onPress }: { onPress: () => void }) {
  return (
    <Button kind="text" small onPress={onPress} testid="choose-again">
      {t('clip.choose_again')}
    </Button>
  )
}

/** The panel that carried it was closed, or the server gave it up. */
function whyFailed(file: SendFile): string {
  const inside = /^file_blocked:(.*)$/s.exec(file.reason ?? '')?.[1]
  if (inside !== undefined)
    return t('clip.has_blocked', { inside: nameInSentence(inside), type: blockedType(inside) ?? '' })
  if (file.state === 'failed')
    return file.reason === 'quota_full' ? t('clip.quota') : reasonSentence(file.reason)
  return t('clip.lost', { done: sizeOf(file.received), all: sizeOf(file.size) })
}

function whyStopped({ problem }: Carried): string {
  if (problem === undefined) return ''
  if (problem === 'unreadable') return t('clip.unreadable')
  return problem.kind === 'refused' && problem.reason === 'quota_full'
    ? t('clip.quota')
    : problemSentence(problem)
}

/** The bytes are all at the server; only room is missing. */
function isFull(mine: Carried | undefined): boolean {
  const { problem } = mine ?? {}
  return (
    problem !== undefined &&
    problem !== 'unreadable' &&
    problem.kind === 'refused' &&
    problem.reason === 'quota_full'
  )
}

function percentOf(received: number, size: number): number | undefined {
  return size > 0 ? Math.floor((received / size) * 100) : undefined
}
