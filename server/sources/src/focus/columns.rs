//! Which columns are read, and how a header is recognised.

use super::cur::{self, Dialect};
use super::error::FocusError;
use super::issues::{IssueLog, Place, Remark};

/// The columns that are read; a row is an array of fields in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Column {
    BilledCost,
    EffectiveCost,
    BillingAccountId,
    BillingCurrency,
    BillingPeriodStart,
    BillingPeriodEnd,
    ChargeCategory,
    ChargePeriodStart,
    ChargePeriodEnd,
    ServiceName,
    SubAccountId,
    SubAccountName,
    RegionId,
    Tags,
    CostCategories,
    ResourceId,
    LineItemType,
    Product,
    ServiceCode,
    ProductCode,
    ReservationArn,
    ReservationCost,
    ReservationUnusedUpfront,
    ReservationUnusedRecurring,
    SavingsPlanCost,
    SavingsPlanCommitment,
    SavingsPlanUsed,
}

/// How many columns are read.
pub(super) const COUNT: usize = 27;

/// Which of the columns are looked at that not everybody needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wants {
    /// `Tags`.
    pub(super) tags: bool,
    /// AWS' `x_CostCategories`.
    pub(super) categories: bool,
    /// `ResourceId`.
    pub(super) resources: bool,
}

impl Wants {
    /// Whether a column is looked at.
    pub(super) fn column(self, column: Column) -> bool {
        match column {
            Column::Tags => self.tags,
            Column::CostCategories => self.categories,
            Column::ResourceId => self.resources,
            _ => true,
        }
    }
}

impl Column {
    pub(super) const ALL: [Self; COUNT] = [
        Self::BilledCost,
        Self::EffectiveCost,
        Self::BillingAccountId,
        Self::BillingCurrency,
        Self::BillingPeriodStart,
        Self::BillingPeriodEnd,
        Self::ChargeCategory,
        Self::ChargePeriodStart,
        Self::ChargePeriodEnd,
        Self::ServiceName,
        Self::SubAccountId,
        Self::SubAccountName,
        Self::RegionId,
        Self::Tags,
        Self::CostCategories,
        Self::ResourceId,
        Self::LineItemType,
        Self::Product,
        Self::ServiceCode,
        Self::ProductCode,
        Self::ReservationArn,
        Self::ReservationCost,
        Self::ReservationUnusedUpfront,
        Self::ReservationUnusedRecurring,
        Self::SavingsPlanCost,
        Self::SavingsPlanCommitment,
        Self::SavingsPlanUsed,
    ];

