//! What broke in half a year: the week's three incidents, the older ones people remember, and the rest.

use domain::incident::{DetectedBy, Incident, Severity};
use domain::ratio::Ppm;
use jiff::{Timestamp, ToSpan};

use super::random::Random;
use super::world::{INCIDENT_SOURCE, Story, seconds_after};

/// Weeks of incidents.
pub(super) const WEEKS: usize = 26;
/// The number of the story's first incident; older ones count down from it.
const FIRST_OF_WEEK: i64 = 118;
const MINUTE: i64 = 60;

/// How many incidents counted in each week before the story's, newest first: two a week for twelve
/// weeks, so that three are inside the band.
const COUNTS: [usize; WEEKS - 1] =
    [3, 4, 1, 2, 1, 3, 2, 1, 3, 1, 2, 1, 2, 1, 3, 2, 0, 2, 3, 1, 2, 2, 1, 3, 2];

/// The write-up of an incident.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Postmortem {
    None,
    Draft,
    Published,
}

/// An incident as the story tells it.
#[derive(Clone, Copy)]
struct Sketch {
    weeks_back: i32,
    /// 0 is Monday.
    weekday: i64,
    hour: i64,
    minute: i64,
    /// How long users felt it.
    minutes: i64,
    /// Minutes until somebody noticed.
    noticed_after: i64,
    percent: i64,
    product: &'static str,
    severity: Severity,
    title: &'static str,
    fingerprint: Option<&'static str>,
    detected_by: DetectedBy,
    postmortem: Postmortem,
    deploy: Option<&'static str>,
}

const CERTIFICATE: &str = "erx/signing-certificate-expired";

/// An incident that nothing is known of yet; the stories below fill in what matters.
const PLAIN: Sketch = Sketch {
    weeks_back: 0,
    weekday: 0,
    hour: 10,
    minute: 0,
    minutes: 30,
    noticed_after: 4,
    percent: 10,
    product: "platform",
    severity: Severity::Sev3,
    title: "",
    fingerprint: None,
    detected_by: DetectedBy::Monitor,
    postmortem: Postmortem::None,
    deploy: None,
};

/// The week's own.
const OF_THE_WEEK: [(&str, Sketch); 3] = [
    (
        "118",
        Sketch {
            weekday: 2,
            hour: 9,
            minute: 12,
            minutes: 46,
            noticed_after: 3,
            percent: 63,
            product: "telemed",
            severity: Severity::Sev2,
            title: "ビデオ通話につながらない",
            fingerprint: Some("telemed/chime-concurrency-limit"),
            postmortem: Postmortem::Draft,
            ..PLAIN
        },
    ),
    (
        "119",
        Sketch {
            weekday: 2,
            hour: 9,
            minute: 40,
            minutes: 85,
            noticed_after: 12,
            percent: 10,
            product: "telemed",
            title: "待合室から診察へ進めない",
            fingerprint: Some("telemed/reconnect-storm"),
            detected_by: DetectedBy::Customer,
            ..PLAIN
        },
    ),
    (
        "121",
        Sketch {
            weekday: 4,
            hour: 22,
            minute: 31,
            minutes: 93,
            noticed_after: 7,
            percent: 48,
            product: "erx",
            title: "処方箋に署名できない",
            fingerprint: Some(CERTIFICATE),
            ..PLAIN
        },
    ),
];

