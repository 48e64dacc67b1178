//! `[sign_in]`: who vouches for people, what their groups may do, and how long sessions last.

use axum::http::Uri;
use domain::access::Grant;
use domain::session::SessionTerms;
use jiff::SignedDuration;

use super::{ConfigError, Secret, Value, Values, channel, list, secret, text};
use crate::auth::claims::GOOGLE;

/// The keys, and whether each has a twin ending in `_file`.
pub(super) const KEYS: [(&str, bool); 17] = [
    (ACCOUNTS, false),
    ("sign_in.absolute_hours", false),
    ("sign_in.balancer_arn", false),
    ("sign_in.balancer_issuer", false),
    ("sign_in.balancer_keys", false),
    ("sign_in.client_id", false),
    (CLIENT_SECRET, true),
    ("sign_in.email_verified_claim", false),
    ("sign_in.groups_claim", false),
    ("sign_in.hosted_domains", false),
    ("sign_in.idle_hours", false),
    (ISSUER, false),
    ("sign_in.label", false),
    (PREVIOUS, true),
    (ROLES, false),
    ("sign_in.scopes", false),
    (SECRET, true),
];

const ACCOUNTS: &str = "sign_in.accounts";
const CLIENT_SECRET: &str = "sign_in.client_secret";
const ISSUER: &str = "sign_in.issuer";
const PREVIOUS: &str = "sign_in.previous_secret";
const ROLES: &str = "sign_in.roles";
const SECRET: &str = "sign_in.secret";

/// Keys whose value may be a number.
pub(super) const NUMBERS: [&str; 2] = ["sign_in.absolute_hours", "sign_in.idle_hours"];

/// The fewest characters of the secret that seals.
const SHORTEST_SECRET: usize = 32;

/// What examples have: a secret that everybody knows is none.
const KNOWN_SECRETS: [&str; 8] =
    ["change", "example", "secret", "password", "teirei", "0123456789", "abcdefgh", "your"];

/// How people are recognised.
#[derive(Clone, Debug, Default)]
pub struct SignInConfig {
    /// `accounts`: whether accounts are kept here, with passwords.
    pub accounts: bool,
    /// Who is asked by OpenID Connect.
    pub provider: Option<ProviderConfig>,
    /// The load balancer that signs in.
    pub balancer: Option<BalancerConfig>,
    /// `idle_hours`, `absolute_hours`: how long sessions last.
    pub terms: SessionTerms,
    /// `roles`: what a group may do; `*` is everybody who is vouched for.
    pub roles: Vec<(String, Grant)>,
    /// `hosted_domains`: the only domains of mail addresses that are let in; any where there is none.
    pub hosted_domains: Vec<String>,
    /// `groups_claim`: the claim with the groups.
    pub groups_claim: String,
    /// `email_verified_claim`: the claim that says that the address is theirs.
    pub email_verified_claim: String,
}

/// A provider of OpenID Connect.
#[derive(Clone, Debug)]
pub struct ProviderConfig {
    /// `issuer`: its address, exactly as it names itself.
    pub issuer: String,
    /// `client_id`: as what we are known there.
    pub client_id: String,
    /// `client_secret`: what we prove that with.
    pub client_secret: Secret,
    /// `scopes`: what is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// `label`: its name on the button; its host where nothing is said.
    pub label: String,
    /// `secret`, then `previous_secret`: what seals the proofs that the database keeps.
    pub secrets: Vec<Secret>,
}

/// A load balancer of AWS that signs in and signs what it found.
#[derive(Clone, Debug)]
pub struct BalancerConfig {
    /// `balancer_arn`: which one; no other's word counts.
    pub arn: String,
    /// `balancer_issuer`: who vouches for people there.
    pub issuer: String,
    /// `balancer_keys`: where its keys are, with `{kid}` in the place of the key's name.
    pub keys: String,
}

impl SignInConfig {
    /// Whether people are asked who they are.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.accounts || self.provider.is_some() || self.balancer.is_some()
    }
}

/// What is configured.
pub(super) fn of(values: &Values, public_url: Option<&str>) -> Result<SignInConfig, ConfigError> {
    let section = Section(values);
    let accounts = match section.word(ACCOUNTS)?.as_deref() {
        None | Some("off") => false,
        Some("on") => true,
        Some(_) => return Err(section.wrong(ACCOUNTS, "is on or off")),
    };
    let config = SignInConfig {
        accounts,
        provider: section.provider(public_url)?,
        balancer: section.balancer()?,
        terms: section.terms()?,
        roles: section.roles()?,
        hosted_domains: section.domains()?,
        groups_claim: section.word("sign_in.groups_claim")?.unwrap_or_else(|| "groups".to_owned()),
        email_verified_claim: section
            .word("sign_in.email_verified_claim")?
            .unwrap_or_else(|| "email_verified".to_owned()),
    };
    if (config.provider.is_some() || config.balancer.is_some()) && config.roles.is_empty() {
        let what = "is missing: say who may do what, such as roles = [\"sre = reviewer\", \"* = viewer\"]; \
                    without it nobody is let in";
        return Err(section.wrong(ROLES, what));
    }
    let is_anybodys = config.provider.as_ref().is_some_and(|provider| provider.issuer == GOOGLE);
    if is_anybodys && config.hosted_domains.is_empty() {
        let what = "is missing: without it anybody with an account at Google would come in";
        return Err(section.wrong("sign_in.hosted_domains", what));
    }
    Ok(config)
}

