//! What was put into production in half a year: a few deploys a week, of which some broke something, some were taken
//! back, and some only came shortly before something else broke.

use domain::deploy::{Deploy, DeployStatus};
use domain::product::Environment;
use jiff::ToSpan;

use super::incidents::WEEKS;
use super::random::Random;
use super::world::{Story, seconds_after};

/// The name of the source of deploys.
pub const DEPLOY_SOURCE: &str = "argocd";

/// How often a product is deployed in a week, and the number of its newest deploy; the last is of a product that the
/// catalogue does not know.
const PRODUCTS: [(&str, i64, i64); 9] = [
    ("telemed", 3, 4_131),
    ("booking", 2, 2_340),
    ("erx", 2, 1_518),
    ("payments", 1, 987),
    ("platform", 2, 3_402),
    ("data", 1, 655),
    ("insurance", 1, 412),
    ("trials", 1, 208),
    ("reception-kiosk", 0, 14),
];

/// A deploy that an incident of the story names, or that came shortly before one.
struct Remembered {
    product: &'static str,
    weeks_back: i32,
    /// 0 is Monday.
    weekday: i64,
    hour: i64,
    minute: i64,
    id: Option<&'static str>,
    status: DeployStatus,
}

const REMEMBERED: [Remembered; 4] = [
    Remembered {
        product: "telemed",
        weeks_back: 0,
        weekday: 2,
        hour: 8,
        minute: 48,
        id: None,
        status: DeployStatus::Succeeded,
    },
    Remembered {
        product: "telemed",
        weeks_back: 2,
        weekday: 3,
        hour: 13,
        minute: 41,
        id: Some("telemed-4127"),
        status: DeployStatus::RolledBack,
    },
    Remembered {
        product: "booking",
        weeks_back: 19,
        weekday: 2,
        hour: 18,
        minute: 26,
        id: Some("booking-2290"),
        status: DeployStatus::Succeeded,
    },
    Remembered {
        product: "reception-kiosk",
        weeks_back: 1,
        weekday: 3,
        hour: 11,
        minute: 20,
        id: None,
        status: DeployStatus::Succeeded,
    },
];

/// Deploys in order of time.
pub(super) fn deploys(seed: u64, story: &Story) -> Vec<Deploy> {
    let mut random = Random::new(seed, "deploys");
    let weeks = i32::try_from(WEEKS.min(story.weeks)).unwrap_or(1);
    let mut deploys: Vec<Deploy> = Vec::new();
    for (product, a_week, newest) in PRODUCTS {
        let mut mine: Vec<Deploy> = Vec::new();
        for weeks_back in (0..weeks).rev() {
            for _ in 0..random.between(a_week - 1, a_week).max(0) {
                mine.push(ordinary(&mut random, story, product, weeks_back));
            }
            let known =
                REMEMBERED.iter().filter(|one| one.product == product && one.weeks_back == weeks_back);
            mine.extend(known.map(|one| remembered(story, one)));
        }
        mine.sort_by_key(|deploy| deploy.finished_at);
        let oldest = newest + 1 - i64::try_from(mine.len()).unwrap_or(0);
        for (number, deploy) in (oldest..).zip(&mut mine) {
            name(deploy, product, number);
        }
        deploys.extend(mine);
    }
    deploys.retain(|deploy| deploy.finished_at < story.as_of);
    deploys.sort_by(|one, other| {
        (one.finished_at, &one.external_id).cmp(&(other.finished_at, &other.external_id))
    });
    deploys
}

/// On a working day, in the hours in which people deploy.
fn ordinary(random: &mut Random, story: &Story, product: &'static str, weeks_back: i32) -> Deploy {
    let day = story.day(weeks_back, random.between(0, 4));
    let at = story.instant(day, random.between(10, 17), random.between(0, 59));
    let environment = if random.between(1, 6) == 1 { Environment::Staging } else { Environment::Production };
    let status = match random.between(1, 40) {
        1..=2 => DeployStatus::Failed,
        3 => DeployStatus::RolledBack,
        _ => DeployStatus::Succeeded,
    };
    let author = random.pick(&["西村 光", "森 友美", "高橋 由", "原 千尋"]).unwrap_or_default();
    Deploy {
        source: DEPLOY_SOURCE.to_owned(),
        external_id: String::new(),
        product: product.to_owned(),
        repository: None,
        environment: Some(environment),
        version: String::new(),
        finished_at: at,
        status,
        author: Some(author.to_owned()),
        url: None,
        updated_at: if status == DeployStatus::RolledBack { seconds_after(at, 3_600) } else { at },
    }
}

fn remembered(story: &Story, one: &Remembered) -> Deploy {
    let at = story.instant(story.day(one.weeks_back, one.weekday), one.hour, one.minute);
    let later = at.checked_add(40.minutes()).unwrap_or(at);
    Deploy {
        source: DEPLOY_SOURCE.to_owned(),
        external_id: one.id.unwrap_or_default().to_owned(),
        product: one.product.to_owned(),
        repository: None,
        environment: Some(Environment::Production),
        version: String::new(),
        finished_at: at,
        status: one.status,
        author: Some("西村 光".to_owned()),
        url: None,
        updated_at: if one.status == DeployStatus::RolledBack { later } else { at },
    }
}

/// Gives a deploy its number, and with it its version; an incident's own keeps the id that the incident names.
fn name(deploy: &mut Deploy, product: &str, number: i64) {
    if deploy.external_id.is_empty() {
        deploy.external_id = format!("{product}-d{number}");
    }
    deploy.version = format!("v{}.{}", number / 100, number % 100);
    deploy.url = Some(format!("https://deploys.hinata-health.example/{}", deploy.external_id));
}
