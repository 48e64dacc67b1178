//! The words of what vendors say of their own objectives, in both languages side by side.

use domain::organization::Language;

macro_rules! words {
    ($($name:ident: $ja:literal, $en:literal;)*) => {
        /// The words of what vendors say.
        #[derive(Debug)]
        pub struct VendorWords {
            $(#[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }

        static JA: VendorWords = VendorWords { $($name: $ja,)* };
        static EN: VendorWords = VendorWords { $($name: $en,)* };
    };
}

words! {
    title: "ベンダーの値", "What the vendor says";
    question: "提供元自身の計算とどれだけ違うか", "By how much do we differ?";
    label: "ベンダーの値との比較", "The vendor's numbers beside ours";
    over: "期間", "Over";
    theirs: "ベンダー", "Vendor";
    ours: "Teirei", "Counted here";
    difference: "差", "Difference";
    budget_left: "残り予算(ベンダー)", "Budget left, by the vendor";
    state: "状態(ベンダー)", "State, by the vendor";
    window: "対象期間の全体", "Whole window";
    differs: "丸めでは説明できない差", "More than rounding";
    none: "なし", "none";
    note: "週は同じ時間どうしを比べています。対象期間の全体は終わりが日の途中なので、目安です。Teirei の数字には混ぜません。",
        "Weeks compare the same time. The whole window ends within a day, so it is a hint. None of it enters our numbers.";
    exclusions_label: "ベンダーが除外した時間", "Times the vendor leaves out";
    kind: "種類", "Kind";
    begins: "開始", "Begins";
    ends: "終了", "Ends";
    repeats: "繰り返し", "Repeats";
    no_end: "終わりなし", "no end";
    once: "1回", "once";
    lookbacks: "定義元がバーンレートを計算する期間:", "The source itself reckons burn rates over:";
}

/// The words of a language.
#[must_use]
pub fn vendor_words(language: Language) -> &'static VendorWords {
    match language {
        Language::Japanese => &JA,
        Language::English => &EN,
    }
}

/// A difference of shares in percentage points: +0.012 points.
#[must_use]
pub fn points(language: Language, difference: domain::ratio::Ppm) -> String {
    let mut number = rust_decimal::Decimal::new(difference.0, 4).normalize().to_string();
    if difference.0 > 0 {
        number.insert(0, '+');
    }
    match language {
        Language::Japanese => format!("{number} ポイント"),
        Language::English => format!("{number} pp"),
    }
}
