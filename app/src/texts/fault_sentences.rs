//! What is wrong with a catalogue or a pasted table, in Japanese, by the rule that says so. The exact words with the
//! values they are about are English, as on the command line, and stand below.

use domain::organization::Language;

/// What a rule refuses and how it is mended, in the reader's language; `None` where the exact words are in it already,
/// or the rule is not one of a form.
#[must_use]
pub fn fault_in_short(language: Language, rule: &str) -> Option<(&'static str, &'static str)> {
    match language {
        Language::English => None,
        Language::Japanese => japanese(rule),
    }
}

fn japanese(rule: &str) -> Option<(&'static str, &'static str)> {
    let (part, kind) = rule.split_once('/')?;
    match part {
        "catalogue" => of_catalogue(kind).or_else(|| of_policies(kind)),
        "budgets" | "rates" | "usage" | "rows" | "typed" | "number" | "time" => of_rows(part, kind),
        _ => None,
    }
}

fn of_catalogue(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "address" => ("URLではありません。", "https:// から始まるURLを書いてください。"),
        "amount" => ("金額や数量が扱える範囲を超えています。", "0から9兆までの数を書いてください。"),
        "budget-rate" => ("予算レートと請求通貨は組で書きます。", "両方書くか、どちらも書かないでください。"),
        "commitment" => ("契約の種類が読めません。", "下の英文に挙がっている種類のどれかを書いてください。"),
        "currency" => {
            ("通貨コードが正しくありません。", "USDやJPYのようなISO 4217のコードを書いてください。")
        }
        "date" => ("日付が読めません。", "2026-10-30のように書いてください。"),
        "edited" => (
            "ファイルに書き出したあとで、画面や取り込みで台帳が変わっています。",
            "もう一度書き出し、その上で直してください。",
        ),
        "environment" => (
            "環境の名前が正しくありません。",
            "production、staging、development、shared、previewのどれかを書いてください。",
        ),
        "file" => ("ファイルを読めません。", "UTF-8のテキストとして保存し直してください。"),
        "language" => ("言語が正しくありません。", "jaかenを書いてください。"),
        "long" => ("文章が長すぎます。", "判断に要ることだけを残し、詳しくはリンクにしてください。"),
        "method" => {
            ("按分の方法が正しくありません。", "even、fixed、proportional、usageのどれかを書いてください。")
        }
        "missing" => ("必要な項目がありません。", "項目を書き足してください。"),
        "month" => ("月が読めません。", "2026-11のように書いてください。"),
        "nul" => ("保存できない文字が入っています。", "その文字を消してください。"),
        "number" => ("数として読めません。", "12000000や154.25のように書いてください。"),
        "percent" => ("割合が範囲の外です。", "0から100までのパーセントで書いてください。"),
        "positive" => ("0以下の数は使えません。", "0より大きい数を書いてください。"),
        "range" => ("数が範囲の外です。", "下の英文にある範囲の数を書いてください。"),
        "rate" => ("同じ通貨どうしのレートです。", "異なる二つの通貨を書いてください。"),
        "rate-policy" => (
            "レートの種類が正しくありません。",
            "budget、previous-month-end、month-average、invoiceのどれかを書いてください。",
        ),
        "repeated" => ("同じものが二度書かれています。", "どちらかの名前を変えるか、消してください。"),
        "slug" => (
            "プロダクトの短縮名が正しくありません。",
            "半角の英小文字・数字・ハイフンで、台帳にある短縮名を書いてください。",
        ),
        "target" => ("費用の行き先が一つに決まりません。", "productかsharedのどちらか一つを書いてください。"),
        "tax" => ("税の扱いが正しくありません。", "included(税込)かexcluded(税抜)を書いてください。"),
        "time-zone" => ("タイムゾーンの名前が正しくありません。", "Asia/Tokyoのような名前を書いてください。"),
        "toml" => ("TOMLとして読めません。", "引用符や括弧の閉じ忘れがないか、その行を確かめてください。"),
        "type" => (
            "値の書き方が違います。",
            "文字列なら引用符で囲み、並びなら[\"一つ目\", \"二つ目\"]と書いてください。",
        ),
        "unknown-key" => ("知らない項目名です。", "下の英文に挙がっている近い名前に直すか、消してください。"),
        "unknown-product" => {
            ("台帳にないプロダクトです。", "先にプロダクトを登録するか、短縮名を直してください。")
        }
        "validity" => ("有効期間が正しくありません。", "終わりの日は、始まりの日より後にしてください。"),
        "weights" => ("割合の合計が100%になりません。", "合計が100になるように直してください。"),
        _ => return None,
    })
}

fn of_policies(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "action" => {
            ("取ると決めた行動の名前が正しくありません。", "下の英文に挙がっている名前を書いてください。")
        }
        "approval" => ("承認した人と日は組で書きます。", "両方書くか、どちらも書かないでください。"),
        "clock" => ("日時が読めません。", "2026-11-20 22:00のように書いてください。"),
        "maintenance" => (
            "メンテナンスの期間か対象が正しくありません。",
            "終わりを始まりより後にし、対象を一つにしてください。",
        ),
        "repeat" => {
            ("繰り返しの書き方が正しくありません。", "下の英文に挙がっている書き方に直してください。")
        }
        "steps" => {
            ("段階の並びが正しくありません。", "残りの割合が大きい順に、重ならないように書いてください。")
        }
        _ => return None,
    })
}

fn of_rows(part: &str, kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match (part, kind) {
        ("budgets", "bill-currency" | "rate") => {
            ("予算レートと請求通貨が組になっていません。", "両方の列を埋めるか、どちらも空にしてください。")
        }
        ("rates", "positive") => ("0以下のレートは使えません。", "0より大きい数を書いてください。"),
        ("rates", "same-currency") => return of_catalogue("rate"),
        ("rates", "policy") => return of_catalogue("rate-policy"),
        ("rows", "past") => ("終わった月の値は取り消せません。", "空にせず、正しい値を書いてください。"),
        ("rows", "unreadable") => {
            ("表として読めません。", "見出しの行を含めて、表計算ソフトからそのまま貼り付けてください。")
        }
        ("typed", "exact") => ("小数の桁が多すぎます。", "小数点以下6桁までで書いてください。"),
        ("typed", "amount") | ("number", _) => {
            ("数として読めません。", "1,200,000や120万のように書いてください。")
        }
        ("typed", "day") | ("time", _) => return of_catalogue("date"),
        (_, "repeated" | "tax" | "currency" | "date" | "month") => return of_catalogue(kind),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_forms_are_told_in_japanese() {
        for rule in
            ["catalogue/unknown-key", "rates/repeated", "typed/amount", "rows/past", "catalogue/steps"]
        {
            let (what, mend) = fault_in_short(Language::Japanese, rule).unwrap();
            assert!(what.ends_with('。') && mend.ends_with("ください。"), "{rule}");
            assert_eq!(fault_in_short(Language::English, rule), None);
        }
        assert_eq!(fault_in_short(Language::Japanese, "cost/rounded"), None);
    }
}
