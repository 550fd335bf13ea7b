import { useEffect } from 'preact/hooks'
import type { RuleSeen } from '@/lib/contract/sharing.ts'
import { t } from '@/lib/extension/i18n.ts'
import { Button } from '@/lib/extension/ui/button.tsx'
import { Note } from '@/lib/extension/ui/note.tsx'
import { Sheet } from '@/lib/extension/ui/sheet.tsx'
import { Bone, useSkeleton } from '@/lib/extension/ui/skeleton.tsx'
import { closeSheet } from '../../keys.ts'
import { holdRule, startRule } from '../../load/sharing/rule.ts'
import { problemSentence, sentences } from '../../load/words.ts'
import { busy } from '../../state.ts'
import { type Rule, ruleAsked } from '../../state-sharing.ts'
import { WhoList } from './who-list.tsx'
import './sharing.css'

/** Who would see how much of my mail by a wider rule of mine, by name, before it holds (issue 4, 6; design 05 A). */
export function RuleSheet({ rule }: { rule: Rule }) {
  useEffect(() => startRule(rule), [rule])
  const open = ruleAsked.value
  const answer = open?.rule === rule ? open.answer : undefined
  const problem = open?.rule === rule ? open.problem : undefined
  const bones = useSkeleton(answer === undefined && problem === undefined)
  return (
    <Sheet
      title={titleOf(rule)}
      closeLabel={t('common.close')}
      onClose={closeSheet}
      testid="who-would"
      bar={<Bar rule={rule} isTold={answer !== undefined} isUntold={problem !== undefined} />}
    >
      <form
        class="pad pad-block stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (answer !== undefined) void holdRule()
        }}
      >
        <p class="second" dir="auto">
          {ruleWords(rule)}
        </p>
        {problem !== undefined && (
          <Note tone="danger" bold={t('sharing.who.not_told')} testid="who-problem">
            {problemSentence(problem)}
          </Note>
        )}
        <div class="who-answer stack">
          {answer === undefined
            ? bones && [1, 2, 3].map((one) => <Bone key={one} width="100%" height="34px" />)
            : told(answer)}
        </div>
        <button type="submit" class="hidden" tabIndex={-1} aria-hidden="true" />
      </form>
    </Sheet>
  )
}

function titleOf(rule: Rule): string {
  if (rule.kind === 'switch') return t('sharing.who.switch_title', { record: rule.record.name })
  return t(rule.kind === 'mode' ? 'sharing.rule.title' : 'sharing.rule.older_title')
}

function ruleWords(rule: Rule): string {
  if (rule.kind === 'switch') return t('sharing.who.switch_text')
  if (rule.kind === 'older') {
    const { address, record } = rule.one
    return t('sharing.rule.older', { address, record: record.name })
  }
  return sentences([
    t('sharing.rule.mode', { mode: t(`sharing.mode.${rule.mode}`) }),
    t(`sharing.mode.${rule.mode}.text`),
  ])
}

function told(answer: RuleSeen) {
  const gaining = answer.people.filter((one) => one.isNew).length
  return (
    <>
      <p class="who-count" role="status" data-testid="who-count">
        {gaining === 0
          ? t('sharing.rule.nobody')
          : t('sharing.rule.gain', {
              mails: t('sharing.mine.mails', { n: answer.mails }),
              people: t('sharing.who.n', { n: gaining }),
            })}
      </p>
      <WhoList answer={answer} level="full" elseText={t('sharing.rule.else')} />
      {answer.more && (
        <Note tone="neutral" testid="who-more">
          {t('sharing.rule.more')}
        </Note>
      )}
    </>
  )
}

function Bar({ rule, isTold, isUntold }: { rule: Rule; isTold: boolean; isUntold: boolean }) {
  const isBusy = ['mode', 'older', rule.kind === 'switch' ? `switch:${rule.record.id}` : ''].some((one) =>
    busy.value.has(one),
  )
  const words = {
    mode: 'sharing.rule.do',
    switch: 'sharing.who.switch_on',
    older: 'sharing.mine.agree',
  } as const
  return (
    <>
      <Button
        kind="filled"
        keys="↵"
        busy={isBusy || (!isTold && !isUntold)}
        off={isUntold ? t('sharing.who.not_told') : undefined}
        onPress={() => void holdRule()}
        testid="rule-do"
      >
        {t(words[rule.kind])}
      </Button>
      <Button kind="text" onPress={closeSheet} testid="who-keep">
        {t('sharing.who.keep')}
      </Button>
    </>
  )
}
