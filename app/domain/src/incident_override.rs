//! What people say of an incident where its source says otherwise or nothing.
//!
//! Values are kept beside those of the source, newest last; a withdrawn one lets the source speak again. All readers
//! see incidents through [`edited`], which is the only place where these values take effect.

use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::incident::{FALSE_ALARM, Incident};
use crate::ratio::Ppm;

/// The longest text that a value may have, in characters.
pub const LONGEST: usize = 500;

/// What of an incident people may correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OverrideField {
    /// The title.
    Title,
    /// The product's slug.
    Product,
    /// How bad.
    Severity,
    /// When users began to feel it.
    ImpactStart,
    /// When it was noticed.
    DetectedAt,
    /// When users stopped feeling it.
    MitigatedAt,
    /// When it was closed.
    ResolvedAt,
    /// The share of the use that was affected.
    ImpactFraction,
    /// Whether customers felt it.
    CustomerImpact,
    /// Who noticed first.
    DetectedBy,
    /// Which kind of cause it had.
    Cause,
    /// The deployment that caused it.
    CauseDeployId,
    /// What makes two incidents the same one again.
    Fingerprint,
    /// Announced maintenance.
    Planned,
    /// A drill.
    IsTest,
    /// There was nothing.
    FalseAlarm,
}

impl OverrideField {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 16] = [
        Self::ImpactStart,
        Self::DetectedAt,
        Self::MitigatedAt,
        Self::ResolvedAt,
        Self::ImpactFraction,
        Self::CustomerImpact,
        Self::Title,
        Self::Product,
        Self::Severity,
        Self::DetectedBy,
        Self::Cause,
        Self::CauseDeployId,
        Self::Fingerprint,
        Self::Planned,
        Self::IsTest,
        Self::FalseAlarm,
    ];

    /// The word in forms and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Product => "product",
            Self::Severity => "severity",
            Self::ImpactStart => "impact_start",
            Self::DetectedAt => "detected_at",
            Self::MitigatedAt => "mitigated_at",
            Self::ResolvedAt => "resolved_at",
            Self::ImpactFraction => "impact_fraction",
            Self::CustomerImpact => "customer_impact",
            Self::DetectedBy => "detected_by",
            Self::Cause => "cause",
            Self::CauseDeployId => "cause_deploy_id",
            Self::Fingerprint => "fingerprint",
            Self::Planned => "planned",
            Self::IsTest => "is_test",
            Self::FalseAlarm => "false_alarm",
        }
    }

    /// Whether its values are times.
    #[must_use]
    pub fn is_time(self) -> bool {
        matches!(self, Self::ImpactStart | Self::DetectedAt | Self::MitigatedAt | Self::ResolvedAt)
    }

    /// Whether its values are yes or no.
    #[must_use]
    pub fn is_flag(self) -> bool {
        matches!(self, Self::CustomerImpact | Self::Planned | Self::IsTest | Self::FalseAlarm)
    }

    /// Whether it may be unknown.
    #[must_use]
    pub fn may_be_empty(self) -> bool {
        self.is_time()
            || matches!(self, Self::DetectedBy | Self::Cause | Self::CauseDeployId | Self::Fingerprint)
    }

    /// What people typed as it is kept; empty text where nothing is known. Local times are those of `zone`.
    ///
    /// # Errors
    /// [`OverrideFault`] says what is wrong.
    pub fn canonical(self, typed: &str, zone: &TimeZone) -> Result<String, OverrideFault> {
        let typed = typed.trim();
        if typed.chars().count() > LONGEST {
            return Err(OverrideFault::Long);
        }
        if typed.chars().any(char::is_control) {
            return Err(OverrideFault::Letters);
        }
        if typed.is_empty() {
            return if self.may_be_empty() { Ok(String::new()) } else { Err(OverrideFault::Empty) };
        }
        let word = |known: bool| if known { Ok(typed.to_owned()) } else { Err(OverrideFault::Word) };
        match self {
            field if field.is_time() => Ok(instant(typed, zone).ok_or(OverrideFault::Time)?.to_string()),
            Self::ImpactFraction => Ok(fraction(typed).ok_or(OverrideFault::Fraction)?.0.to_string()),
            Self::Severity => {
                let severity: crate::incident::Severity = typed.parse().map_err(|_| OverrideFault::Word)?;
                Ok(severity.as_str().to_owned())
            }
            Self::DetectedBy => word(typed.parse::<crate::incident::DetectedBy>().is_ok()),
            Self::Cause => word(typed.parse::<CauseClass>().is_ok()),
            field if field.is_flag() => word(typed == "true" || typed == "false"),
            _ => Ok(typed.to_owned()),
        }
    }

    /// What an incident says, as it is kept; empty text where nothing is known.
    #[must_use]
    pub fn value_of(self, incident: &Incident) -> String {
        let instant = |at: Option<Timestamp>| at.map(|at| at.to_string()).unwrap_or_default();
        match self {
            Self::Title => incident.title.clone(),
            Self::Product => incident.product.clone(),
            Self::Severity => incident.severity.as_str().to_owned(),
            Self::ImpactStart => instant(incident.impact_start),
            Self::DetectedAt => instant(incident.detected_at),
            Self::MitigatedAt => instant(incident.mitigated_at),
            Self::ResolvedAt => instant(incident.resolved_at),
            Self::ImpactFraction => incident.impact_fraction.0.to_string(),
            Self::CustomerImpact => incident.customer_impact.to_string(),
            Self::DetectedBy => incident.detected_by.map_or("", |by| by.as_str()).to_owned(),
            Self::Cause => String::new(),
            Self::CauseDeployId => incident.cause_deploy_id.clone().unwrap_or_default(),
            Self::Fingerprint => incident.fingerprint.clone().unwrap_or_default(),
            Self::Planned => incident.planned.to_string(),
            Self::IsTest => incident.is_test.to_string(),
            Self::FalseAlarm => incident.is_false_alarm().to_string(),
        }
    }

    /// An incident with a value that was kept; one that cannot be read changes nothing.
    fn put(self, incident: &mut Incident, value: &str) {
        let text = || (!value.is_empty()).then(|| value.to_owned());
        let known: Option<Timestamp> = value.parse().ok();
        let time = |slot: &mut Option<Timestamp>| {
            if value.is_empty() || known.is_some() {
                *slot = known;
            }
        };
        match self {
            Self::Title => value.clone_into(&mut incident.title),
            Self::Product => value.clone_into(&mut incident.product),
            Self::Severity => incident.severity = value.parse().unwrap_or(incident.severity),
            Self::ImpactStart => time(&mut incident.impact_start),
            Self::DetectedAt => time(&mut incident.detected_at),
            Self::MitigatedAt => time(&mut incident.mitigated_at),
            Self::ResolvedAt => time(&mut incident.resolved_at),
            Self::ImpactFraction => {
                incident.impact_fraction = value.parse().map_or(incident.impact_fraction, Ppm);
            }
            Self::CustomerImpact => incident.customer_impact = value == "true",
            Self::DetectedBy => incident.detected_by = value.parse().ok(),
            Self::Cause => {}
            Self::CauseDeployId => incident.cause_deploy_id = text(),
            Self::Fingerprint => incident.fingerprint = text(),
            Self::Planned => incident.planned = value == "true",
            Self::IsTest => incident.is_test = value == "true",
            Self::FalseAlarm if value == "true" => FALSE_ALARM.clone_into(&mut incident.status),
            Self::FalseAlarm => {}
        }
    }
}

