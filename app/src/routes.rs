//! The list of pages.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::pages::{
    actions, admin, archive, catalogue, checklist, comparison, digest, imports, incident, incident_handbook,
    incidents, not_found, note, objective, objective_proposal, objective_queue, objectives, period,
    postmortem, product, product_cost, products, restatements, review, shares, sign_in, topics, week_skip,
};

/// All pages; each is rendered whole, so that its status code is right.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=not_found::NotFoundPage>
                <Route path=path!("/reviews") view=archive::ArchivePage ssr=SsrMode::Async/>
                <Route path=path!("/reviews/compare") view=comparison::ComparisonPage ssr=SsrMode::Async/>
                <Route path=path!("/reviews/four-weeks/:week") view=period::FourWeeksPage ssr=SsrMode::Async/>
                <Route path=path!("/reviews/quarter/:quarter") view=period::QuarterPage ssr=SsrMode::Async/>
                <Route path=path!("/reviews/:week") view=review::ReviewPage ssr=SsrMode::Async/>
                <Route path=path!("/reviews/:week/digest") view=digest::DigestPage ssr=SsrMode::Async/>
                <Route path=path!("/reviews/:week/skip") view=week_skip::WeekSkipPage ssr=SsrMode::Async/>
                <Route path=path!("/reviews/:week/notes") view=note::list::NotesPage ssr=SsrMode::Async/>
                <Route path=path!("/reviews/:week/notes/:place") view=note::NotePage ssr=SsrMode::Async/>
                <Route path=path!("/products") view=products::ProductsPage ssr=SsrMode::Async/>
                <Route path=path!("/products/:slug") view=product::ProductPage ssr=SsrMode::Async/>
                <Route path=path!("/products/:slug/incidents") view=incidents::ProductIncidentsPage ssr=SsrMode::Async/>
                <Route path=path!("/products/:slug/checklists") view=checklist::ChecklistsPage ssr=SsrMode::Async/>
                <Route path=path!("/products/:slug/cost") view=product_cost::ProductCostPage ssr=SsrMode::Async/>
                <Route path=path!("/objectives") view=objectives::ObjectivesPage ssr=SsrMode::Async/>
                <Route path=path!("/objectives/reviews") view=objective_queue::ObjectiveQueuePage ssr=SsrMode::Async/>
                <Route path=path!("/objectives/:id/proposal") view=objective_proposal::ObjectiveProposalPage ssr=SsrMode::Async/>
                <Route path=path!("/objectives/:id") view=objective::ObjectivePage ssr=SsrMode::Async/>
                <Route path=path!("/incidents/handbook") view=incident_handbook::IncidentHandbookPage ssr=SsrMode::Async/>
                <Route path=path!("/incidents/postmortems") view=postmortem::list::PostmortemListPage ssr=SsrMode::Async/>
                <Route path=path!("/incidents/:id") view=incident::IncidentPage ssr=SsrMode::Async/>
                <Route path=path!("/incidents/:id/postmortem") view=postmortem::PostmortemPage ssr=SsrMode::Async/>
                <Route path=path!("/incidents") view=incidents::IncidentsPage ssr=SsrMode::Async/>
                <Route path=path!("/actions") view=actions::ActionsPage ssr=SsrMode::Async/>
                <Route path=path!("/topics") view=topics::TopicsPage ssr=SsrMode::Async/>
                <Route path=path!("/topics/:id") view=topics::topic::TopicPage ssr=SsrMode::Async/>
                <Route path=path!("/decisions/:id") view=topics::decision::DecisionPage ssr=SsrMode::Async/>
                <Route path=path!("/actions/:id") view=actions::action::ActionPage ssr=SsrMode::Async/>
                <Route path=path!("/imports") view=imports::ImportsPage ssr=SsrMode::Async/>
                <Route path=path!("/imports/restatements") view=restatements::RestatementsPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog") view=catalogue::CataloguePage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/products") view=catalogue::products::CatalogueProductsPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/accounts") view=catalogue::accounts::CatalogueAccountsPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/rules") view=catalogue::rules::CatalogueRulesPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/pools") view=catalogue::pools::CataloguePoolsPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/policies") view=catalogue::policies::CataloguePoliciesPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/maintenance") view=catalogue::maintenance::CatalogueMaintenancePage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/budgets") view=catalogue::budgets::BudgetsPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/rates") view=catalogue::rates::RatesPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/usage") view=catalogue::usage::UsagePage ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/users") view=admin::users::UsersPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/audit") view=admin::audit::AuditPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/tokens") view=admin::tokens::TokensPage ssr=SsrMode::Async/>
                <Route path=path!("/shares") view=shares::SharesPage ssr=SsrMode::Async/>
                <Route path=path!("/no-access") view=not_found::NoAccessPage ssr=SsrMode::Async/>
                <Route path=path!("/catalog/proposals/:id") view=catalogue::proposal::ProposalPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