/// Older ones that people remember; each comes first in its week.
const REMEMBERED: [Sketch; 7] = [
    Sketch {
        weeks_back: 2,
        weekday: 3,
        hour: 14,
        minute: 5,
        minutes: 38,
        percent: 44,
        product: "telemed",
        severity: Severity::Sev2,
        title: "ビデオ通話の映像が出ない",
        fingerprint: Some("telemed/media-gateway-release"),
        postmortem: Postmortem::Published,
        deploy: Some("telemed-4127"),
        ..PLAIN
    },
    Sketch {
        weeks_back: 5,
        weekday: 1,
        hour: 6,
        minute: 20,
        minutes: 55,
        percent: 15,
        product: "data",
        severity: Severity::Unclassified,
        title: "取り込みの監視から通知が届かない",
        detected_by: DetectedBy::Staff,
        ..PLAIN
    },
    Sketch {
        weeks_back: 6,
        weekday: 0,
        hour: 22,
        minute: 48,
        minutes: 71,
        percent: 35,
        product: "erx",
        title: "処方箋に署名できない",
        fingerprint: Some(CERTIFICATE),
        postmortem: Postmortem::Published,
        ..PLAIN
    },
    Sketch {
        weeks_back: 9,
        weekday: 3,
        hour: 12,
        minute: 17,
        minutes: 64,
        percent: 22,
        product: "payments",
        severity: Severity::Sev2,
        title: "カード決済が失敗する",
        fingerprint: Some("payments/gateway-timeout"),
        postmortem: Postmortem::Published,
        ..PLAIN
    },
    Sketch {
        weeks_back: 10,
        weekday: 1,
        hour: 16,
        minute: 33,
        minutes: 112,
        noticed_after: 26,
        percent: 18,
        product: "insurance",
        title: "見積もりAPIの応答が返らない",
        fingerprint: Some("insurance/quote-lookup-timeout"),
        detected_by: DetectedBy::Customer,
        ..PLAIN
    },
    Sketch {
        weeks_back: 14,
        weekday: 1,
        hour: 8,
        minute: 55,
        minutes: 23,
        noticed_after: 2,
        percent: 90,
        severity: Severity::Sev1,
        title: "サインインができない",
        fingerprint: Some("platform/session-store-failover"),
        postmortem: Postmortem::Published,
        ..PLAIN
    },
    Sketch {
        weeks_back: 19,
        weekday: 2,
        hour: 19,
        minute: 2,
        minutes: 51,
        percent: 40,
        product: "booking",
        severity: Severity::Sev2,
        title: "予約を確定できない",
        fingerprint: Some("booking/lock-contention"),
        postmortem: Postmortem::Published,
        deploy: Some("booking-2290"),
        ..PLAIN
    },
];

/// What goes wrong in an ordinary week: product, title, fingerprint.
const ORDINARY: [(&str, &str, &str); 28] = [
    ("telemed", "通話の音声が途切れる", "telemed/audio-jitter"),
    ("platform", "ログの取り込みが遅れる", "platform/log-ingest-lag"),
    ("booking", "予約の確認メールが届かない", "booking/mail-bounce"),
    ("data", "日次配信が遅れる", "data/delivery-late"),
    ("payments", "領収書が発行されない", "payments/receipt-queue"),
    ("erx", "薬局への送信が遅れる", "erx/pharmacy-slow"),
    ("telemed", "問診票を保存できない", "telemed/questionnaire-save"),
    ("insurance", "資格確認の結果が返らない", "insurance/eligibility-timeout"),
    ("platform", "APIゲートウェイの応答が遅い", "platform/gateway-latency"),
    ("trials", "症例データの取り込みに失敗する", "trials/import-failure"),
    ("booking", "空き枠が古いまま表示される", "booking/stale-slots"),
    ("data", "集計のダッシュボードが更新されない", "data/dashboard-stale"),
    ("telemed", "待合室の順番が更新されない", "telemed/queue-websocket"),
    ("payments", "返金の処理が止まる", "payments/refund-worker"),
    ("erx", "処方箋のPDFを開けない", "erx/pdf-render"),
    ("platform", "内部DNSの解決に失敗する", "platform/dns-resolution"),
    ("booking", "検索結果の表示が遅い", "booking/search-latency"),
    ("trials", "割付の通知が遅れる", "trials/allocation-mail"),
    ("telemed", "診察メモの自動保存が失敗する", "telemed/notes-autosave"),
    ("insurance", "保険証の画像を読み取れない", "insurance/card-ocr"),
    ("data", "権限の同期が遅れる", "data/grant-sync"),
    ("platform", "コンテナの起動が遅い", "platform/slow-image-pull"),
    ("payments", "決済の通知が重複する", "payments/duplicate-webhook"),
    ("erx", "お薬手帳に反映されない", "erx/record-sync"),
    ("booking", "キャンセルが反映されない", "booking/cancel-lag"),
    ("telemed", "画面共有が始まらない", "telemed/screen-share"),
    ("platform", "証明書の配布に失敗する", "platform/certificate-rollout"),
    ("trials", "電子署名の画面が開かない", "trials/esign-page"),
];

