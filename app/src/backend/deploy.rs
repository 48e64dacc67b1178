//! What pages tell of deploys.

use domain::deploy::{Deploy, DeployName, DeploySource};

/// The deploys of an incident's product that have to do with it in time, or that somebody named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IncidentDeploys {
    /// The one that its source, or a person, names as its cause.
    pub cause: Option<Deploy>,
    /// Those that reached production shortly before it, the last one first: that is no cause by itself.
    pub before: Vec<Deploy>,
}

/// What sources told of deploys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeployImports {
    /// Each source.
    pub sources: Vec<DeploySource>,
    /// Names of products that the catalogue does not know.
    pub unmapped: Vec<DeployName>,
}
