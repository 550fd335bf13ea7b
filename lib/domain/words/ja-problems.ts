import type { enProblems } from './en-problems.ts'

/** 値ごとの問題。画面とインポートの結果で共通。 */
export const jaProblems: Record<keyof typeof enProblems, string> = {
  'error.field_invalid': '入力内容に使用できないものがあります。',
  'error.field_required': '入力が必要です。',
  'error.too_long': 'この項目の上限を超えています。',
  'error.not_a_number': '数値として読み取れません。',
  'error.out_of_bounds': 'この項目の範囲を超えています。',
  'error.not_a_date': '日付として読み取れません。2026-11-23 の形で入力してください。',
  'error.not_a_choice': '選択肢にありません。',
  'error.not_a_url': 'Web アドレスではありません。http:// または https:// で始めてください。',
  'error.not_a_phone': '電話番号として読み取れません。',
  'error.not_a_currency': 'EUR や JPY のような通貨コードではありません。',
  'error.not_a_boolean': '「はい」または「いいえ」で入力してください。',
  'error.lookup_missing': 'そのレコードは存在しないか、開く権限がありません。',
  'error.lookup_circle': '自分自身の上位に設定することはできません。',
  'error.person_missing': 'その名前の有効なユーザーはいません。',
  'error.changed_meanwhile': 'その間に別の人が変更しました。',
  'error.record_read_only': 'このレコードは閲覧のみできます。変更できるのは担当者と管理者です。',
  'error.address_invalid': 'メールアドレスとして完全ではありません。',
  'error.address_twice': 'もう一つのメールアドレスと同じです。',
  'error.zone_unknown': 'そのタイムゾーンは見つかりません。',
  'error.bytes_invalid': '選択した文字コードで読めない文字が含まれています。',
  'error.cells_missing': '見出し行よりセルの数が足りません。',
  'error.cells_too_many': '見出し行よりセルの数が多くあります。',
  'error.several_match': 'この値を持つレコードが複数あります。',
  'error.file_unreadable': '表として読み取れません。CSV で保存し直してください。',
}