/// Incidents in order of time.
pub(super) fn incidents(seed: u64, story: &Story) -> Vec<Incident> {
    let mut random = Random::new(seed, "incidents");
    let known_weeks = i32::try_from(WEEKS.min(story.weeks)).unwrap_or(1);
    let mut ordinary = ORDINARY.iter();
    let mut sketches: Vec<Sketch> = Vec::new();
    for (weeks_back, count) in (1..known_weeks).zip(COUNTS) {
        let remembered = REMEMBERED.iter().find(|sketch| sketch.weeks_back == weeks_back);
        let first_weekday = remembered.map_or(0, |sketch| sketch.weekday + 1);
        sketches.extend(remembered);
        for _ in usize::from(remembered.is_some())..count {
            let known = ordinary.next();
            let fallback = random.pick(&ORDINARY);
            let theme =
                known.copied().map(|(product, title, fingerprint)| (product, title, Some(fingerprint)));
            let theme = theme.or(fallback.map(|(product, title, _)| (product, title, None)));
            let made = theme.map(|theme| ordinary_incident(&mut random, weeks_back, first_weekday, theme));
            sketches.extend(made.map(unmeasured));
        }
    }
    let mut incidents: Vec<Incident> = sketches.iter().map(|sketch| incident(story, "", sketch)).collect();
    incidents.sort_by_key(|incident| incident.impact_start);
    let oldest = FIRST_OF_WEEK - i64::try_from(incidents.len()).unwrap_or(0);
    for (number, incident) in (oldest..).zip(&mut incidents) {
        name(incident, &format!("{number:03}"));
    }
    incidents.extend(OF_THE_WEEK.iter().map(|(id, sketch)| incident(story, id, sketch)));
    if known_weeks > 4 {
        incidents.extend([maintenance(story), drill(story)]);
    }
    incidents.sort_by_key(|incident| incident.impact_start);
    incidents
}

/// Three weeks ago patients suffered from something that no service level of telemedicine measures.
fn unmeasured(sketch: Sketch) -> Sketch {
    let is_it = sketch.weeks_back == 3 && sketch.fingerprint == Some("telemed/questionnaire-save");
    let postmortem = Postmortem::Published;
    if is_it { Sketch { severity: Severity::Sev2, postmortem, ..sketch } } else { sketch }
}

