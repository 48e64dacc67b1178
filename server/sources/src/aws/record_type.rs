//! Record types: what kind of charge a line of the bill is, in AWS' words and in those of FOCUS.

use domain::cost::ChargeCategory;

/// The charge category of a record type, in any of its spellings ("SavingsPlanNegation", "Savings Plan
/// Negation"); `None` for one that is not known, which counts as [`ChargeCategory::Other`].
///
/// Usage takes along what cancels with it: covered usage is charged at the on-demand rate and negated
/// beside it, and discounts lower the usage they belong to, as FOCUS' `BilledCost` has it.
#[must_use]
pub fn charge_category(record_type: &str) -> Option<ChargeCategory> {
    let word: String = record_type
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    Some(match word.as_str() {
        "usage"
        | "discountedusage"
        | "savingsplancoveredusage"
        | "savingsplansusage"
        | "savingsplannegation"
        | "savingsplansnegation"
        | "reservationappliedusage" => ChargeCategory::Usage,
        "fee"
        | "rifee"
        | "savingsplanrecurringfee"
        | "savingsplansrecurringfee"
        | "savingsplanupfrontfee"
        | "savingsplansupfrontfee"
        | "recurringreservationfee"
        | "upfrontreservationfee"
        | "support"
        | "supportfee"
        | "otheroutofcyclecharges"
        | "onetimefee"
        | "subscriptionfee" => ChargeCategory::Purchase,
        "tax" => ChargeCategory::Tax,
        "credit" => ChargeCategory::Credit,
        "refund" | "adjustment" => ChargeCategory::Adjustment,
        other if other.ends_with("discount") => ChargeCategory::Usage,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_the_bill_and_of_the_console_mean_the_same() {
        for (record_type, category) in [
            ("Usage", Some(ChargeCategory::Usage)),
            ("DiscountedUsage", Some(ChargeCategory::Usage)),
            ("SavingsPlanCoveredUsage", Some(ChargeCategory::Usage)),
            ("SavingsPlanNegation", Some(ChargeCategory::Usage)),
            ("Savings Plan Negation", Some(ChargeCategory::Usage)),
            ("EdpDiscount", Some(ChargeCategory::Usage)),
            ("Enterprise Discount Program Discount", Some(ChargeCategory::Usage)),
            ("PrivateRateDiscount", Some(ChargeCategory::Usage)),
            ("SavingsPlanRecurringFee", Some(ChargeCategory::Purchase)),
            ("Recurring reservation fee", Some(ChargeCategory::Purchase)),
            ("RIFee", Some(ChargeCategory::Purchase)),
            ("Support", Some(ChargeCategory::Purchase)),
            ("Other out-of-cycle charges", Some(ChargeCategory::Purchase)),
            ("Tax", Some(ChargeCategory::Tax)),
            ("Credit", Some(ChargeCategory::Credit)),
            ("Refund", Some(ChargeCategory::Adjustment)),
            ("Moon phase surcharge", None),
            ("", None),
        ] {
            assert_eq!(charge_category(record_type), category, "{record_type}");
        }
    }
}
