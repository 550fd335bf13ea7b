import { putSendAddresses } from '../../storage/sends.ts'
import { advance, type OpenJob } from './job.ts'

/** S-028: those who may not be mailed are taken off it, and it goes to the rest; what was built with them is built anew. */
export async function dropRecipients(job: OpenJob, addresses: ReadonlySet<string>): Promise<void> {
  const { to_parties: to, cc_parties: cc, bcc_parties: bcc } = job.row
  const stays = (party: { address: string }) => !addresses.has(party.address)
  const dropped = [...to, ...cc, ...bcc].filter((party) => !stays(party)).length
  await advance(
    job,
    {
      to_parties: JSON.stringify(to.filter(stays)),
      cc_parties: JSON.stringify(cc.filter(stays)),
      bcc_parties: JSON.stringify(bcc.filter(stays)),
      mime_file: null,
      mime_size: null,
    },
    { step: 'dropped', detail: String(dropped) },
    putSendAddresses,
  )
}
