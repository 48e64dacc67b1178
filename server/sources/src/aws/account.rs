//! The accounts of the organisation: state, place and tags.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_organizations::types::Account;
use domain::sync::CloudAccount;

use super::access::Aws;
use super::error::AwsError;

/// The largest page Organizations gives.
const PAGE: i32 = 20;

impl Aws {
    /// All accounts by id, with the names of their organizational units and their tags where these may
    /// be read. Requests to Organizations cost nothing.
    ///
    /// # Errors
    /// [`AwsError::NoOrganization`] or [`AwsError::Denied`] where accounts may not be listed at all.
    pub async fn accounts(&self) -> Result<Vec<CloudAccount>, AwsError> {
        let listed = self.accounts_list().await?;
        let units = self.units_name(&listed).await?;
        let mut may_read_tags = true;
        let mut accounts = BTreeMap::new();
        for account in listed {
            let Some(id) = account.id() else { continue };
            let tags = if may_read_tags { self.tags_of(id).await? } else { None };
            may_read_tags = tags.is_some();
            let described = CloudAccount {
                source: self.options.source.clone(),
                id: id.to_owned(),
                name: account.name().unwrap_or_default().to_owned(),
                state: account.state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
                path: path_of(&account, &units),
                tags: tags.unwrap_or_default(),
            };
            accounts.insert(id.to_owned(), described);
        }
        Ok(accounts.into_values().collect())
    }

    /// One page of accounts, to learn whether that is allowed.
    pub(super) async fn accounts_look(&self) -> Result<(), AwsError> {
        let asked = self.organizations.list_accounts().max_results(1).send().await;
        asked.map(drop).map_err(|error| AwsError::of(&error))
    }

    async fn accounts_list(&self) -> Result<Vec<Account>, AwsError> {
        let mut accounts = Vec::new();
        let mut seen = BTreeSet::new();
        let mut token: Option<String> = None;
        loop {
            let asked =
                self.organizations.list_accounts().max_results(PAGE).set_next_token(token).send().await;
            let page = asked.map_err(|error| AwsError::of(&error))?;
            accounts.extend(page.accounts.unwrap_or_default());
            // A page may be empty and still not be the last one.
            match page.next_token {
                None => return Ok(accounts),
                Some(next) if seen.insert(next.clone()) => token = Some(next),
                Some(_) => return Err(AwsError::Pages { what: "the same token came twice".to_owned() }),
            }
        }
    }

    /// The names of all organizational units on the way to the accounts; none where they may not be read.
    async fn units_name(&self, accounts: &[Account]) -> Result<BTreeMap<String, String>, AwsError> {
        let paths = accounts.iter().flat_map(|account| account.paths());
        let ids: BTreeSet<&str> =
            paths.flat_map(|path| path.split('/')).filter(|id| id.starts_with("ou-")).collect();
        let mut names = BTreeMap::new();
        for id in ids {
            let asked =
                self.organizations.describe_organizational_unit().organizational_unit_id(id).send().await;
            match asked.map_err(|error| AwsError::of(&error)) {
                Ok(answer) => {
                    let name = answer.organizational_unit().and_then(|unit| unit.name());
                    names.insert(id.to_owned(), name.unwrap_or(id).to_owned());
                }
                Err(AwsError::Denied { .. }) => return Ok(BTreeMap::new()),
                Err(error) => return Err(error),
            }
        }
        Ok(names)
    }

    /// The tags of an account, by key; `None` where they may not be read.
    async fn tags_of(&self, id: &str) -> Result<Option<Vec<(String, String)>>, AwsError> {
        let mut tags = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut token: Option<String> = None;
        loop {
            let request = self.organizations.list_tags_for_resource().resource_id(id);
            match request.set_next_token(token).send().await.map_err(|error| AwsError::of(&error)) {
                Ok(page) => {
                    let told = page.tags.unwrap_or_default();
                    tags.extend(told.into_iter().map(|tag| (tag.key, tag.value)));
                    match page.next_token {
                        None => return Ok(Some(tags.into_iter().collect())),
                        Some(next) if seen.insert(next.clone()) => token = Some(next),
                        Some(_) => {
                            return Err(AwsError::Pages { what: "the same token came twice".to_owned() });
                        }
                    }
                }
                Err(AwsError::Denied { .. }) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}

/// `o-…/r-…/ou-…/ou-…/` as the names of the units, from the root.
fn path_of(account: &Account, units: &BTreeMap<String, String>) -> String {
    let Some(path) = account.paths().first() else { return String::new() };
    let names = path.split('/').filter_map(|id| match id {
        id if id.starts_with("r-") => Some("Root"),
        id if id.starts_with("ou-") => Some(units.get(id).map_or(id, String::as_str)),
        _ => None,
    });
    names.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_in_names_where_they_are_known() {
        let account = Account::builder().paths("o-1/r-2/ou-2-a/ou-2-b/123/").build();
        let units = BTreeMap::from([("ou-2-a".to_owned(), "Workloads".to_owned())]);
        assert_eq!(path_of(&account, &units), "Root/Workloads/ou-2-b");
        assert_eq!(path_of(&Account::builder().build(), &units), "");
    }
}
