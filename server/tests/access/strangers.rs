//! A bounded storm of odd requests: none is answered above its role, none breaks a door.

use axum::http::Method;
use domain::access::Need;
use server::access::routes::{TABLE, need};

use super::{PEOPLE, access_of, guarded};
use crate::support::{House, request, send};

/// Numbers that look random and are the same every time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[usize::try_from(self.next() % things.len() as u64).unwrap()]
    }
}

const METHODS: [&str; 10] = ["GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const SEGMENTS: [&str; 24] = [
    "2026-W47",
    "2026-W46",
    "2026-W99",
    "erx",
    "telemed",
    "1",
    "0",
    "-1",
    "9223372036854775808",
    ":token",
    "{week}",
    "%2e%2e",
    "..",
    ".",
    "%2F",
    "admin",
    "summary",
    "product-telemed",
    "a b",
    "%E4%BA%88%E7%B4%84",
    "'--",
    "<b>",
    "null",
    "compare",
];

const TAILS: [&str; 12] = [
    "",
    "",
    "",
    "/",
    "//",
    ".json",
    ".csv",
    ".md",
    ".png",
    ".json.json",
    "?version=draft",
    "?week=2026-W47&lang=en",
];

const AUTHORIZATION: [&str; 6] = [
    "Bearer srr_0000000000000000000000000000000000000000000",
    "Bearer ",
    "Basic YWRtaW46YWRtaW4=",
    "Bearer null",
    "bearer x",
    "",
];

fn odd_path(dice: &mut Dice) -> String {
    let rule = dice.of(TABLE);
    let segments: Vec<String> = rule
        .pattern
        .split('/')
        .map(|segment| {
            match segment.starts_with('{') || dice.next().is_multiple_of(15) && !segment.is_empty() {
                true => (*dice.of(&SEGMENTS)).to_owned(),
                false => segment.to_owned(),
            }
        })
        .collect();
    let path = format!("{}{}", segments.join("/"), dice.of(&TAILS));
    path.replace(' ', "%20").replace('<', "%3C").replace('>', "%3E").replace('{', "%7B").replace('}', "%7D")
}

#[tokio::test]
async fn no_odd_request_is_answered_above_its_role() {
    let house = House::furnished().await;
    let router = guarded(&house);
    let before = house.store.revision().await.unwrap();
    let mut dice = Dice(20261123);
    let mut answered = 0;
    for _ in 0..3_000 {
        let (path, method) = (odd_path(&mut dice), *dice.of(&METHODS));
        // The ones who may write nothing: whatever they send, the data stays as it is.
        let name = *dice.of(&["", "newcomer", "viewer-of-erx", "viewer", "nobody-known"]);
        let authorization = *dice.of(&AUTHORIZATION);
        let headers = [
            ("x-story-name", name),
            ("authorization", authorization),
            ("sec-fetch-site", "same-origin"),
            ("x-amzn-oidc-data", "eyJhbGciOiJub25lIn0.e30."),
            ("x-webauth-user", "admin"),
            ("x_forwarded_user", "admin"),
        ];
        let Ok(parsed) = path.parse::<axum::http::Uri>() else { continue };
        let answer = send(&router, request(method, &path, &headers, "")).await;
        let status = answer.status.as_u16();
        assert!(status < 500, "{name} {method} {path}: {status} {}", answer.body);
        let asked = need(&method.parse::<Method>().unwrap(), parsed.path());
        let may = match (access_of(name), asked) {
            (_, Some(Need::Nothing)) => true,
            (Some(access), Some(need)) => need.is_met(&access),
            _ => false,
        };
        if (200..300).contains(&status) {
            answered += 1;
            assert!(may, "{name} {method} {path} got {status}");
        }
        // A link proves itself: what comes there is answered whoever sends it.
        let is_link = parsed.path().starts_with("/s/");
        if access_of(name).is_none()
            && !is_link
            && asked != Some(Need::Nothing)
            && status != 400
            && status != 414
        {
            assert_eq!(status, 401, "{name} {method} {path}");
        }
    }
    assert!(answered > 50, "some are answered: {answered}");
    assert_eq!(house.store.revision().await.unwrap(), before, "nothing was written");
    assert!(PEOPLE.iter().all(|(name, _)| access_of(name).is_some()));
}