    /// The name in FOCUS, and of columns that FOCUS does not have the one of AWS.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::BilledCost => "BilledCost",
            Self::EffectiveCost => "EffectiveCost",
            Self::BillingAccountId => "BillingAccountId",
            Self::BillingCurrency => "BillingCurrency",
            Self::BillingPeriodStart => "BillingPeriodStart",
            Self::BillingPeriodEnd => "BillingPeriodEnd",
            Self::ChargeCategory => "ChargeCategory",
            Self::ChargePeriodStart => "ChargePeriodStart",
            Self::ChargePeriodEnd => "ChargePeriodEnd",
            Self::ServiceName => "ServiceName",
            Self::SubAccountId => "SubAccountId",
            Self::SubAccountName => "SubAccountName",
            Self::RegionId => "RegionId",
            Self::Tags => "Tags",
            Self::CostCategories => "x_CostCategories",
            Self::ResourceId => "ResourceId",
            _ => self.names(Dialect::Cur).first().copied().unwrap_or_default(),
        }
    }

    /// The names that a file may give it, the one to be preferred first; none where it has no such column.
    pub(super) fn names(self, dialect: Dialect) -> &'static [&'static str] {
        match dialect {
            Dialect::Focus => self.focus_names(),
            Dialect::Cur => cur::names(self),
        }
    }

    fn focus_names(self) -> &'static [&'static str] {
        match self {
            Self::BilledCost => &["BilledCost"],
            Self::EffectiveCost => &["EffectiveCost"],
            Self::BillingAccountId => &["BillingAccountId"],
            Self::BillingCurrency => &["BillingCurrency"],
            Self::BillingPeriodStart => &["BillingPeriodStart"],
            Self::BillingPeriodEnd => &["BillingPeriodEnd"],
            Self::ChargeCategory => &["ChargeCategory"],
            Self::ChargePeriodStart => &["ChargePeriodStart"],
            Self::ChargePeriodEnd => &["ChargePeriodEnd"],
            Self::ServiceName => &["ServiceName"],
            Self::SubAccountId => &["SubAccountId"],
            Self::SubAccountName => &["SubAccountName"],
            Self::RegionId => &["RegionId"],
            Self::Tags => &["Tags"],
            Self::CostCategories => &["x_CostCategories"],
            Self::ResourceId => &["ResourceId"],
            _ => &[],
        }
    }

    /// The name by which the people who made the file know it.
    pub(super) fn name_in(self, dialect: Dialect) -> &'static str {
        self.names(dialect).first().copied().unwrap_or(self.name())
    }

    /// Whether it holds an amount of money.
    pub(super) fn is_amount(self) -> bool {
        matches!(
            self,
            Self::BilledCost
                | Self::EffectiveCost
                | Self::ReservationCost
                | Self::ReservationUnusedUpfront
                | Self::ReservationUnusedRecurring
                | Self::SavingsPlanCost
                | Self::SavingsPlanCommitment
                | Self::SavingsPlanUsed
        )
    }

    /// Whether it holds names and values.
    pub(super) fn is_map(self) -> bool {
        matches!(self, Self::Tags | Self::CostCategories | Self::Product)
    }

    /// Whether a row means nothing without it.
    pub(super) fn is_needed(self, dialect: Dialect) -> bool {
        if dialect == Dialect::Cur {
            return cur::is_needed(self);
        }
        !matches!(
            self,
            Self::SubAccountId
                | Self::SubAccountName
                | Self::RegionId
                | Self::Tags
                | Self::CostCategories
                | Self::ResourceId
        ) && !self.focus_names().is_empty()
    }
}

/// Mandatory in FOCUS 1.0 to 1.2 but not read: without them the bill still adds up.
const UNREAD: [&str; 11] = [
    "BillingAccountName",
    "ChargeClass",
    "ChargeDescription",
    "ContractedCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
];

/// Which export AWS makes of the same bill that can be read; also said of an export without FOCUS' layout.
pub(crate) const AWS_FOCUS_EXPORT: &str = "create a data export of the table “FOCUS 1.2 with AWS columns” (Billing and Cost Management, Data Exports, Create, \
     Standard data export; daily, gzip or Parquet, overwrite) and read that";

/// What to create in the place of the bills of other clouds.
const FOCUS_EXPORT: &str = "create a FOCUS export there and import that";

/// Columns by which other bills are known.
const OTHER_BILLS: [(&str, &str); 6] = [
    ("lineitem/unblendedcost", "a legacy AWS Cost and Usage Report"),
    ("lineitem/lineitemtype", "a legacy AWS Cost and Usage Report"),
    ("identity/lineitemid", "a legacy AWS Cost and Usage Report"),
    ("costinbillingcurrency", "an Azure cost export in Azure's own format"),
    ("pretaxcost", "an Azure cost export in Azure's own format"),
    ("cost_at_list", "a Google Cloud billing export in Google's own format"),
];

/// Where each column that is read stands in the file, by its position there.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Whose columns they are.
    pub(super) dialect: Dialect,
    pub(super) positions: [Option<usize>; COUNT],
    pub(super) width: usize,
}

impl Layout {
    /// Whether a field of the record is one of the columns that are read.
    pub(super) fn reads(&self, field: usize) -> bool {
        self.positions.contains(&Some(field))
    }