struct Section<'v>(&'v Values);

impl Section<'_> {
    fn word(&self, key: &str) -> Result<Option<String>, ConfigError> {
        Ok(text(self.0, key)?.map(|(word, _)| word).filter(|word| !word.trim().is_empty()))
    }

    fn wrong(&self, key: &str, what: impl Into<String>) -> ConfigError {
        let own = [key.to_owned(), format!("{key}_file")];
        let found = own.iter().find_map(|key| self.0.get(key));
        let place = found.or_else(|| self.0.get(ISSUER)).or_else(|| self.0.get("sign_in.balancer_arn"));
        let place = place.map_or_else(|| "sign_in".to_owned(), |found| found.place.clone());
        ConfigError::Value { place, key: key.to_owned(), what: what.into() }
    }

    fn wanted(&self, key: &str, what: &str) -> Result<String, ConfigError> {
        self.word(key)?.ok_or_else(|| self.wrong(key, format!("is missing: {what}")))
    }

    fn provider(&self, public_url: Option<&str>) -> Result<Option<ProviderConfig>, ConfigError> {
        let Some(issuer) = self.word(ISSUER)? else {
            let alone = ["sign_in.client_id", CLIENT_SECRET, "sign_in.client_secret_file"];
            return match alone.iter().find(|key| self.0.contains_key(**key)) {
                Some(key) => Err(self.wrong(key, "means nothing without sign_in.issuer")),
                None => Ok(None),
            };
        };
        let uri = self.address(ISSUER, &issuer)?;
        if public_url.is_none() {
            let what = "needs server.public_url, the address that the provider leads people back to";
            return Err(self.wrong(ISSUER, what));
        }
        let what = "the provider shows it where the application was registered";
        let client_id = self.wanted("sign_in.client_id", what)?;
        let client_secret =
            secret(self.0, CLIENT_SECRET)?.filter(|secret| !secret.reveal().trim().is_empty());
        let what = "is missing: the provider shows it once, better in a file named by client_secret_file";
        let client_secret = client_secret.ok_or_else(|| self.wrong(CLIENT_SECRET, what))?;
        let mut scopes = list(self.0, "sign_in.scopes")?;
        if scopes.is_empty() {
            scopes = ["email", "profile"].map(str::to_owned).to_vec();
        }
        let host = uri.host().unwrap_or_default().to_owned();
        let label = self.word("sign_in.label")?.unwrap_or(host);
        Ok(Some(ProviderConfig { issuer, client_id, client_secret, scopes, label, secrets: self.secrets()? }))
    }

    /// What seals; one that is missing, short or known is refused, because nobody reads a warning.
    fn secrets(&self) -> Result<Vec<Secret>, ConfigError> {
        let make = "make one with `openssl rand -base64 48` and name its file by sign_in.secret_file";
        let first = secret(self.0, SECRET)?;
        let first = first.ok_or_else(|| self.wrong(SECRET, format!("is missing: {make}")))?;
        let mut secrets = vec![first];
        secrets.extend(secret(self.0, PREVIOUS)?);
        for (secret, key) in secrets.iter().zip([SECRET, PREVIOUS]) {
            let text = secret.reveal().trim();
            let lower = text.to_lowercase();
            let mut letters: Vec<char> = text.chars().collect();
            letters.sort_unstable();
            letters.dedup();
            if text.chars().count() < SHORTEST_SECRET {
                return Err(self.wrong(key, format!("is shorter than {SHORTEST_SECRET} characters: {make}")));
            }
            if letters.len() < 10 || KNOWN_SECRETS.iter().any(|known| lower.contains(known)) {
                return Err(self.wrong(key, format!("is one that others can guess: {make}")));
            }
        }
        Ok(secrets)
    }

    fn balancer(&self) -> Result<Option<BalancerConfig>, ConfigError> {
        const ARN: &str = "sign_in.balancer_arn";
        let Some(arn) = self.word(ARN)? else { return Ok(None) };
        let parts: Vec<&str> = arn.split(':').collect();
        let (["arn", partition, "elasticloadbalancing", region, _, name], true) =
            (parts.as_slice(), !arn.contains('*'))
        else {
            let what = "is no ARN such as arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/…";
            return Err(self.wrong(ARN, what));
        };
        if !name.starts_with("loadbalancer/app/") {
            return Err(self.wrong(ARN, "is not that of an application load balancer"));
        }
        let what = "give the issuer that is configured at the load balancer";
        let issuer = self.wanted("sign_in.balancer_issuer", what)?;
        let of_aws = match *partition {
            "aws-us-gov" => {
                format!("https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}/{{kid}}")
            }
            "aws-cn" => {
                format!("https://s3.{region}.amazonaws.com.cn/aws-elb-public-keys-prod-{region}/{{kid}}")
            }
            _ => format!("https://public-keys.auth.elb.{region}.amazonaws.com/{{kid}}"),
        };
        let keys = self.word("sign_in.balancer_keys")?.unwrap_or(of_aws);
        let Some((start, "")) = keys.split_once("{kid}") else {
            return Err(self.wrong("sign_in.balancer_keys", "is an address that ends with {kid}"));
        };
        self.address("sign_in.balancer_keys", start)?;
        Ok(Some(BalancerConfig { arn, issuer, keys }))
    }

    fn address(&self, key: &str, address: &str) -> Result<Uri, ConfigError> {
        let is_plain = !address.contains(['?', '#', '@', '\\', ' ']);
        match address.parse::<Uri>() {
            Ok(uri) if is_plain && channel::may_be_told(&uri) => Ok(uri),
            _ => {
                let what =
                    "is no address such as https://login.example.com; http:// is for this machine alone";
                Err(self.wrong(key, what))
            }
        }
    }

    fn terms(&self) -> Result<SessionTerms, ConfigError> {
        let default = SessionTerms::default();
        let hours = |key: &str, most: i64, default: SignedDuration| {
            let Some(hours) = self.word(key)? else { return Ok(default) };
            let hours = hours.parse().ok().filter(|hours| (1..=most).contains(hours));
            let hours =
                hours.ok_or_else(|| self.wrong(key, format!("is no number of hours from 1 to {most}")));
            hours.map(SignedDuration::from_hours)
        };
        Ok(SessionTerms {
            idle: hours("sign_in.idle_hours", 168, default.idle)?,
            absolute: hours("sign_in.absolute_hours", 720, default.absolute)?,
        })
    }

    /// `GROUP = ROLE:PRODUCTS`; from the environment with `;` between them.
    fn roles(&self) -> Result<Vec<(String, Grant)>, ConfigError> {
        let lines: Vec<String> = match self.0.get(ROLES).map(|found| &found.value) {
            None => Vec::new(),
            Some(Value::List(lines)) => lines.clone(),
            Some(Value::Text(text)) => text.split(';').map(str::to_owned).collect(),
        };
        let read = |line: &String| {
            let (group, grant) = line.rsplit_once('=').ok_or_else(|| {
                self.wrong(ROLES, "has a line without =: write GROUP = ROLE or GROUP = ROLE:shop,search")
            })?;
            let grant = grant.trim().parse::<Grant>().map_err(|error| {
                self.wrong(ROLES, format!("cannot be read for the group {}: {error}", group.trim()))
            })?;
            Ok((group.trim().to_owned(), grant))
        };
        lines.iter().filter(|line| !line.trim().is_empty()).map(read).collect()
    }

    fn domains(&self) -> Result<Vec<String>, ConfigError> {
        let domains = list(self.0, "sign_in.hosted_domains")?;
        let is_domain = |domain: &String| {
            domain.contains('.') && !domain.starts_with('.') && !domain.contains(['@', '*', '/', ' '])
        };
        match domains.iter().find(|domain| !is_domain(domain)) {
            Some(domain) => {
                let what = format!("has “{domain}”, which is no whole domain such as corp.example");
                Err(self.wrong("sign_in.hosted_domains", what))
            }
            None => Ok(domains),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::super::tests::config;

    const SECRET: &str = "kX9v2QwLr7TnB4ZsJ6YhP1MfC8DgA3Ue";

    fn oidc(more: &str) -> String {
        format!(
            "[server]\npublic_url = \"https://srv.example\"\n[sign_in]\nissuer = \"https://login.example/realm\"\n\
             client_id = \"teirei\"\nclient_secret = \"hunter2\"\nsecret = \"{SECRET}\"\nroles = [\"* = viewer\"]\n{more}"
        )
    }

    fn read(file: &str) -> Config {
        config(file, &[]).unwrap()
    }

    #[test]
    fn nobody_is_asked_where_nothing_is_said() {
        assert!(!read("").sign_in.is_asked());
        assert!(!read("[sign_in]\nidle_hours = 2\n").sign_in.is_asked());
        assert!(read("[sign_in]\naccounts = \"on\"\n").sign_in.is_asked());
    }

    #[test]
    fn a_provider_is_read_and_its_secrets_are_never_printed() {
        let config =
            read(&oidc("hosted_domains = [\"corp.example\"]\nidle_hours = 2\nabsolute_hours = 24\n"));
        let provider = config.sign_in.provider.as_ref().unwrap();
        assert_eq!(
            (provider.issuer.as_str(), provider.label.as_str()),
            ("https://login.example/realm", "login.example")
        );
        assert_eq!(provider.scopes, ["email", "profile"]);
        assert_eq!((config.sign_in.terms.idle.as_hours(), config.sign_in.terms.absolute.as_hours()), (2, 24));
        let printed = format!("{config:?}");
        assert!(!printed.contains("hunter2") && !printed.contains(SECRET));
    }

    #[test]
    fn the_example_can_be_used() {
        let example = include_str!("../../../docs/examples/sign-in.toml")
            .replace("client_secret_file", "client_secret")
            .replace("\nsecret_file = \"/run/secrets/teirei-seal\"", &format!("\nsecret = \"{SECRET}\""));
        let config = read(&example);
        assert_eq!((config.sign_in.roles.len(), config.sign_in.hosted_domains.len()), (4, 1));
    }

    #[test]
    fn a_group_may_do_what_its_lines_say() {
        let roles = "roles = [\"sre = reviewer\", \"a=b = editor:shop,search\", \"* = viewer:shop\"]";
        let config = read(&oidc("").replace("roles = [\"* = viewer\"]", roles));
        let told: Vec<String> = config
            .sign_in
            .roles
            .iter()
            .map(|(group, grant)| format!("{group} {} {}", grant.role.as_str(), grant.products))
            .collect();
        assert_eq!(told, ["sre reviewer *", "a=b editor search,shop", "* viewer shop"]);
    }

    #[test]
    fn a_load_balancer_of_aws_is_asked_for_its_keys_in_its_region() {
        let file = "[sign_in]\nbalancer_arn = \"arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/t/1\"\n\
                    balancer_issuer = \"https://login.example\"\nroles = [\"* = viewer\"]\n";
        let balancer = read(file).sign_in.balancer.unwrap();
        assert_eq!(balancer.keys, "https://public-keys.auth.elb.ap-northeast-1.amazonaws.com/{kid}");
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let without = |key: &str| {
            let lines = oidc("");
            lines.lines().filter(|line| !line.starts_with(key)).collect::<Vec<_>>().join("\n")
        };
        let with_secret = |secret: &str| oidc("").replace(SECRET, secret);
        for (file, message) in [
            (without("client_id"), "sign_in.client_id is missing"),
            (without("client_secret"), "sign_in.client_secret is missing"),
            (without("roles"), "sign_in.roles is missing"),
            (without("public_url"), "sign_in.issuer needs server.public_url"),
            (without("issuer"), "sign_in.client_id means nothing without sign_in.issuer"),
            (oidc("idle_hours = 0"), "sign_in.idle_hours is no number of hours from 1 to 168"),
            (oidc("hosted_domains = [\"@corp.example\"]"), "sign_in.hosted_domains has “@corp.example”"),
            (oidc("hosted_domains = [\"*.corp.example\"]"), "sign_in.hosted_domains has “*.corp.example”"),
            (
                oidc("").replace("https://login.example/realm", "https://accounts.google.com"),
                "sign_in.hosted_domains is missing: without it anybody",
            ),
            (oidc("isuer = \"x\""), "sign_in.isuer is not known; did you mean sign_in.issuer?"),
            (oidc("accounts = \"yes\""), "sign_in.accounts is on or off"),
            (oidc("").replace("https://login", "http://login"), "sign_in.issuer is no address such as"),
            (oidc("").replace("* = viewer", "* = owner"), "sign_in.roles cannot be read for the group *"),
            (oidc("").replace("* = viewer", "viewer"), "sign_in.roles has a line without ="),
            ("[sign_in]\nbalancer_arn = \"*\"".to_owned(), "sign_in.balancer_arn is no ARN"),
        ] {
            let error = config(&file, &[]).unwrap_err();
            assert!(error.contains(message), "{file}: {error}");
        }
        // CVE-2023-27524: a default or guessable secret does not start, and the sentence says how to make one.
        let changed = "change-me-change-me-change-me-change-me";
        for (secret, what) in [
            ("hunter2hunter2", "is shorter than 32 characters"),
            (changed, "is one that others can guess"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "is one that others can guess"),
            ("thisIsMyScretKeyForExampleConfigurations", "is one that others can guess"),
        ] {
            let error = config(&with_secret(secret), &[]).unwrap_err();
            assert!(error.contains(what) && error.contains("openssl rand"), "{error}");
            assert!(!error.contains(secret), "{error}");
        }
        assert!(config(&without("secret"), &[]).unwrap_err().contains("sign_in.secret is missing"));
    }
}