/// The text names no field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no field of an incident that can be corrected has this name")]
pub struct OverrideFieldError;

impl FromStr for OverrideField {
    type Err = OverrideFieldError;

    fn from_str(text: &str) -> Result<Self, OverrideFieldError> {
        Self::ALL.into_iter().find(|known| known.as_str() == text).ok_or(OverrideFieldError)
    }
}

/// Why a value cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverrideFault {
    /// Nothing, where something is needed.
    Empty,
    /// More than [`LONGEST`] characters.
    Long,
    /// Characters that control a terminal or a database.
    Letters,
    /// No time.
    Time,
    /// Nothing above 0 % and at most 100 %, in steps of a ten-thousandth of a per cent.
    Fraction,
    /// Not one of the words that are known.
    Word,
}

/// Which kind of cause an incident had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseClass {
    /// Something was deployed.
    Deploy,
    /// A setting.
    Configuration,
    /// Too much load, or too little room.
    Capacity,
    /// A part that others run.
    Dependency,
    /// What was stored or sent.
    Data,
    /// An attack, a leak, a certificate.
    Security,
    /// Looked for, not found.
    Unknown,
}

impl CauseClass {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Deploy,
        Self::Configuration,
        Self::Capacity,
        Self::Dependency,
        Self::Data,
        Self::Security,
        Self::Unknown,
    ];

    /// The word in forms and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deploy => "deploy",
            Self::Configuration => "configuration",
            Self::Capacity => "capacity",
            Self::Dependency => "dependency",
            Self::Data => "data",
            Self::Security => "security",
            Self::Unknown => "unknown",
        }
    }
}

