//! What the severities of incidents mean and who is told, in both languages side by side.

use domain::incident::Severity;
use domain::organization::Language;

/// Name, meaning, an example, and who is told when.
#[must_use]
pub fn severity_words(language: Language, severity: Severity) -> [&'static str; 4] {
    match (language, severity) {
        (Language::Japanese, Severity::Sev1) => [
            "SEV-1 重大",
            "多くの利用者が主な機能を使えない。またはデータが失われた、漏れたおそれがある。回避策がない。",
            "サインインができない。決済がすべて失敗する。",
            "ただちに当番とインシデント指揮者を呼び、経営層とサポートへ知らせる。30分ごとに状況を公開する。",
        ],
        (Language::Japanese, Severity::Sev2) => [
            "SEV-2 重大",
            "主な機能のひとつが多くの利用者に使えない、または一部の利用者が何もできない。",
            "ビデオ通話がつながらない。処方箋を送れない。",
            "ただちに当番を呼び、プロダクト責任者とサポートへ知らせる。1時間ごとに状況を伝える。",
        ],
        (Language::Japanese, Severity::Sev3) => [
            "SEV-3 中",
            "一部の利用者が一部の機能で不便を感じる。回避策がある。",
            "検索が遅い。確認メールが遅れて届く。",
            "営業時間内に担当チームへ知らせる。",
        ],
        (Language::Japanese, Severity::Sev4) => [
            "SEV-4 軽微",
            "利用者はほとんど気づかない。",
            "社内のダッシュボードが更新されない。",
            "担当チームのチケットにする。",
        ],
        (Language::Japanese, Severity::Unclassified) => [
            "未分類",
            "まだ誰も深刻度を決めていない。",
            "始まったばかりのもの。情報源が優先度を伝えないもの。",
            "決まるまではSEV-2として扱う。",
        ],
        (Language::English, Severity::Sev1) => [
            "SEV-1, major",
            "Many users cannot use a main function and there is no way around, or data may be lost or exposed.",
            "Nobody can sign in. All payments fail.",
            "At once: whoever is on call, an incident commander, management and support. State is published every 30 minutes.",
        ],
        (Language::English, Severity::Sev2) => [
            "SEV-2, major",
            "One main function fails for many users, or some users can do nothing at all.",
            "Video calls do not connect. Prescriptions cannot be sent.",
            "At once: whoever is on call, the product's manager and support. State is told every hour.",
        ],
        (Language::English, Severity::Sev3) => [
            "SEV-3, moderate",
            "Some users are hindered in some function; there is a way around.",
            "Search is slow. Confirmation mail arrives late.",
            "The team that owns it, in business hours.",
        ],
        (Language::English, Severity::Sev4) => [
            "SEV-4, minor",
            "Users hardly notice.",
            "An internal dashboard is not updated.",
            "A ticket of the team that owns it.",
        ],
        (Language::English, Severity::Unclassified) => [
            "Unclassified",
            "Nobody has decided yet.",
            "It has only begun, or its source knows no priority.",
            "As for SEV-2 until somebody does.",
        ],
    }
}
