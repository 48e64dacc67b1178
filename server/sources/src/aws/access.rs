//! Getting in: credentials, role, endpoint.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_sts::config::{ProvideCredentials, SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::{Builder, Connector, tls};

use super::error::{AwsError, innermost};
use super::explorer::Meter;

/// Where Cost Explorer answers for everybody outside China.
const REGION: &str = "us-east-1";

/// How often a request is tried that was throttled or met a failure of AWS; failures cost nothing.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(400);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// How long one waits for a connection and for one answer.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(90);

/// How one gets in, whatever is asked then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsAccess {
    /// The region that requests are signed for; us-east-1 where none is given.
    pub region: Option<String>,
    /// An endpoint in the place of AWS' own, for all of its services; may be plain HTTP.
    pub endpoint: Option<String>,
    /// A file of credentials in AWS' form, in the place of the machine's own chain.
    pub credentials_file: Option<String>,
    /// The profile in that file, or in the machine's own.
    pub profile: Option<String>,
    /// The role to assume.
    pub role_arn: Option<String>,
    /// The external id that the role asks for.
    pub external_id: Option<String>,
}

impl AwsAccess {
    /// The region that requests are signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        self.region.as_deref().unwrap_or(REGION)
    }
}

/// What is configured about one source that is asked by API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsOptions {
    /// The name of the source.
    pub source: String,
    /// How one gets in.
    pub access: AwsAccess,
    /// The billing view to read.
    pub billing_view_arn: Option<String>,
    /// Whether Organizations is asked for accounts.
    pub organizations: bool,
    /// Accounts that several products share.
    pub mixed: MixedAccounts,
}

/// Accounts whose usage is told apart by a tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MixedAccounts {
    /// The tag's key; without one nothing is told apart.
    pub tag_key: Option<String>,
    /// The ids of the accounts.
    pub accounts: Vec<String>,
}

/// AWS, as one source may ask it.
pub struct Aws {
    pub(super) options: AwsOptions,
    pub(super) billing_account: String,
    pub(super) identity: Option<String>,
    pub(super) explorer: aws_sdk_costexplorer::Client,
    pub(super) organizations: aws_sdk_organizations::Client,
    pub(super) meter: Arc<dyn Meter>,
    /// Whether AWS knows the net metric; it is asked for until it does not.
    pub(super) knows_net: AtomicBool,
}

impl Aws {
    /// Finds credentials, assumes the role and learns whose bill it is. No priced request is made.
    ///
    /// # Errors
    /// [`AwsError::Credentials`], [`AwsError::Role`] or [`AwsError::Unreachable`].
    pub async fn connect(options: AwsOptions, meter: Arc<dyn Meter>) -> Result<Self, AwsError> {
        let config = entered(&options.access).await?;
        let (billing_account, identity) = bill_of(&options, &config).await?;
        Ok(Self {
            billing_account,
            identity,
            explorer: aws_sdk_costexplorer::Client::new(&config),
            organizations: aws_sdk_organizations::Client::new(&config),
            meter,
            options,
            knows_net: AtomicBool::new(true),
        })
    }

    /// The account whose bill is read.
    #[must_use]
    pub fn billing_account(&self) -> &str {
        &self.billing_account
    }
}

