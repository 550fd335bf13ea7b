import type { PreviewRule, RecordName } from '@/lib/contract/sharing.ts'
import type { SharingMode } from '@/lib/domain/sharing.ts'
import { sheets } from '../../state.ts'
import { mySharing, type Older, type Rule, ruleAsked } from '../../state-sharing.ts'
import { attempt } from '../core.ts'
import { setMode, setSwitch } from './mine.ts'
import { answerOlder } from './older.ts'

/** How much a mode shows at least and at most; what goes down on both goes at once. */
const reach: Readonly<Record<SharingMode, readonly [number, number]>> = {
  private: [0, 0],
  metadata: [1, 1],
  per_record: [0, 2],
  public: [2, 2],
}

/** What colleagues see of all my mail: more of it is shown by name first, less is one click (issue 4, 6). */
export async function chooseMode(mode: SharingMode): Promise<void> {
  const was = mySharing.value.sharing?.mode
  if (was === undefined || was === mode) return
  const isWider = reach[mode][1] > reach[was][0]
  if (isWider && was !== 'public') openRule({ kind: 'mode', mode })
  else await setMode(mode)
}

/** All my mail on a record. */
export async function chooseSwitch(record: RecordName, on: boolean): Promise<void> {
  if (on) openRule({ kind: 'switch', record })
  else await setSwitch(record, false)
}

export function agreeToOlder(one: Older): void {
  openRule({ kind: 'older', one })
}

function openRule(rule: Rule): void {
  sheets.value = [...sheets.value.filter((sheet) => sheet.kind !== 'rule'), { kind: 'rule', rule }]
}

/** Asks who would see it; the sheet forgets that when it closes. */
export function startRule(rule: Rule): () => void {
  ruleAsked.value = { rule, answer: undefined, problem: undefined }
  void ask(rule)
  return () => {
    if (ruleAsked.value?.rule === rule) ruleAsked.value = undefined
  }
}

async function ask(rule: Rule): Promise<void> {
  const answer = await attempt(({ backend }) => backend.previewRule(questionOf(rule)))
  if (ruleAsked.value?.rule !== rule) return
  ruleAsked.value = answer.ok
    ? { rule, answer: answer.value, problem: undefined }
    : { rule, answer: undefined, problem: answer.problem }
}

function questionOf(rule: Rule): PreviewRule {
  if (rule.kind === 'mode') return { mode: rule.mode }
  if (rule.kind === 'switch') return { switchedOn: rule.record.id }
  return { older: { recordId: rule.one.record.id, address: rule.one.address } }
}

/** Now it holds; the sheet stays where that failed, under the word that says so. */
export async function holdRule(): Promise<void> {
  const rule = ruleAsked.value?.rule
  if (rule === undefined) return
  const done = await carryOut(rule)
  if (done) sheets.value = sheets.value.filter((sheet) => sheet.kind !== 'rule')
}

function carryOut(rule: Rule): Promise<boolean> {
  if (rule.kind === 'mode') return setMode(rule.mode)
  if (rule.kind === 'switch') return setSwitch(rule.record, true)
  return answerOlder(rule.one, true)
}