/// An incident of no great account, mostly in working hours.
fn ordinary_incident(
    random: &mut Random,
    weeks_back: i32,
    first_weekday: i64,
    (product, title, fingerprint): (&'static str, &'static str, Option<&'static str>),
) -> Sketch {
    let small = random.between(1, 100) > 58;
    let at_night = random.between(1, 100) > 86;
    let (hour, minutes, percent) = if small {
        (random.between(9, 19), random.between(11, 48), random.between(1, 5))
    } else {
        (random.between(8, 20), random.between(18, 135), random.between(4, 28))
    };
    let detected_by = match random.between(1, 100) {
        1..=74 => DetectedBy::Monitor,
        75..=89 => DetectedBy::Customer,
        90..=97 => DetectedBy::Staff,
        _ => DetectedBy::Vendor,
    };
    Sketch {
        weeks_back,
        weekday: random.between(first_weekday.min(6), 6),
        hour: if at_night { random.between(0, 5) } else { hour },
        minute: random.between(0, 59),
        minutes,
        noticed_after: random.between(1, (minutes / 3).min(14)),
        percent,
        product,
        severity: if small { Severity::Sev4 } else { Severity::Sev3 },
        title,
        fingerprint,
        detected_by,
        ..PLAIN
    }
}

/// An incident with its stages in order: noticed, declared, taken on, mitigated, closed.
fn incident(story: &Story, external_id: &str, sketch: &Sketch) -> Incident {
    let start = story.instant(story.day(sketch.weeks_back, sketch.weekday), sketch.hour, sketch.minute);
    let after = |minutes: i64| seconds_after(start, minutes * MINUTE);
    let declared = after(sketch.noticed_after + 2);
    let resolved = after(sketch.minutes + 26);
    let published = (sketch.postmortem == Postmortem::Published)
        .then(|| story.instant(story.day(sketch.weeks_back, sketch.weekday + 5), 17, 30));
    let mut incident = Incident {
        source: INCIDENT_SOURCE.to_owned(),
        external_id: String::new(),
        title: sketch.title.to_owned(),
        product: sketch.product.to_owned(),
        severity: sketch.severity,
        status: "resolved".to_owned(),
        impact_start: Some(start),
        detected_at: Some(after(sketch.noticed_after)),
        declared_at: declared,
        acknowledged_at: Some(after(sketch.noticed_after + 4)),
        mitigated_at: Some(after(sketch.minutes)),
        resolved_at: Some(resolved),
        impact_fraction: Ppm(sketch.percent * 10_000),
        customer_impact: sketch.severity != Severity::Sev4,
        detected_by: Some(sketch.detected_by),
        cause_deploy_id: sketch.deploy.map(str::to_owned),
        fingerprint: sketch.fingerprint.map(str::to_owned),
        merged_into: None,
        is_test: false,
        planned: false,
        postmortem_url: (sketch.postmortem != Postmortem::None).then(String::new),
        postmortem_published_at: published,
        url: None,
        updated_at: last_change(resolved, published),
        raw: "{}".to_owned(),
        calm: Vec::new(),
    };
    name(&mut incident, external_id);
    incident
}

fn last_change(resolved: Timestamp, published: Option<Timestamp>) -> Timestamp {
    published.map_or(resolved, |published| published.max(resolved))
}

/// Gives an incident its number, and with it its addresses.
fn name(incident: &mut Incident, external_id: &str) {
    incident.external_id = external_id.to_owned();
    incident.url = Some(format!("https://incidents.hinata-health.example/{external_id}"));
    if incident.postmortem_url.is_some() {
        let address = format!("https://postmortems.hinata-health.example/{external_id}");
        incident.postmortem_url = Some(address);
    }
}

/// An announced night of work: listed, never counted.
fn maintenance(story: &Story) -> Incident {
    let sketch = Sketch {
        weeks_back: 2,
        weekday: 6,
        hour: 2,
        minutes: 120,
        noticed_after: 0,
        percent: 100,
        severity: Severity::Sev4,
        title: "計画メンテナンス: 認証データベースの更新",
        detected_by: DetectedBy::Staff,
        ..PLAIN
    };
    Incident { planned: true, customer_impact: true, ..incident(story, "mw-12", &sketch) }
}

/// A drill: listed, never counted.
fn drill(story: &Story) -> Incident {
    let sketch = Sketch {
        weeks_back: 4,
        weekday: 3,
        hour: 14,
        minutes: 45,
        noticed_after: 5,
        percent: 100,
        severity: Severity::Sev1,
        title: "障害訓練: 大阪リージョンへの切り替え",
        ..PLAIN
    };
    Incident {
        is_test: true,
        customer_impact: false,
        updated_at: story.instant(story.day(4, 3).saturating_add(1.days()), 9, 0),
        ..incident(story, "drill-4", &sketch)
    }
}
