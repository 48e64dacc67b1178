//! Who may see and do what.
//!
//! Roles build on each other where products are concerned: who edits a product sees it. Freezing and administering
//! are grants of their own, because neither says anything about products.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::product::Slug;

/// Which products somebody may see or edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Products {
    /// All of them, those to come as well, and what belongs to no product: the bill as a whole, shared pools, what
    /// nobody took.
    All,
    /// These, and nothing that belongs to no product.
    Listed(BTreeSet<Slug>),
}

impl Default for Products {
    fn default() -> Self {
        Self::none()
    }
}

impl Products {
    /// No product at all.
    #[must_use]
    pub fn none() -> Self {
        Self::Listed(BTreeSet::new())
    }

    /// Whether nothing is left out.
    #[must_use]
    pub fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Self::Listed(slugs) if slugs.is_empty())
    }

    /// Whether a product is among them.
    #[must_use]
    pub fn has(&self, slug: &Slug) -> bool {
        match self {
            Self::All => true,
            Self::Listed(slugs) => slugs.contains(slug),
        }
    }

    /// Whether what belongs to a product, or to none, is among them.
    #[must_use]
    pub fn has_of(&self, slug: Option<&Slug>) -> bool {
        match slug {
            Some(slug) => self.has(slug),
            None => self.is_all(),
        }
    }

    /// Whether what a source calls by a name is among them; a name that no product has belongs to none.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.has_of(name.parse().ok().as_ref())
    }

    /// What is in both.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, some) | (some, Self::All) => some.clone(),
            (Self::Listed(one), Self::Listed(other)) => {
                Self::Listed(one.intersection(other).cloned().collect())
            }
        }
    }

    /// What is in either.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::Listed(one), Self::Listed(other)) => Self::Listed(one.union(other).cloned().collect()),
        }
    }

    /// Whether all of another's are among these.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Listed(_), Self::All) => false,
            (Self::Listed(one), Self::Listed(other)) => other.is_subset(one),
        }
    }
}

/// The word for all products, which no product can have as its short name.
const ALL: &str = "*";

impl fmt::Display for Products {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => formatter.write_str(ALL),
            Self::Listed(slugs) => {
                let names: Vec<&str> = slugs.iter().map(Slug::as_str).collect();
                formatter.write_str(&names.join(","))
            }
        }
    }
}

/// The text lists no products.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("products are listed by their short names with commas between them, or * stands for all of them")]
pub struct ProductsError;

impl FromStr for Products {
    type Err = ProductsError;

    fn from_str(text: &str) -> Result<Self, ProductsError> {
        if text.trim() == ALL {
            return Ok(Self::All);
        }
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        let slugs: Result<BTreeSet<Slug>, _> = names.map(str::parse).collect();
        slugs.map(Self::Listed).map_err(|_| ProductsError)
    }
}

/// What somebody may do, as people are told and configurations say it; the order is from least to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Reads and writes what belongs to its products: actions, notes, topics, overrides.
    Editor,
    /// Edits, and freezes weeks.
    Reviewer,
    /// Does everything: catalogue, people, tokens.
    Admin,
}

impl Role {
    /// All of them, from least to most.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::Reviewer, Self::Admin];

    /// The word in configuration, database and addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Reviewer => "reviewer",
            Self::Admin => "admin",
        }
    }
}

/// The text is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a role is viewer, editor, reviewer or admin")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }
}

/// One grant: a role on some products. An administrator's products are always all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What may be done.
    pub role: Role,
    /// On which products.
    pub products: Products,
}

/// By which way somebody came, for the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Nobody signs in: the demo, and a server on loopback without sign-in.
    Open,
    /// A person, by the issuer and subject that never change.
    Person {
        /// Its number in the database.
        id: i64,
        /// Who vouches for it; empty for an account kept here.
        issuer: String,
        /// What the issuer calls it.
        subject: String,
    },
    /// A service token, by its number.
    Token(i64),
    /// A share link, by its number.
    Share(i64),
}

impl Identity {
    /// The word in the audit, such as `person:3`.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Open => "open".to_owned(),
            Self::Person { id, .. } => format!("person:{id}"),
            Self::Token(id) => format!("token:{id}"),
            Self::Share(id) => format!("share:{id}"),
        }
    }
}

/// Who acts in a request, and what that may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The name kept beside what is written.
    pub actor: String,
    /// By which way it came.
    pub identity: Identity,
    /// Which products are seen.
    pub sees: Products,
    /// Which products are edited; never more than are seen.
    pub edits: Products,
    /// Whether weeks are frozen and taken up again.
    pub freezes: bool,
    /// Whether catalogue, people and tokens are administered.
    pub administers: bool,
}

