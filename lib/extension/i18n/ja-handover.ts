import type { Message } from '../i18n.ts'
import type { enHandover } from './en-handover.ts'

export const jaHandover: Record<keyof typeof enHandover, Message> = {
  'handover.button': 'Inlay：テンプレート、ファイル、予約送信',
  'handover.template': 'テンプレートを挿入',
  'handover.link': 'レコードのリンクを挿入',
  'handover.files': 'Inlay から添付',
  'handover.check': '宛先を確認',
  'handover.take': 'Inlay で送信日時を指定',
  'handover.take_hint': 'メールは添付ファイルごと Inlay に移ります',
  'handover.no_subject': 'Gmail で作成中のメール（件名なし）',

  'handover.link_hint':
    'リンクは、レコードを見られる同僚だけが開けます。ほかの人が押しても何も表示されません。',
  'handover.no_templates': 'テンプレートはまだありません。',
  'handover.no_templates_text': '自分や同僚が保存したテンプレートがここに表示されます。',
  'handover.on_record': '{name} のファイル',
  'handover.library': 'ライブラリ',
  'handover.search_library': 'ライブラリを検索',
  'handover.no_files': 'ファイルはありません。',
  'handover.attached': '{name} を Gmail に渡しました。',
  'handover.no_file': 'Gmail のこの画面はファイルを受け取りませんでした。添付されていません。',
  'handover.too_large': '{name} は 1 通の上限（{max}）を超えています。添付されていません。',
  'handover.gone': 'このメールは Gmail で閉じられています。何も変更していません。',

  'handover.nobody': '宛先がまだありません。',
  'handover.nobody_text': 'Gmail で宛先を入力してから、もう一度確認してください。',
  'handover.all_good': 'これらの宛先に問題はありません。',
  'handover.doubts': { other: '確認が必要な宛先が {n} 件あります。' },
  'handover.kind.colleague': '同僚',
  'handover.kind.unknown': 'レコードなし',
  'handover.kind.malformed': 'メールアドレスではありません',
  'handover.malformed': 'ここには送信できません。',
  'handover.slip': '入力ミスの可能性があります。{meant} ではありませんか？',

  'handover.waiting': 'Gmail がこの画面の内容を保存するのを待っています。',
  'handover.late':
    'Gmail がこの画面の内容をまだ保存していません。引き継いでいません。メールは Gmail に残っています。',
  'handover.stays': '引き継いでいません。メールは Gmail に残っています。',
  'handover.again': 'もう一度試す',
  'handover.held': 'このメールは Inlay が預かっています。',
  'handover.discard': 'ここでは破棄',
  'handover.held_hint':
    'ここから送信すると、Gmail からすぐに送信されます。Inlay の控えは下書きのままで、自動では送信されません。',
  'handover.not_closed':
    'Gmail の画面が閉じませんでした。Gmail 側で破棄してください。メールは Inlay が預かっています。',
  'handover.not_released':
    'Gmail の下書きを削除できませんでした。Gmail で破棄してください。メールは Inlay が預かっています。',
}
