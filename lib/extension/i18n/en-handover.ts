/** The button in Gmail's own compose windows, and mail that goes over from there. */
export const enHandover = {
  'handover.button': 'Inlay: templates, files, scheduling',
  'handover.template': 'Insert template',
  'handover.link': 'Insert record link',
  'handover.files': 'Attach from Inlay',
  'handover.check': 'Check recipients',
  'handover.take': 'Schedule with Inlay',
  'handover.take_hint': 'The mail moves over with its files',
  'handover.no_subject': 'Mail in Gmail, no subject yet',

  'handover.link_hint':
    'The link opens the record for colleagues who may see it. For everybody else it leads nowhere.',
  'handover.no_templates': 'No templates yet.',
  'handover.no_templates_text': 'Templates you or your colleagues save are listed here.',
  'handover.on_record': 'On {name}',
  'handover.library': 'Library',
  'handover.search_library': 'Search the library',
  'handover.no_files': 'No files.',
  'handover.attached': '{name} is with Gmail now.',
  'handover.no_file': 'This window of Gmail took no file. Nothing was attached.',
  'handover.too_large': '{name} is larger than a mail may carry ({max}). It was not attached.',
  'handover.gone': 'The mail is no longer open in Gmail. Nothing was changed.',

  'handover.nobody': 'No recipients yet.',
  'handover.nobody_text': 'Enter them in Gmail and check again.',
  'handover.all_good': 'Nothing speaks against these recipients.',
  'handover.doubts': { one: '1 recipient needs a look.', other: '{n} recipients need a look.' },
  'handover.kind.colleague': 'Colleague',
  'handover.kind.unknown': 'On no record',
  'handover.kind.malformed': 'No email address',
  'handover.malformed': 'Nothing can be sent to this.',
  'handover.slip': 'Looks mistyped. Did you mean {meant}?',

  'handover.waiting': 'Waiting until Gmail has saved this mail as it stands in the window.',
  'handover.late':
    'Gmail has not saved this mail as it stands in the window. Nothing was taken over; it is still there.',
  'handover.stays': 'Nothing was taken over; the mail is still in Gmail.',
  'handover.again': 'Try again',
  'handover.held': 'Inlay holds this mail.',
  'handover.discard': 'Discard here',
  'handover.held_hint':
    'Sent from here, it goes out from Gmail now. Inlay’s copy stays a draft and is not sent by itself.',
  'handover.not_closed': 'Gmail’s window did not close. Discard the mail there; Inlay holds it.',
  'handover.not_released':
    'Gmail’s own draft could not be deleted. Discard it in Gmail; Inlay holds this mail.',
} as const
