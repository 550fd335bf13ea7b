import { signal } from '@preact/signals'
import type { MassPlan, MassPreview, MassRows, MassSend } from '@/lib/contract/mass.ts'
import type { MergedText, MergeFields, Template } from '@/lib/contract/templates.ts'
import type { ApiProblem } from '@/lib/extension/api-core.ts'

/** Templates, and mass sends, as the server last told them. `load/{templates,mass}.ts` write them. */

export const templates = signal<{ rows: readonly Template[]; problem: ApiProblem | undefined } | undefined>(
  undefined,
)

/** The text of a chosen template as one recipient of the open mail gets it; `nth` of `of` recipients. */
export const templatePreview = signal<
  | {
      template: Template
      nth: number
      of: number
      name: string
      dealId: string | null
      merged: MergedText | undefined
    }
  | undefined
>(undefined)

/** A template being written. `id` undefined: a new one. */
export interface TemplateForm {
  id: string | undefined
  version: number
  name: string
  subject: string
  html: string
  shared: boolean
  /** Idempotency-Key of the next attempt. */
  key: string
}
export const templateForm = signal<TemplateForm | undefined>(undefined)

/** What can be merged, for the menu. */
export const mergeFields = signal<MergeFields['groups'] | undefined>(undefined)

/** The confirm of a mass send: who gets a mail and who does not, and one of them as its recipient gets it. */
export const massPlan = signal<
  | {
      draftId: string
      plan: MassPlan
      /** Whether those of whom a field is empty are mailed too. */
      evenEmpty: boolean
    }
  | undefined
>(undefined)
/** What its recipients can unsubscribe from, as typed. */
export const massTopic = signal('')
export const massPreview = signal<MassPreview | undefined>(undefined)

/** My mass sends, newest first, and the rows of the one that is open. */
export const massSends = signal<readonly MassSend[]>([])
export const massShown = signal<{ send: MassSend; rows: MassRows | undefined } | undefined>(undefined)