/// Finds credentials and assumes the role.
pub(super) async fn entered(access: &AwsAccess) -> Result<SdkConfig, AwsError> {
    let client = web_client();
    let config = machine(access, &client).await;
    let provider = match config.credentials_provider() {
        Some(provider) => provider,
        None => return Err(AwsError::Credentials { what: "no provider is there".to_owned() }),
    };
    let refused = |error: &(dyn std::error::Error + 'static)| AwsError::of_credentials(innermost(error));
    provider.provide_credentials().await.map_err(|error| refused(&error))?;
    with_role(config, access).await
}

/// HTTPS by rustls and ring, through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name, if any.
fn web_client() -> SharedHttpClient {
    Builder::new().build_with_connector_fn(|settings, components| {
        let mut connector = Connector::builder()
            .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
            .proxy_config(ProxyConfig::from_env());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.build()
    })
}

/// What the machine has by itself: environment, files, instance role.
async fn machine(options: &AwsAccess, client: &SharedHttpClient) -> SdkConfig {
    let region = options.region.clone().unwrap_or_else(|| REGION.to_owned());
    let retry = RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(FIRST_PAUSE)
        .with_max_backoff(LONGEST_PAUSE);
    let timeout = TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ANSWER).build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .http_client(client.clone())
        .region(Region::new(region.clone()))
        .retry_config(retry)
        .timeout_config(timeout);
    if let Some(endpoint) = &options.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if options.credentials_file.is_some() || options.profile.is_some() {
        loader = loader.credentials_provider(profile(options, client, region));
    }
    loader.load().await
}

/// A named profile or file goes before everything the machine has.
fn profile(options: &AwsAccess, client: &SharedHttpClient, region: String) -> ProfileFileCredentialsProvider {
    let config =
        ProviderConfig::default().with_http_client(client.clone()).with_region(Some(Region::new(region)));
    let mut builder = ProfileFileCredentialsProvider::builder().configure(&config);
    if let Some(file) = &options.credentials_file {
        let files = EnvConfigFiles::builder().with_file(EnvConfigFileKind::Credentials, file).build();
        builder = builder.profile_files(files);
    }
    if let Some(profile) = &options.profile {
        builder = builder.profile_name(profile);
    }
    builder.build()
}

/// The same, acting as the configured role.
async fn with_role(config: SdkConfig, options: &AwsAccess) -> Result<SdkConfig, AwsError> {
    let Some(role) = &options.role_arn else { return Ok(config) };
    let mut builder = AssumeRoleProvider::builder(role).session_name("teirei").configure(&config);
    if let Some(id) = &options.external_id {
        builder = builder.external_id(id);
    }
    let provider = SharedCredentialsProvider::new(builder.build().await);
    if let Err(error) = provider.provide_credentials().await {
        return Err(AwsError::Role {
            role: role.clone(),
            what: innermost(&error),
            external: if options.external_id.is_some() { " with the configured external id" } else { "" },
        });
    }
    Ok(config.into_builder().credentials_provider(provider).build())
}

/// The account whose bill it is: the billing view's, the role's, or that of the credentials; with the
/// identity where it was asked for.
async fn bill_of(options: &AwsOptions, config: &SdkConfig) -> Result<(String, Option<String>), AwsError> {
    let named = [&options.billing_view_arn, &options.access.role_arn];
    let account = named.into_iter().flatten().find_map(|arn| account_of(arn));
    if let Some(account) = account {
        return Ok((account, None));
    }
    let asked = aws_sdk_sts::Client::new(config).get_caller_identity().send().await;
    let identity = asked.map_err(|error| AwsError::of(&error))?;
    match identity.account() {
        Some(account) => Ok((account.to_owned(), identity.arn().map(str::to_owned))),
        None => Err(AwsError::Answer { what: "an identity without an account".to_owned() }),
    }
}

/// The account in an ARN.
fn account_of(arn: &str) -> Option<String> {
    let account = arn.split(':').nth(4)?;
    let is_account = !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| account.to_owned())
}

#[cfg(test)]
mod tests {
    use super::account_of;

    #[test]
    fn the_account_stands_in_the_arn() {
        for (arn, account) in [
            ("arn:aws:iam::123456789012:role/teirei", Some("123456789012")),
            ("arn:aws:billing::123456789012:billingview/primary", Some("123456789012")),
            ("arn:aws:iam::aws:policy/x", None),
            ("nonsense", None),
        ] {
            assert_eq!(account_of(arn).as_deref(), account, "{arn}");
        }
    }
}