impl Access {
    /// Whoever sits at the machine, where nobody signs in: everything.
    #[must_use]
    pub fn open(actor: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            identity: Identity::Open,
            sees: Products::All,
            edits: Products::All,
            freezes: true,
            administers: true,
        }
    }

    /// Somebody who has not signed in: nothing.
    #[must_use]
    pub fn nobody() -> Self {
        Self::of(String::new(), Identity::Open, &[])
    }

    /// What grants add up to.
    #[must_use]
    pub fn of(actor: impl Into<String>, identity: Identity, grants: &[Grant]) -> Self {
        let nothing = Self {
            actor: actor.into(),
            identity,
            sees: Products::none(),
            edits: Products::none(),
            freezes: false,
            administers: false,
        };
        grants.iter().fold(nothing, |access, grant| {
            let products = if grant.role == Role::Admin { &Products::All } else { &grant.products };
            Self {
                sees: access.sees.or(products),
                edits: if grant.role >= Role::Editor { access.edits.or(products) } else { access.edits },
                // A week is frozen as a whole: who sees a part of it cannot answer for the rest.
                freezes: access.freezes || grant.role >= Role::Reviewer && products.is_all(),
                administers: access.administers || grant.role == Role::Admin,
                ..access
            }
        })
    }

    /// Whether it may do nothing at all.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.sees.is_none() && !self.administers
    }

    /// The most that it may do, for a list of people.
    #[must_use]
    pub fn role(&self) -> Role {
        match self {
            Self { administers: true, .. } => Role::Admin,
            Self { freezes: true, .. } => Role::Reviewer,
            Self { edits, .. } if !edits.is_none() => Role::Editor,
            _ => Role::Viewer,
        }
    }

    /// What tells what it sees and may do from what others do: two readers with the same word get the same pages.
    #[must_use]
    pub fn word(&self) -> String {
        let Self { actor, identity, sees, edits, freezes, administers } = self;
        format!("{actor}\n{}\n{sees}\n{edits}\n{freezes}\n{administers}", identity.word())
    }
}

/// What a door asks of whoever comes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Nothing: health, signing in, files of the front end. It shows nothing of the data.
    Nothing,
    /// To see some product; what is shown is reduced to those that are seen.
    Some,
    /// To see all products: the bill, imports, the catalogue.
    All,
    /// To edit some product; which one is judged by what is written.
    Edit,
    /// To edit all products: what belongs to none of them.
    EditAll,
    /// To freeze weeks.
    Freeze,
    /// To administer.
    Administer,
}

impl Need {
    /// Whether somebody has what is asked.
    #[must_use]
    pub fn is_met(self, access: &Access) -> bool {
        match self {
            Self::Nothing => true,
            Self::Some => !access.sees.is_none(),
            Self::All => access.sees.is_all(),
            Self::Edit => !access.edits.is_none(),
            Self::EditAll => access.edits.is_all(),
            Self::Freeze => access.freezes,
            Self::Administer => access.administers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Products {
        text.parse().unwrap()
    }

    fn person(grants: &[(Role, &str)]) -> Access {
        let grants: Vec<Grant> =
            grants.iter().map(|(role, products)| Grant { role: *role, products: listed(products) }).collect();
        Access::of("aoki", Identity::Token(1), &grants)
    }

    #[test]
    fn grants_add_up_and_never_reach_over_their_products() {
        let table = [
            // Grants, then: sees, edits, freezes, administers, called.
            (vec![], "", "", false, false, Role::Viewer),
            (vec![(Role::Viewer, "shop")], "shop", "", false, false, Role::Viewer),
            (vec![(Role::Viewer, "*")], "*", "", false, false, Role::Viewer),
            (vec![(Role::Viewer, "*"), (Role::Editor, "shop")], "*", "shop", false, false, Role::Editor),
            (
                vec![(Role::Editor, "shop"), (Role::Viewer, "search")],
                "search,shop",
                "shop",
                false,
                false,
                Role::Editor,
            ),
            (vec![(Role::Reviewer, "*")], "*", "*", true, false, Role::Reviewer),
            // Who sees only a part of a week cannot freeze it.
            (vec![(Role::Reviewer, "shop")], "shop", "shop", false, false, Role::Editor),
            (vec![(Role::Admin, "shop")], "*", "*", true, true, Role::Admin),
        ];
        for (grants, sees, edits, freezes, administers, role) in table {
            let access = person(&grants);
            assert_eq!(access.sees, listed(sees), "{grants:?}");
            assert_eq!(access.edits, listed(edits), "{grants:?}");
            assert_eq!((access.freezes, access.administers), (freezes, administers), "{grants:?}");
            assert_eq!(access.role(), role, "{grants:?}");
            assert!(access.sees.covers(&access.edits), "who edits a product sees it: {grants:?}");
        }
    }

    #[test]
    fn what_belongs_to_no_product_is_seen_only_by_who_sees_all() {
        let shop: Slug = "shop".parse().unwrap();
        assert!(listed("*").has_of(None) && listed("*").has_of(Some(&shop)));
        assert!(!listed("shop").has_of(None) && listed("shop").has_of(Some(&shop)));
        assert!(!listed("search").has_of(Some(&shop)));
    }

    #[test]
    fn products_read_back_what_they_print() {
        for text in ["*", "", "shop", "search,shop"] {
            assert_eq!(listed(text).to_string(), text);
        }
        assert_eq!(" shop , search".parse::<Products>(), Ok(listed("search,shop")));
        assert!("shop,Not A Slug".parse::<Products>().is_err());
    }

    #[test]
    fn whoever_may_nothing_meets_no_need() {
        let nobody = person(&[]);
        for need in [Need::Some, Need::All, Need::Edit, Need::EditAll, Need::Freeze, Need::Administer] {
            assert!(!need.is_met(&nobody), "{need:?}");
        }
        assert!(nobody.is_nothing() && Need::Nothing.is_met(&nobody));
    }
}
