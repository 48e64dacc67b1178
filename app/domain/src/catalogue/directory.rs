//! What clouds tell of their accounts, beside what people declare.

use std::borrow::Cow;

use super::Catalogue;
use crate::allocation::Field;
use crate::product::{Account, Environment};
use crate::sync::CloudAccount;

impl Catalogue {
    /// Whether a rule looks at organizational units or tags of accounts.
    #[must_use]
    pub fn asks_for_directory(&self) -> bool {
        let conditions = self.rules.iter().flat_map(|rule| &rule.conditions);
        conditions
            .into_iter()
            .any(|one| matches!(one.field, Field::OrganizationalUnit | Field::AccountTag(_)))
    }

    /// This catalogue with the units and tags that clouds tell of, as rules are to see it. What people declare
    /// goes first, tag by tag; of an account that several sources tell of, the first counts. Accounts that
    /// nobody declares are added: rules may look at them, and they belong to nobody by themselves.
    ///
    /// Where no rule asks, nothing is added. The answer is never stored: it would turn what was told into what
    /// was declared.
    #[must_use]
    pub fn with_directory(&self, told: &[CloudAccount]) -> Cow<'_, Self> {
        if told.is_empty() || !self.asks_for_directory() {
            return Cow::Borrowed(self);
        }
        let mut catalogue = self.clone();
        for one in told {
            let found = catalogue.accounts.iter().position(|account| account.id == one.id);
            let position = found.unwrap_or_else(|| {
                catalogue.accounts.push(undeclared(one));
                catalogue.accounts.len() - 1
            });
            let account = &mut catalogue.accounts[position];
            if account.ou.is_none() && !one.path.is_empty() {
                account.ou = Some(one.path.clone());
            }
            for (key, value) in &one.tags {
                if !account.tags.iter().any(|(known, _)| known == key) {
                    account.tags.push((key.clone(), value.clone()));
                }
            }
        }
        Cow::Owned(catalogue)
    }
}

fn undeclared(told: &CloudAccount) -> Account {
    Account {
        id: told.id.clone(),
        name: told.name.clone(),
        product: None,
        environment: Environment::default(),
        closed_on: None,
        ou: None,
        tags: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::{AllocationRule, Condition, Reason, Target, allocate};
    use crate::cost::{ChargeCategory, CostKey, Owner};

    fn catalogue(field: Field, value: &str) -> Catalogue {
        let declared = Account {
            id: "1".to_owned(),
            ou: Some("Workloads/Production/Care".to_owned()),
            tags: vec![("team".to_owned(), "care".to_owned())],
            ..undeclared(&told("1", "", &[]))
        };
        let rule = AllocationRule {
            name: "rule".to_owned(),
            conditions: vec![Condition { field, values: vec![value.to_owned()] }],
            target: Target::Product { product: "karte".parse().unwrap(), environment: None },
            valid_from: None,
            valid_to: None,
        };
        Catalogue { accounts: vec![declared], rules: vec![rule], ..Catalogue::default() }
    }

    fn told(id: &str, path: &str, tags: &[(&str, &str)]) -> CloudAccount {
        CloudAccount {
            source: "aws".to_owned(),
            id: id.to_owned(),
            name: format!("account {id}"),
            state: "ACTIVE".to_owned(),
            path: path.to_owned(),
            tags: tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        }
    }

    /// Account 1 is declared, account 2 only told of, account 3 neither.
    #[test]
    fn rules_see_what_is_declared_and_what_clouds_tell() {
        let told = [
            told("1", "Root/Elsewhere", &[("team", "other"), ("cost-center", "42")]),
            told("2", "Root/Workloads/Staging", &[("team", "search")]),
        ];
        let tag = |key: &str| Field::AccountTag(key.to_owned());
        for (field, value, expected) in [
            (Field::OrganizationalUnit, "Workloads", vec!["1", "2"]),
            (Field::OrganizationalUnit, "Root/Workloads", vec!["1", "2"]),
            (Field::OrganizationalUnit, "Root", vec!["1", "2"]),
            (Field::OrganizationalUnit, "Workloads/Production", vec!["1"]),
            (Field::OrganizationalUnit, "/Workloads/Staging/", vec!["2"]),
            (Field::OrganizationalUnit, "Work", vec![]),
            (Field::OrganizationalUnit, "Work*", vec!["1", "2"]),
            (Field::OrganizationalUnit, "Elsewhere", vec![]),
            (tag("team"), "care", vec!["1"]),
            (tag("team"), "other", vec![]),
            (tag("team"), "*", vec!["1", "2"]),
            (tag("cost-center"), "42", vec!["1"]),
            (tag("Team"), "care", vec![]),
        ] {
            let catalogue = catalogue(field.clone(), value);
            let seen = catalogue.with_directory(&told);
            let found: Vec<&str> = ["1", "2", "3"]
                .into_iter()
                .filter(|id| {
                    let key = CostKey {
                        sub_account: (*id).to_owned(),
                        sub_account_name: String::new(),
                        service: "S3".to_owned(),
                        region: String::new(),
                        charge_category: ChargeCategory::Usage,
                        tags: Vec::new(),
                    };
                    let answer = allocate(&seen, "aws", &key, "2026-11-16".parse().unwrap());
                    assert_eq!(answer.reason == Reason::Nothing, answer.owner == Owner::Unallocated);
                    answer.reason == Reason::Rule(0)
                })
                .collect();
            assert_eq!(found, expected, "{field:?} {value}");
        }
        let plain = catalogue(Field::Account, "1");
        assert!(matches!(plain.with_directory(&told), Cow::Borrowed(_)), "nobody asks");
    }
}
