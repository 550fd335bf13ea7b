/** The modules of this stage; their words are Zoho's (decisions, Words). */
export const moduleKeys = ['leads', 'contacts', 'deals'] as const

export type ModuleKey = (typeof moduleKeys)[number]

/** Stages of a deal, in order; the last two close it. */
export const dealStages = [
  'qualification',
  'needs_analysis',
  'proposal',
  'negotiation',
  'won',
  'lost',
] as const

export type DealStage = (typeof dealStages)[number]

/** True while the deal can still be won. */
export function isOpenStage(stage: DealStage): boolean {
  return stage !== 'won' && stage !== 'lost'
}