    /// Recognises a header, which stands on `line` where the file has lines. Names are compared without case, as some query engines lower it.
    pub(super) fn of(
        file: &str,
        line: Option<u64>,
        header: &[String],
        wants: Wants,
        issues: &mut IssueLog,
    ) -> Result<Self, FocusError> {
        let names: Vec<String> = header
            .iter()
            .map(|name| name.trim_start_matches('\u{feff}').trim().to_ascii_lowercase())
            .collect();
        let mut positions = [None; COUNT];
        let dialect = if cur::is_cur(&names) { Dialect::Cur } else { Dialect::Focus };
        if dialect == Dialect::Cur && cur::is_legacy(&names) {
            let found = "a legacy AWS Cost and Usage Report";
            return Err(FocusError::OtherBill { file: file.to_owned(), found, mend: AWS_FOCUS_EXPORT });
        }
        for column in Column::ALL {
            for name in column.names(dialect) {
                let wanted = name.to_ascii_lowercase();
                let mut found = (0..names.len()).filter(|index| names[*index] == wanted);
                let Some(position) = found.next() else { continue };
                if found.next().is_some() {
                    return Err(FocusError::ColumnTwice { file: file.to_owned(), column: name });
                }
                positions[column as usize] = Some(position);
                break;
            }
        }
        let layout = Self { dialect, positions, width: names.len() };
        let missing: Vec<&'static str> = layout
            .missing()
            .filter(|column| column.is_needed(dialect))
            .map(|column| column.name_in(dialect))
            .collect();
        if !missing.is_empty() {
            return Err(match dialect {
                Dialect::Focus => refusal(file, &names, missing),
                Dialect::Cur => FocusError::NotCur { file: file.to_owned(), columns: missing },
            });
        }
        layout.remark_on_absent(&Place { file, line, row: 0 }, &names, wants, issues);
        Ok(layout)
    }

    fn missing(&self) -> impl Iterator<Item = Column> + '_ {
        let is_absent = |column: &Column| {
            self.positions[*column as usize].is_none() && !column.names(self.dialect).is_empty()
        };
        Column::ALL.into_iter().filter(is_absent)
    }

    /// Whether the file has a column.
    pub(super) fn has(&self, column: Column) -> bool {
        self.positions[column as usize].is_some()
    }

    /// One remark per file on columns that FOCUS demands or that rules would like to see.
    fn remark_on_absent(&self, place: &Place<'_>, names: &[String], wants: Wants, issues: &mut IssueLog) {
        let demanded: &[&'static str] = if self.dialect == Dialect::Focus { &UNREAD } else { &[] };
        let unread = demanded.iter().copied().filter(|name| !names.contains(&name.to_ascii_lowercase()));
        // Clouds name resources where they bill by them.
        let is_missed = |column: &Column| {
            let has_service = self.dialect == Dialect::Cur && self.has(Column::ServiceCode);
            wants.column(*column) && *column != Column::ResourceId && !(has_service && cur::is_spare(*column))
        };
        let read = self.missing().filter(is_missed).map(|column| column.name_in(self.dialect));
        let absent: Vec<&str> = read.chain(unread).collect();
        if absent.is_empty() {
            return;
        }
        issues.warn(
            place,
            None,
            Remark {
                rule: "cost/missing-column",
                what: format!("The file has no {}.", absent.join(", ")),
                mend: "Add the columns to the export; rules that look at them find nothing.",
            },
        );
    }
}

/// The most helpful error for a header without the needed columns.
fn refusal(file: &str, names: &[String], columns: Vec<&'static str>) -> FocusError {
    let file = file.to_owned();
    if let Some((_, found)) =
        OTHER_BILLS.into_iter().find(|(name, _)| names.iter().any(|known| known == name))
    {
        let mend = if found.contains("AWS") { AWS_FOCUS_EXPORT } else { FOCUS_EXPORT };
        return FocusError::OtherBill { file, found, mend };
    }
    let joined = names.join(",");
    if joined.contains("billedcost") {
        for (separator, found) in [(';', "semicolons"), ('\t', "tabs"), ('|', "vertical bars")] {
            if joined.matches(separator).count() > joined.matches(',').count() {
                return FocusError::Delimiter { file, found };
            }
        }
    }
    FocusError::NotFocus { file, columns }
}
