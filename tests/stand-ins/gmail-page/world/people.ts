import type { MimeFile } from '../mime.ts'
import type { Party } from '../model.ts'
import { logo } from './files.ts'

/** A writer of mail: how their client writes it is part of them. */
export interface Writer extends Party {
  /** Lines under the mail. */
  signature?: readonly string[]
  logo?: MimeFile
  /** Their client writes old Japanese mail: ISO-2022-JP plain text. */
  oldJapanese?: boolean
  /** Their client writes plain text only. */
  plain?: boolean
}

function domainLogo(domain: string, colour: readonly [number, number, number]): MimeFile {
  return { name: 'logo.png', mimeType: 'image/png', bytes: logo(colour), contentId: `logo@${domain}` }
}

const arbor = { logo: domainLogo('arbor.example', [0, 103, 122]) }

/** Arbor Instruments, Tokyo: the four whose mailboxes the stand-in holds. */
export const MIA: Writer = {
  name: 'Mia Sato',
  email: 'mia.sato@arbor.example',
  signature: ['Mia Sato', 'Account Manager, Arbor Instruments', '+81 3 5550 0142'],
  ...arbor,
}
export const KEN: Writer = {
  name: 'Ken Mori',
  email: 'ken.mori@arbor.example',
  signature: ['Ken Mori', 'Application Engineer, Arbor Instruments', '+81 3 5550 0177'],
}
export const TOM: Writer = {
  name: 'Tom Weber',
  email: 'tom.weber@arbor.example',
  signature: ['Tom Weber', 'Sales Operations, Arbor Instruments'],
}
export const ANA: Writer = {
  name: 'Ana Ruiz',
  email: 'ana.ruiz@arbor.example',
  signature: ['Ana Ruiz', 'Inside Sales, Arbor Instruments'],
}

/** Customers and others; Elena has a mailbox too, so that what reaches her can be looked at. */
export const ELENA: Writer = {
  name: 'Elena Brandt',
  email: 'elena.brandt@haldenmarine.example',
  signature: [
    'Elena Brandt',
    'Head of Procurement',
    'Halden Marine GmbH · Am Sandtorkai 48 · 20457 Hamburg',
    'Phone +49 40 5550 1287',
  ],
}
export const JONAS: Writer = {
  name: 'Jonas Lind',
  email: 'jonas.lind@haldenmarine.example',
  signature: ['Jonas Lind', 'Lead Process Engineer', 'Halden Marine GmbH', '+49 40 5550 1243'],
  plain: true,
}
export const MARC: Writer = {
  name: 'Marc Dubois',
  email: 'm.dubois@ferrovia.example',
  signature: ['Marc Dubois', 'Responsable Achats', 'Ferrovia Rail SAS, Lyon', '+33 4 55 50 01 76'],
  logo: domainLogo('ferrovia.example', [176, 52, 40]),
}
export const TANAKA: Writer = {
  name: '田中 浩二',
  email: 'k.tanaka@yamada-seisakusho.example',
  oldJapanese: true,
  signature: [
    '--------------------------------',
    '株式会社山田製作所 購買部',
    '田中 浩二',
    'TEL 06-5550-0120',
  ],
}
export const SUZUKI: Writer = {
  name: '鈴木 さやか',
  email: 's.suzuki@kitahama.example',
  signature: ['北浜精機株式会社 生産技術課', '鈴木 さやか', 'TEL 045-555-0188'],
}
export const GREENE: Writer = {
  name: 'Priya Greene',
  email: 'priya.greene@northwindfoods.example',
  signature: ['Priya Greene', 'Plant Manager, Northwind Foods', '+44 20 5550 0119'],
}
export const OKAFOR: Writer = {
  name: 'Chidi Okafor',
  email: 'chidi@okafor-labs.example',
  plain: true,
  signature: ['Chidi'],
}
export const HUBER: Writer = {
  name: 'Dr. Sabine Huber',
  email: 'sabine.huber@alpenpharma.example',
  signature: ['Dr. Sabine Huber', 'Leitung Qualitätssicherung', 'Alpen Pharma AG, Basel', '+41 61 555 01 33'],
}
export const LEE: Writer = {
  name: 'Lee, Hannah',
  email: 'hannah.lee@tidewater.example',
  signature: ['Hannah Lee', 'Tidewater Utilities'],
}
export const ROSSI: Writer = {
  name: 'Paolo Rossi',
  email: 'p.rossi@lumenoptics.example',
  signature: ['Paolo Rossi', 'Lumen Optics S.r.l., Torino', '+39 011 555 0164'],
}
export const SHIPPING: Writer = { name: 'Nordfracht Tracking', email: 'no-reply@nordfracht.example' }
export const FAIR: Writer = { name: 'Process Expo', email: 'news@processexpo.example' }

export const COMPANY = [MIA, KEN, TOM, ANA] as const
