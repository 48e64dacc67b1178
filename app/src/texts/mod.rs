//! Every visible word, in Japanese and English, and how numbers and dates are written.
//!
//! Code map: [`Texts`] is a struct of words with one value per language (`ja`, `en`), so a missing
//! translation does not compile; `sentences` holds what needs arguments; `format` writes numbers.

pub mod access_words;
pub mod action_words;
pub mod admin_words;
mod answer_sentences;
pub mod archive_words;
pub mod audit_words;
pub mod catalogue_sentences;
pub mod chat_words;
pub mod checklist_words;
pub mod comparison_words;
pub mod condition_sentences;
mod cost_sentences;
pub mod deploy_words;
pub mod digest_words;
pub mod edit_words;
mod en;
pub mod fault_sentences;
pub mod format;
pub mod freeze_words;
pub mod handbook_words;
pub mod hook_words;
pub mod incident_words;
mod ja;
pub mod key_words;
pub mod note_words;
mod notice_sentences;
mod objective_sentences;
pub mod period_words;
pub mod policy_sentences;
pub mod policy_words;
pub mod postmortem_sentences;
pub mod postmortem_words;
mod product_sentences;
pub mod proposal_sentences;
pub mod proposal_words;
mod queue_sentences;
pub mod queue_words;
mod restatement_sentences;
pub mod sentences;
pub mod share_words;
pub mod sign_in_words;
pub mod skip_words;
mod split_sentences;
pub mod statistics_sentences;
pub mod statistics_words;
pub mod topic_words;
pub mod tracker_words;
pub mod trouble_words;
pub mod vendor_words;