impl FromStr for CauseClass {
    type Err = OverrideFault;

    fn from_str(text: &str) -> Result<Self, OverrideFault> {
        Self::ALL.into_iter().find(|known| known.as_str() == text).ok_or(OverrideFault::Word)
    }
}

/// One value that somebody gave, or took back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentOverride {
    /// The incident's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// Its number among those of the incident, from 1.
    pub position: i64,
    /// Of what.
    pub field: OverrideField,
    /// As [`OverrideField::canonical`] has it; `None` takes back what was given before.
    pub value: Option<String>,
    /// When; UTC.
    pub at: Timestamp,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// One version of an incident as its source told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentVersion {
    /// When it came; UTC.
    pub received_at: Timestamp,
    /// What it said.
    pub incident: Incident,
}

/// The values that hold, of one incident: the newest of each field that was not taken back.
#[must_use]
pub fn in_force(overrides: &[IncidentOverride]) -> BTreeMap<OverrideField, &IncidentOverride> {
    let mut newest: BTreeMap<OverrideField, &IncidentOverride> = BTreeMap::new();
    for one in overrides {
        let known = newest.entry(one.field).or_insert(one);
        if known.position <= one.position {
            *known = one;
        }
    }
    newest.retain(|_, one| one.value.is_some());
    newest
}

/// The incident as people corrected it; `overrides` are its own, in any order.
#[must_use]
pub fn edited(incident: &Incident, overrides: &[IncidentOverride]) -> Incident {
    let mut edited = incident.clone();
    for (field, one) in in_force(overrides) {
        field.put(&mut edited, one.value.as_deref().unwrap_or_default());
    }
    edited
}

/// The incident with values that nobody kept yet.
#[must_use]
pub fn previewed(incident: &Incident, values: &[(OverrideField, String)]) -> Incident {
    let mut previewed = incident.clone();
    for (field, value) in values {
        field.put(&mut previewed, value);
    }
    previewed
}

/// The kind of cause that people gave.
#[must_use]
pub fn cause(overrides: &[IncidentOverride]) -> Option<CauseClass> {
    in_force(overrides).get(&OverrideField::Cause)?.value.as_deref()?.parse().ok()
}

/// A time with an offset, or a local one of a zone.
fn instant(typed: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(instant) = typed.parse() {
        return Some(instant);
    }
    let local: DateTime = typed.replacen(' ', "T", 1).parse().ok()?;
    local.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// A share from a number of per cent.
fn fraction(typed: &str) -> Option<Ppm> {
    let percent: Decimal = typed.trim_end_matches('%').trim_end().parse().ok()?;
    let ppm = percent.checked_mul(Decimal::from(10_000))?;
    let is_share = ppm.fract().is_zero() && ppm > Decimal::ZERO && ppm <= Decimal::from(1_000_000);
    if is_share { i64::try_from(ppm).ok().map(Ppm) } else { None }
}
