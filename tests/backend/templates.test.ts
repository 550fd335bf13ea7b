import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { renderText } from '../../backend/services/templates/render.ts'
import type { GuardList } from '../../lib/contract/compose.ts'
import type { Send } from '../../lib/contract/sends.ts'
import type { MergedText, MergeFields, Template, TemplateList } from '../../lib/contract/templates.ts'
import { make, setPolicy } from './harness/around.ts'
import { contact, deal, type HouseOfReps, houseOfReps, type Rep, someone } from './harness/reps.ts'

let house: HouseOfReps
let mia: Rep
let ken: Rep

beforeAll(async () => {
  house = await houseOfReps()
  mia = await house.newRep()
  ken = await house.newRep()
})

const keep = (rep: Rep, text: object, headers?: Record<string, string>) =>
  rep.me.call<Template>('POST', '/templates', { name: 'Offer', ...text }, headers)
const merge = async (rep: Rep, text: object) =>
  (await rep.me.call<MergedText>('POST', '/templates/merge', text)).body

describe('templates', () => {
  test('private ones are their writer’s alone, shared ones everybody’s to use and nobody else’s to change', async () => {
    const own = await keep(mia, { html: '<p>Mine</p>' })
    const shared = await keep(mia, { name: 'Shared', html: '<p>Ours</p>', shared: true })
    expect([own.status, shared.status]).toEqual([201, 201])
    const kens = (await ken.me.call<TemplateList>('GET', '/templates')).body.templates
    expect(kens.map(({ id }) => id)).toContain(shared.body.id)
    expect(kens.map(({ id }) => id)).not.toContain(own.body.id)
    expect((await ken.me.call('GET', `/templates/${own.body.id}`)).status).toBe(404)
    const change = { version: 1, name: 'Theirs' }
    expect((await ken.me.call('PATCH', `/templates/${own.body.id}`, change)).status).toBe(404)
    expect(await ken.me.call('PATCH', `/templates/${shared.body.id}`, change)).toMatchObject({
      status: 403,
      body: { error: { reason: 'not_yours' } },
    })
    expect((await house.founder.call('PATCH', `/templates/${shared.body.id}`, change)).status).toBe(200)
    expect(await mia.me.call('PATCH', `/templates/${shared.body.id}`, change)).toMatchObject({
      status: 409,
      body: { error: { reason: 'version_stale', facts: { version: 2 } } },
    })
  })

  test('a repeated request makes one; a deleted one can be brought back by its writer', async () => {
    const headers = { 'idempotency-key': randomUUID() }
    const [first, again] = await Promise.all([keep(mia, {}, headers), keep(mia, {}, headers)])
    expect(first.body.id).toBe(again.body.id)
    expect((await mia.me.call('DELETE', `/templates/${first.body.id}?version=1`)).status).toBe(204)
    expect((await mia.me.call('GET', `/templates/${first.body.id}`)).status).toBe(404)
    expect((await ken.me.call('POST', `/templates/${first.body.id}/restore`)).status).toBe(404)
    expect((await mia.me.call('POST', `/templates/${first.body.id}/restore`)).status).toBe(200)
  })

  test('what runs, loads or reaches for other texts does not get in', async () => {
    const html =
      '<p onclick="x()">Hi <script>x()</script><img src="https://t.example/p.gif">{{ contact.name }}</p>'
    const { body } = await keep(mia, { html })
    expect(body.html).not.toMatch(/script|onclick|t\.example/)
    expect(body.html).toContain('{{ contact.name }}')
    for (const [bad, why, line] of [
      ['<p>a</p><p>{% if contact.name %}</p>', 'not_closed', 2],
      ['{% include "secrets" %}', 'unknown_tag', 1],
      ['{{ contact.name | shout }}', 'unknown_filter', 1],
      ['{% for i in (1..999999999) %}x{% endfor %}', 'endless', 1],
      ['<p>Hi</p><p>{{ recipient.nickname }}</p>', 'unknown_field', 2],
      ['{% if nickname %}Hi{% endif %}', 'unknown_field', 1],
    ] as const)
      expect(await keep(mia, { html: bad })).toMatchObject({
        status: 400,
        body: { error: { reason: 'template_broken', facts: { why, line } } },
      })
  })
})