use domain::commitment::CommitmentKind;
use domain::cost::ChargeCategory;
use domain::coverage::SourceKind;
use domain::finding::Status;
use domain::incident::DetectedBy;
use domain::notice::Delivery;
use domain::organization::Language;
use domain::product::Environment;
use domain::tax::Tax;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Words without arguments.
        #[derive(Debug)]
        pub struct Texts {
            $($(#[$doc])* #[doc = concat!("The words for `", stringify!($name), "`.")] pub $name: &'static str,)*
        }
    };
}
words! {
    brand, skip, nav_label, reviews, products, objectives, incidents, imports, other_language, dark_screen, light_screen,
    weekly_review, all_products, draft, frozen, freshness_label, counts_label, this_week_label, present_mode, copy_link, copied,
    leave_present, minutes_unit,
    ok, risk, breached, no_data, provisional,
    summary_title, summary_question, exceptions_title, exceptions_question, cost_title, cost_question,
    incidents_title, incidents_question, objectives_title, objectives_question, freeze_title, freeze_question,
    worst_incident, top_mover, next_danger, no_incident_line, nothing_ahead, incidents_unknown_line, ahead_unknown, no_cost_line,
    column_product, column_incidents, column_error_budget, column_cost, column_postmortems, column_data,
    matrix_label, not_applicable, none, arriving, without_budget_rise, csv_of_table,
    movers_title, movers_description, value_table, service, owner, this_week, previous_week, difference, left_over, change,
    thirteen_weeks, budget_month, forecast, forecast_of_budget, total_bill, shared_not_split, shared_share, share_of_pools, split_title, split_weight, split_rest, split_even, split_fixed, split_proportional, split_usage, unallocated, flat, new, gone, unknown,
    reconcile_products, reconcile_bill, reconcile_and, reconcile_equals, cost_by_product_label,
    severity, incident, started, impact, detection, postmortem, incidents_table_label,
    postmortem_not_required, postmortem_missing, postmortem_draft, postmortem_published,
    detected_monitor, detected_customer, detected_staff, detected_vendor, still_open, planned, drill, not_counted, unknown_duration,
    timeline_title, timeline_description,
    status, objective, target, attainment, error_budget, burn_rate, reviewed, never_reviewed, objectives_table_label, no_traffic,
    objective_left_title, objective_left_question, objective_spent_title, objective_spent_question, objective_weeks_title, objective_weeks_question, objective_definition_title, objective_definition_question, objective_no_counts, objective_no_counts_do, objective_units, objective_before, objective_spent_in_week, objective_recovered, objective_left_now, objective_movement_label, objective_looking_back, objective_failed_of_all, objective_coverage, objective_lookbacks_label, objective_nothing_spent, objective_unattributed, objective_all_failures, objective_failed, objective_of_budget, objective_spent_label, objective_weeks_label, objective_valid_from, objective_window, objective_method, objective_definition_hash, objective_versions_label,
    queue_title, queue_list_title, queue_question, queue_why, queue_empty, queue_snoozed, queue_settled, queue_reasons_title, queue_reasons_question, queue_nothing_to_say, queue_seen_then, queue_review_button, queue_decision, queue_toil, queue_satisfaction, queue_not_told, queue_snooze_for, queue_conflict, queue_elsewhere, queue_link,
    freeze_button, freeze_again_button, reason, freeze_explained, freeze_not_ended, freeze_needs_reason, freeze_hash, versions, frozen_versions_label, show_draft, show_latest,
    restated_title, restated_by_day, completed_title, restated_none, restated_cost_total, incident_added, incident_changed, incident_removed,
    kind_cost, kind_objectives, kind_incidents,
    environment_production, environment_staging, environment_development, environment_shared, environment_preview,
    product_manager, embedded_sre, chat_channel, tier,
    commitments_title, commitment, commitment_worth, commitment_ends, commitment_savings_plan, commitment_reservation, commitment_credit,
    notices_title, notices_question, notice, notice_written, notice_next, notice_waiting, notice_sent, notice_failed, notice_withdrawn, notice_open,
    product_budget_title, product_budget_question, product_movers_title, product_movers_question, product_objectives_title,
    product_objectives_question, product_incidents_title, product_incidents_question,
    verdict_budget, verdict_users, verdict_ship, verdict_data, ship_yes, ship_careful, ship_stop, ship_unknown, ship_policy,
    month_chart_title, month_chart_description, even_spend, variance_title, variance_currency, variance_usage,
    services_title, services_description, budget_course_title, budget_course_description, even_burn,
    by_environment, environment,
    how_reckoned, pace, budget_left, allowed_per_day, budget_reached, budget_not_reached, month_over, budget_used_up,
    unusual_title, unusual_rule, unusual_none, unusual_too_short, usual, above_usual, risen_most,
    answer_button, answer_said, answer_verdict, answer_note, answer_snooze, answer_save, answer_in_draft, answer_conflict, answer_needs_note, answers_earlier, asked_again, not_answered,
    verdict_expected, verdict_real, verdict_ignored, incidents_on_days, moves_title, moves_rule, move_explained,
    cloud_anomalies_title, cloud_anomalies_rule, cloud_anomalies_causes,
    questions_title, questions_explained, question_budget, question_anomaly, question_mover, question_unallocated, question_stale, question_mend_budget, question_mend_rules, question_mend_source,
    imports_title, imports_question_freshness, imports_freshness, imports_totals, imports_question_totals, imports_issues,
    imports_question_issues, imports_accounts, imports_question_accounts, imports_exports, imports_question_exports, export_files, export_size, export_read, imports_requests, imports_question_requests, day_utc, requests_asked, requests_answered, price,
    changes_title, changes_months_title, changes_months_question, changes_owners_title, changes_owners_question, changes_days_title, changes_days_question, changes_close_title, changes_close_question, changes_since_label, changes_since_freeze, changes_since_week, changes_since_weeks, changes_since_day, changes_show, changes_without, changes_all, changes_month, changes_bill, changes_before, changes_restated, changes_reallocated, changes_after, changes_arrived, changes_difference, changes_seen, changes_of_days, changes_none, changes_none_filtered, changes_not_delivered, changes_after_close, changes_link, month_open, month_closing, month_unconfirmed, month_closed, month_changed, month_checked, figure_final,
    source, kind, last_data, received, complete_through, billing_account, billing_period, billed, effective, rows, file, line, column, what, mend,
    gravity_warning, gravity_rejected, account, name_on_bill, last_day, delivered,
    empty_imports, empty_imports_do, empty_cost, empty_cost_do, empty_objectives, empty_objectives_do, empty_incidents,
    empty_products, empty_products_do, empty_archive, no_issues, no_unknown_accounts,
    archive_title, archive_question, week, state, products_title, products_question, group,
    objectives_page_title, all_incidents, all_objectives,
    not_found_title, not_found_text, error_title, error_text, invalid_title, forbidden_title, forbidden_text, conflict_title, conflict_text, back_to_review,
    error_id, billed_view, effective_view, in_reporting_currency, filtered_out, show_all, fictional,
    link_runbook, link_readiness, link_dashboard, link_repository, exact_total, minutes_heading, lead_budget, day, cumulative,
    catalogue, catalogue_rules, catalogue_question_rules, catalogue_accounts, catalogue_question_accounts, catalogue_edit, catalogue_question_edit, catalogue_history, catalogue_question_history, catalogue_file_label, catalogue_check_button, catalogue_check_again_button, catalogue_edit_explained, catalogue_file_behind, catalogue_no_rules, catalogue_faults, catalogue_question_faults, catalogue_what_to_enter, catalogue_no_proposals, catalogue_invalid, rule_name, rule_conditions, rule_target, rule_valid, rule_everything, rule_always, by_rules, shared_pool, closed, proposal, proposal_faults, proposal_question_faults, proposal_changes, proposal_question_changes, proposal_effect, proposal_question_effect, proposal_effect_none, proposal_effect_applied, proposal_in_force, proposal_then, proposal_apply, proposal_question_apply, proposal_apply_button, proposal_apply_explained, proposal_nothing, proposal_stale, proposal_reason_needed, proposal_applied, proposal_open, proposal_by,
    cost_page_title, cost_calendar_title, cost_calendar_question, cost_parts_title, cost_parts_question, cost_lines_title, cost_lines_question, cost_lines_label, cost_parts_label, cost_calendar_label, cost_by_label, cost_run_rate, cost_share, cost_no_lines, cost_resources_title, cost_resources_question, cost_resources_label, cost_resources_total, cost_no_resources, resource, other_resources, cost_all, cost_in_console, stretch_month, stretch_half, stretch_year, stretch, cost_spent, cost_budget_months, cost_budget_left, cost_line, cost_live_stamp, cost_decided_by, cost_description, cost_history_title, region, organizational_unit, charge_category, not_named, cost_total, groups_label, groups_all, no_group, cost_units_title, cost_units_question, unit_month, unit_per_unit, cost_with_tax, cost_without_tax, tax_included, tax_excluded, cost_one_off, tag, untagged, charge_month_start, charge_usage, charge_purchase, charge_tax, charge_credit, charge_adjustment, charge_other
}

