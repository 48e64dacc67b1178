//! `kind = "datadog"`: service levels that Datadog keeps.

use std::collections::BTreeMap;

use domain::product::Slug;

use crate::config::named::KnownKey;
use crate::config::{ConfigError, Secret, list, secret};

use super::{Section, is_web_address, wrong};

/// The sites of Datadog, as `site` names them.
const SITES: [&str; 9] = [
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "datadoghq.eu",
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "uk1.datadoghq.com",
    "ddog-gov.com",
    "us2.ddog-gov.com",
];

/// How many SLOs are asked for at once where nothing is said: Datadog's own number.
const PAGE_SIZE: usize = 1_000;

/// The keys of such a source.
pub(super) const KEYS: &[KnownKey] = &[
    ("api_key", true),
    ("application_key", true),
    ("endpoint", false),
    ("page_size", false),
    ("products", false),
    ("site", false),
];

/// Service levels that Datadog keeps.
#[derive(Clone, Debug)]
pub struct Datadog {
    /// The name of the source.
    pub name: String,
    /// The address before `/api/v1`: that of `site`, or `endpoint` itself.
    pub endpoint: String,
    /// `api_key`.
    pub api_key: Secret,
    /// `application_key`.
    pub application_key: Secret,
    /// `products`: products by tag.
    pub products: BTreeMap<String, Slug>,
    /// `page_size`: how many SLOs Datadog is asked for at once.
    pub page_size: usize,
    /// `sync_every_hours`: how often `serve` syncs by itself; never where nothing is said.
    pub sync_every_hours: Option<i64>,
}

impl Section<'_> {
    pub(super) fn datadog(&self, place: &str) -> Result<Datadog, ConfigError> {
        let needed = |own: &str| {
            secret(self.values, &self.key(own))?.ok_or_else(|| {
                let what =
                    "is missing: Datadog wants an API key and an application key with the scope slos_read";
                wrong(place, self.key(own), what)
            })
        };
        let page_size = self.number("page_size", 1, 1_000, "SLOs")?;
        Ok(Datadog {
            name: self.name.to_owned(),
            endpoint: self.site_address(place)?,
            api_key: needed("api_key")?,
            application_key: needed("application_key")?,
            products: self.products()?,
            page_size: page_size.and_then(|size| usize::try_from(size).ok()).unwrap_or(PAGE_SIZE),
            sync_every_hours: self.hours("sync_every_hours")?,
        })
    }

    pub(super) fn site_address(&self, place: &str) -> Result<String, ConfigError> {
        let known = || format!("there are {}", SITES.join(", "));
        match (self.plain("site")?, self.plain("endpoint")?) {
            (Some(_), Some((_, at))) => {
                Err(wrong(&at, self.key("endpoint"), "and site name two places: keep one"))
            }
            (Some((site, _)), None) if SITES.contains(&site.as_str()) => Ok(format!("https://api.{site}")),
            (Some((_, at)), None) => {
                Err(wrong(&at, self.key("site"), format!("is no site of Datadog; {}", known())))
            }
            (None, Some((url, _))) if is_web_address(&url) && !url.contains(['?', '#', ' ', '@']) => {
                Ok(url.trim_end_matches('/').to_owned())
            }
            (None, Some((_, at))) => {
                let what = "is no address without user, query and spaces, such as https://api.datadoghq.eu";
                Err(wrong(&at, self.key("endpoint"), what))
            }
            (None, None) => Err(wrong(place, self.key("site"), format!("is missing; {}", known()))),
        }
    }

    /// Lines such as `service:pay-api=payments`.
    fn products(&self) -> Result<BTreeMap<String, Slug>, ConfigError> {
        let key = self.key("products");
        let mut products = BTreeMap::new();
        for line in list(self.values, &key)? {
            let pair = line.rsplit_once('=').map(|(tag, slug)| (tag.trim(), slug.trim().parse::<Slug>()));
            let Some((tag, Ok(slug))) = pair.filter(|(tag, _)| tag.contains(':')) else {
                let what = format!(
                    "has {line:?}, which is no tag with the short name of its product, such as \"service:pay-api=payments\""
                );
                return Err(wrong(&self.place("products"), key, what));
            };
            products.insert(tag.to_owned(), slug);
        }
        Ok(products)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::config;
    use super::super::SourceConfig;
    use crate::config::Config;

    const KEYS_GIVEN: [(&str, &str); 2] =
        [("TEIREI_SOURCES__DD__API_KEY", "hunter2"), ("TEIREI_SOURCES__DD__APPLICATION_KEY", "hunter3")];

    fn read(lines: &str) -> Result<Config, String> {
        config(&format!("[sources.dd]\nkind = \"datadog\"\n{lines}"), &KEYS_GIVEN)
    }

    #[test]
    fn it_is_read_with_its_defaults() {
        let config = read("site = \"ap1.datadoghq.com\"\nproducts = [\"service:pay-api=payments\"]").unwrap();
        let [SourceConfig::Datadog(datadog)] = &config.sources[..] else { panic!("{config:?}") };
        assert_eq!((datadog.endpoint.as_str(), datadog.page_size), ("https://api.ap1.datadoghq.com", 1_000));
        assert_eq!(datadog.api_key.reveal(), "hunter2");
        assert_eq!(datadog.products["service:pay-api"].as_str(), "payments");
        assert!(!format!("{config:?}").contains("hunter"));
        let config = read("endpoint = \"http://127.0.0.1:1/\"\npage_size = 2").unwrap();
        let [SourceConfig::Datadog(datadog)] = &config.sources[..] else { panic!("{config:?}") };
        assert_eq!((datadog.endpoint.as_str(), datadog.page_size), ("http://127.0.0.1:1", 2));
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        for (lines, message) in [
            ("", "sources.dd.site is missing; there are datadoghq.com, us3.datadoghq.com"),
            ("site = \"datadog.com\"", "sources.dd.site is no site of Datadog; there are datadoghq.com"),
            ("endpoint = \"api.datadoghq.eu\"", "sources.dd.endpoint is no address"),
            (
                "site = \"datadoghq.eu\"\nendpoint = \"https://x\"",
                "sources.dd.endpoint and site name two places",
            ),
            (
                "site = \"datadoghq.eu\"\npage_size = 0",
                "sources.dd.page_size is no number of SLOs from 1 to 1000",
            ),
            (
                "site = \"datadoghq.eu\"\nproducts = [\"pay\"]",
                "sources.dd.products has \"pay\", which is no tag",
            ),
        ] {
            let error = read(lines).unwrap_err();
            assert!(error.contains(message), "{lines}: {error}");
        }
        let error = config("[sources.dd]\nkind = \"datadog\"\nsite = \"datadoghq.eu\"", &[]).unwrap_err();
        assert!(error.contains("sources.dd.api_key is missing: Datadog wants an API key"), "{error}");
    }
}