describe('merging', () => {
  test('fields of the record, its account and the writer, told as their reader writes', async () => {
    const accountId = await make(mia, { module: 'accounts', fields: { accountName: 'Halden <Marine>' } })
    const person = { firstName: 'Elena', lastName: 'Brandt' }
    const recordId = await make(mia, { module: 'contacts', fields: person, accountId })
    const english = await merge(mia, {
      recordId,
      subject: 'For {{ account.name }}',
      html: '<p>Dear {{ recipient.firstName }}, {{ contact.<b>lastName</b> }} at {{ account.name }}. {{ me.name }}</p>',
    })
    expect(english).toMatchObject({ subject: 'For Halden <Marine>', unresolved: [], broken: null })
    expect(english.html).toContain('Dear Elena, Brandt at Halden &lt;Marine&gt;.')
    const deal = {
      dealName: 'ライン4',
      amount: '184000',
      currency: 'JPY',
      closingOn: '2026-12-24',
      stage: 'proposal',
    }
    const japanese = await merge(mia, {
      recordId: await make(mia, { module: 'deals', fields: deal, mainContactId: recordId }),
      subject: '{{ deal.name }}の件',
      html: '<p>{{ contact.lastName }}様、{{ deal.amount }}、{{ deal.closingOn }}</p>',
    })
    expect(japanese.subject).toBe('ライン4の件')
    expect(japanese.html).toContain('Brandt様、¥184,000、2026年12月24日')
  })

  test('conditional parts; an empty field without a default is named, one in an untaken branch is not', async () => {
    const recordId = await make(mia, { module: 'contacts', fields: { lastName: 'Brandt' } })
    const text = await merge(mia, {
      recordId,
      html: '<p>{% if contact.phone %}Call {{ contact.phone }}{% else %}No phone{% endif %} {{ contact.title | default: &quot;friend&quot; }} {{ contact.department }}</p>',
    })
    expect(text.html).toContain('No phone friend')
    expect(text.unresolved).toEqual(['{{ contact.department }}'])
  })

  test('a recipient has all fields of the contact; what no record has is refused by its name, also of old templates', async () => {
    const fields = { firstName: 'Elena', lastName: 'Brandt', title: 'Head of purchasing' }
    const recordId = await make(mia, { module: 'contacts', fields })
    const html = '{% if recipient.title %}{{ recipient.title | upcase }}{% endif %}'
    expect((await merge(mia, { recordId, html })).html).toBe('HEAD OF PURCHASING')
    const unknown = await merge(mia, { recordId, html: '<p>Hi {{ recipient.nickname }}</p>', gaps: true })
    expect(unknown.broken).toEqual({ why: 'unknown_field', line: 1, field: 'recipient.nickname' })
    // The text's own variables, parts of a value and paths behind a loop are not meant.
    const own =
      '{% assign x = recipient.title %}{% for i in (1..2) %}{{ i }}{{ forloop.index }}{% endfor %}{{ x.size }} {{ today }} {{ record.title }}'
    expect(await merge(mia, { recordId, html: own })).toMatchObject({ broken: null, unresolved: [] })
    for (const path of [
      'me.email',
      'organisation.name',
      'contact.owner',
      'account.accountName',
      'deal.amount',
    ])
      expect([path, (await merge(mia, { recordId, html: `{{ ${path} }}` })).broken]).toEqual([path, null])
  })

  test('lines of nothing but conditions, and empty ones at the top, are none of the mail', async () => {
    const recordId = await make(mia, { module: 'contacts', fields: { lastName: 'Brandt' } })
    const html =
      '<p>{% if contact.title %}</p><p>Title</p><p>{% endif %}</p><p><br></p><p>{{ contact.phone | default: &quot;&quot; }}</p><p>Dear</p><p><br></p><p>You</p>'
    const { html: merged } = await merge(mia, { recordId, html })
    expect(merged.replace(/ style="[^"]*"/g, '')).toBe('<p>Dear</p><p><br /></p><p>You</p>')
    const late = await keep(mia, {
      html: '<p>{% if contact.name %}</p><p>{% endif %}</p><p>{{ contact.x }}</p>',
    })
    expect(late).toMatchObject({ body: { error: { facts: { why: 'unknown_field', line: 3 } } } })
  })

  test('put in, an empty field leaves a mark that the check before sending names until it is gone', async () => {
    const recordId = await make(mia, { module: 'contacts', fields: { lastName: 'Brandt' } })
    const text = { subject: 'For {{ contact.department }}', html: '<p>Dear {{ recipient.title }},</p>' }
    const merged = await merge(mia, { recordId, ...text, gaps: true })
    expect(merged).toMatchObject({ subject: 'For [contact.department?]', broken: null })
    expect(merged.html).toContain('Dear [recipient.title?],')
    expect(merged.unresolved).toEqual(['{{ contact.department }}', '{{ recipient.title }}'])
    const { subject, html } = merged
    const draft = { account: mia.me.email, to: [{ address: someone() }], subject, html }
    const made = await mia.me.call<Send>('POST', '/sends/drafts', draft)
    const found = async () => {
      const { body } = await mia.me.call<GuardList>('POST', `/sends/${made.body.id}/check`)
      return body.guards.filter(({ code }) => code === 'unresolved_field').map(({ about }) => about)
    }
    expect(await found()).toEqual(['[contact.department?]', '[recipient.title?]'])
    const full = { version: made.body.version, subject: 'Offer', html: '<p>Dear Elena [really?],</p>' }
    expect((await mia.me.call('PUT', `/sends/${made.body.id}/draft`, full)).status).toBe(200)
    expect(await found()).toEqual([])
  })

  test('a loop without end ends, in words', async () => {
    const recordId = await contact(mia, someone())
    const loop = '{% for i in (1..2000) %}'.repeat(3) + '{% endfor %}'.repeat(3)
    expect((await merge(mia, { recordId, html: loop })).broken).toMatchObject({ why: 'endless' })
    // One that copies nothing: only its steps are too many.
    const still = `{% assign all = (1..2000) %}${'{% for i in all %}'.repeat(3)}${'{% endfor %}'.repeat(3)}`
    expect((await merge(mia, { recordId, html: still })).broken).toMatchObject({ why: 'endless' })
    // Few steps, each of them long.
    const wide = `{% assign all = (1..2000) %}{% for i in all %}{% if ${'1 == 2 or '.repeat(9000)}1 == 2 %}x{% endif %}{% endfor %}`
    expect(renderText(wide, {}, 'html')).toMatchObject({ broken: { why: 'endless' } })
  })

  test('an honest text is merged however long the machine is busy with something else', () => {
    const away = { name: 'Elena' }
    // The thread is away as it is when others have the processor.
    Object.defineProperty(away, 'name', {
      get: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 150) && 'Elena',
    })
    const text = renderText(
      `{{ contact.name }}${'<p>{{ contact.city }}</p>'.repeat(20)}`,
      { contact: away },
      'html',
    )
    expect(text).toMatchObject({ text: expect.stringMatching(/^Elena<p>/) })
  })

  test('what the writer may not open stands for nothing', async () => {
    const hidden = await make(ken, { module: 'contacts', fields: { lastName: 'Secret' } })
    const deal = { module: 'deals', fields: { dealName: 'Open' }, mainContactId: hidden }
    const recordId = await make(mia, deal)
    expect((await merge(mia, { recordId, html: '{{ contact.name }}' })).html).toContain('Secret')
    await setPolicy(house, { 'access.contacts': 'private' })
    expect((await mia.me.call('POST', '/templates/merge', { recordId: hidden, html: 'x' })).status).toBe(404)
    const text = await merge(mia, { recordId, html: '{{ contact.name }}' })
    expect(text).toMatchObject({ html: '', unresolved: ['{{ contact.name }}'] })
    await setPolicy(house, {})
  })

  test('a deal stands for the only open one of its contact; of several its writer chooses', async () => {
    const recordId = await contact(mia, someone())
    const html = '{{ deal.name }}'
    expect(await merge(mia, { recordId, html })).toMatchObject({ unresolved: [html], deals: [] })
    const first = await deal(mia, 'First', recordId)
    await deal(mia, 'Gone', recordId, 'lost')
    expect(await merge(mia, { recordId, html })).toMatchObject({ html: 'First', unresolved: [], deals: [] })
    const second = await deal(mia, 'Second', recordId)
    const several = await merge(mia, { recordId, html })
    expect(several).toMatchObject({
      unresolved: [html],
      deals: [{ id: first, name: 'First' }, { id: second }],
    })
    expect((await merge(mia, { recordId, html, dealId: second })).html).toBe('Second')
    expect((await merge(mia, { recordId, html: '{{ contact.name }}' })).deals).toEqual([])
    const { db } = house.town.house
    const mailbox = { mailbox_id: mia.mailboxId, gmail_thread_id: 'a1b2c3' }
    const from = db.selectFrom('mailboxes').select(['org_id', 'user_id']).where('id', '=', mia.mailboxId)
    const { org_id, user_id: chosen_by } = await from.executeTakeFirstOrThrow()
    const by = { chosen_by, chosen_at: new Date() }
    await db
      .insertInto('thread_deals')
      .values({ ...mailbox, org_id, deal_id: second, ...by })
      .execute()
    expect((await merge(mia, { recordId, html, threadId: 'a1b2c3' })).html).toBe('Second')
    expect((await merge(ken, { recordId, html, threadId: 'a1b2c3' })).deals).toHaveLength(2)
  })

  test('the menu knows an organisation’s own fields', async () => {
    const { groups } = (await mia.me.call<MergeFields>('GET', '/templates/fields?module=deals&language=ja'))
      .body
    const paths = groups.flatMap(({ fields }) => fields.map(({ path }) => path))
    expect(paths).toEqual(expect.arrayContaining(['record.amount', 'contact.firstName', 'me.name']))
    expect(paths.some((path) => path.endsWith('Id'))).toBe(false)
  })
})