/// The words of a language.
#[must_use]
pub fn texts(language: Language) -> &'static Texts {
    match language {
        Language::Japanese => &ja::JA,
        Language::English => &en::EN,
    }
}

impl Texts {
    /// The word of a status.
    #[must_use]
    pub fn status(&self, status: Status) -> &'static str {
        match status {
            Status::Ok => self.ok,
            Status::Risk => self.risk,
            Status::Breached => self.breached,
            Status::NoData => self.no_data,
        }
    }

    /// The word of who noticed.
    #[must_use]
    pub fn detected_by(&self, by: DetectedBy) -> &'static str {
        match by {
            DetectedBy::Monitor => self.detected_monitor,
            DetectedBy::Customer => self.detected_customer,
            DetectedBy::Staff => self.detected_staff,
            DetectedBy::Vendor => self.detected_vendor,
        }
    }

    /// The word of a kind of source.
    #[must_use]
    pub fn source_kind(&self, kind: SourceKind) -> &'static str {
        match kind {
            SourceKind::Cost => self.kind_cost,
            SourceKind::Objectives => self.kind_objectives,
            SourceKind::Incidents => self.kind_incidents,
        }
    }

    /// The word of an environment.
    #[must_use]
    pub fn environment(&self, environment: Environment) -> &'static str {
        match environment {
            Environment::Production => self.environment_production,
            Environment::Staging => self.environment_staging,
            Environment::Development => self.environment_development,
            Environment::Shared => self.environment_shared,
            Environment::Preview => self.environment_preview,
        }
    }

    /// The word of a kind of commitment.
    #[must_use]
    pub fn commitment(&self, kind: CommitmentKind) -> &'static str {
        match kind {
            CommitmentKind::SavingsPlan => self.commitment_savings_plan,
            CommitmentKind::Reservation => self.commitment_reservation,
            CommitmentKind::Credit => self.commitment_credit,
        }
    }

    /// The word of what has become of a notice.
    #[must_use]
    pub fn delivery(&self, state: Delivery) -> &'static str {
        match state {
            Delivery::Waiting => self.notice_waiting,
            Delivery::Sent => self.notice_sent,
            Delivery::Failed => self.notice_failed,
            Delivery::Withdrawn => self.notice_withdrawn,
        }
    }

    /// The word of a known kind of link, else the kind itself.
    #[must_use]
    pub fn link_kind<'a>(&self, kind: &'a str) -> &'a str {
        match kind {
            "runbook" => self.link_runbook,
            "readiness" => self.link_readiness,
            "dashboard" => self.link_dashboard,
            "repository" => self.link_repository,
            other => other,
        }
    }

    /// The words of whether an amount means taxes.
    #[must_use]
    pub fn tax(&self, tax: Tax) -> &'static str {
        match tax {
            Tax::Included => self.tax_included,
            Tax::Excluded => self.tax_excluded,
        }
    }

    /// The word of a charge category.
    #[must_use]
    pub fn charge(&self, category: ChargeCategory) -> &'static str {
        match category {
            ChargeCategory::Usage => self.charge_usage,
            ChargeCategory::Purchase => self.charge_purchase,
            ChargeCategory::Tax => self.charge_tax,
            ChargeCategory::Credit => self.charge_credit,
            ChargeCategory::Adjustment => self.charge_adjustment,
            ChargeCategory::Other => self.charge_other,
        }
    }
}
