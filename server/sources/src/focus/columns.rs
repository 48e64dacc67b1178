//! Which columns are read, and how a header is recognised.

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
}

/// How many columns are read.
pub(super) const COUNT: usize = 16;

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
    ];

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
        }
    }

    /// Whether it holds names and values.
    pub(super) fn is_map(self) -> bool {
        matches!(self, Self::Tags | Self::CostCategories)
    }

    /// Whether a row means nothing without it.
    pub(super) fn is_needed(self) -> bool {
        !matches!(
            self,
            Self::SubAccountId
                | Self::SubAccountName
                | Self::RegionId
                | Self::Tags
                | Self::CostCategories
                | Self::ResourceId
        )
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
const OTHER_BILLS: [(&str, &str); 9] = [
    ("lineitem/unblendedcost", "a legacy AWS Cost and Usage Report"),
    ("lineitem/lineitemtype", "a legacy AWS Cost and Usage Report"),
    ("identity/lineitemid", "a legacy AWS Cost and Usage Report"),
    ("line_item_unblended_cost", "an AWS Cost and Usage Report (CUR 2.0)"),
    ("line_item_line_item_type", "an AWS Cost and Usage Report (CUR 2.0)"),
    ("identity_line_item_id", "an AWS Cost and Usage Report (CUR 2.0)"),
    ("costinbillingcurrency", "an Azure cost export in Azure's own format"),
    ("pretaxcost", "an Azure cost export in Azure's own format"),
    ("cost_at_list", "a Google Cloud billing export in Google's own format"),
];

/// Where each column that is read stands in the file, by its position there.
#[derive(Clone, Debug)]
pub(super) struct Layout {
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
        for column in Column::ALL {
            let wanted = column.name().to_ascii_lowercase();
            let mut found = (0..names.len()).filter(|index| names[*index] == wanted);
            positions[column as usize] = found.next();
            if found.next().is_some() {
                return Err(FocusError::ColumnTwice { file: file.to_owned(), column: column.name() });
            }
        }
        let layout = Self { positions, width: names.len() };
        let missing: Vec<&'static str> =
            layout.missing().filter(|c| c.is_needed()).map(Column::name).collect();
        if !missing.is_empty() {
            return Err(refusal(file, &names, missing));
        }
        layout.remark_on_absent(&Place { file, line, row: 0 }, &names, wants, issues);
        Ok(layout)
    }

    fn missing(&self) -> impl Iterator<Item = Column> + '_ {
        Column::ALL.into_iter().filter(|column| self.positions[*column as usize].is_none())
    }

    /// One remark per file on columns that FOCUS demands or that rules would like to see.
    fn remark_on_absent(&self, place: &Place<'_>, names: &[String], wants: Wants, issues: &mut IssueLog) {
        let unread = UNREAD.into_iter().filter(|name| !names.contains(&name.to_ascii_lowercase()));
        // Clouds name resources where they bill by them.
        let is_missed = |column: &Column| wants.column(*column) && *column != Column::ResourceId;
        let read = self.missing().filter(is_missed).map(Column::name);
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
