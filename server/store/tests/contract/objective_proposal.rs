//! Proposals to change what objectives promise, and what terraform says of them.

use domain::objective::{BudgetingMethod, Objective, Window, WindowUnit};
use domain::objective_proposal::{ObjectiveProposal, Promise, ProposalState, ProposalStep};
use domain::product::Environment;
use domain::ratio::Ppm;
use domain::terraform::{TerraformKind, TerraformObjective};
use store::{ObjectivePatch, StoreError};

use crate::arena::{Arena, contract, instant};

contract!(
    a_proposal_comes_back_with_its_steps,
    a_step_that_cannot_follow_is_refused,
    a_definition_that_carries_a_proposal_closes_it,
    a_proposal_ends_with_its_objective,
    patches_are_kept_in_order,
    terraform_is_that_of_the_last_upload
);

const AT: &str = "2026-11-23T01:00:00.123456Z";

fn rolling(days: i64) -> Window {
    Window::Rolling { seconds: days * 86_400 }
}

fn month() -> Window {
    Window::Calendar {
        unit: WindowUnit::Month,
        count: 1,
        start: "2024-01-01T00:00:00".parse().unwrap(),
        time_zone: "Asia/Tokyo".to_owned(),
    }
}

fn step(state: ProposalState, by: &str) -> ProposalStep {
    ProposalStep { state, at: instant(AT), by: by.to_owned(), reason: "実績に合わせる".to_owned() }
}

fn proposal(objective: &str, promise: Promise) -> ObjectiveProposal {
    ObjectiveProposal {
        id: 0,
        objective: objective.to_owned(),
        definition_hash: "abc".to_owned(),
        before: Promise { target: Ppm(999_000), window: rolling(28) },
        promise,
        steps: vec![step(ProposalState::Submitted, "Sato")],
    }
}

fn objective(id: &str, promise: Promise) -> Objective {
    Objective {
        id: id.to_owned(),
        display_name: id.to_owned(),
        description: String::new(),
        service: "booking".to_owned(),
        product: None,
        environment: Environment::Production,
        method: BudgetingMethod::Occurrences,
        definition_hash: format!("{promise:?}"),
        target: promise.target,
        window: promise.window,
        counting: domain::counting::Counting::default(),
        source: "openslo".to_owned(),
        valid_from: instant("2026-11-01T00:00:00Z"),
        reviewed_at: None,
    }
}

async fn a_proposal_comes_back_with_its_steps(arena: &Arena) {
    let store = &arena.store;
    let looser = proposal("a", Promise { target: Ppm(995_000), window: month() });
    let draft = ObjectiveProposal {
        steps: vec![step(ProposalState::Draft, "Mori")],
        ..proposal("b", Promise { target: Ppm(999_900), window: rolling(30) })
    };
    assert_eq!(store.objective_proposal_insert(&looser).await.unwrap(), 1);
    let before = store.revision().await.unwrap();
    assert_eq!(store.objective_proposal_insert(&draft).await.unwrap(), 2);
    assert_eq!(store.revision().await.unwrap(), before + 1, "pages see it at once");
    store.objective_proposal_step(1, &step(ProposalState::Approved, "Ito")).await.unwrap();
    let listed = store.objective_proposal_list().await.unwrap();
    let steps = vec![step(ProposalState::Submitted, "Sato"), step(ProposalState::Approved, "Ito")];
    let expected =
        [ObjectiveProposal { id: 2, ..draft }, ObjectiveProposal { id: 1, steps, ..looser.clone() }];
    assert_eq!(listed, expected);
    assert_eq!((listed[1].author(), listed[1].state()), ("Sato", ProposalState::Approved));
    for change in [
        "UPDATE objective_proposal SET target = 1",
        "DELETE FROM objective_proposal",
        "UPDATE objective_proposal_step SET reason = 'x'",
        "DELETE FROM objective_proposal_step",
    ] {
        assert!(arena.execute(change).await.is_err(), "{change}");
    }
    let nul = ObjectiveProposal { objective: "a\0".to_owned(), ..looser.clone() };
    let bare = ObjectiveProposal { steps: Vec::new(), ..looser };
    for refused in [nul, bare] {
        let refused = store.objective_proposal_insert(&refused).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
}

async fn a_step_that_cannot_follow_is_refused(arena: &Arena) {
    let store = &arena.store;
    let promise = Promise { target: Ppm(995_000), window: rolling(28) };
    store.objective_proposal_insert(&proposal("a", promise)).await.unwrap();
    store.objective_proposal_step(1, &step(ProposalState::Refused, "Ito")).await.unwrap();
    for (id, state) in [(1, ProposalState::Approved), (1, ProposalState::Closed), (7, ProposalState::Refused)]
    {
        let refused = store.objective_proposal_step(id, &step(state, "Ito")).await;
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    }
    assert_eq!(store.objective_proposal_list().await.unwrap()[0].steps.len(), 2);
}

async fn a_definition_that_carries_a_proposal_closes_it(arena: &Arena) {
    let store = &arena.store;
    let now = Promise { target: Ppm(999_000), window: rolling(28) };
    let looser = Promise { target: Ppm(995_000), window: rolling(28) };
    let replace = async |promise: &Promise, at: &str| {
        let objectives = vec![objective("a", promise.clone()), objective("b", now.clone())];
        store.objective_replace("openslo", objectives, instant(at)).await.unwrap()
    };
    replace(&now, AT).await;
    store.objective_proposal_insert(&proposal("a", looser.clone())).await.unwrap();
    store.objective_proposal_insert(&proposal("b", looser.clone())).await.unwrap();
    assert_eq!(replace(&now, AT).await.carried, 0, "what is proposed is not in force yet");
    let changes = replace(&looser, "2026-11-30T01:00:00Z").await;
    assert_eq!((changes.changed, changes.carried), (1, 1));
    assert_eq!(replace(&looser, "2026-11-30T02:00:00Z").await.carried, 0, "it is closed once");
    let listed = store.objective_proposal_list().await.unwrap();
    assert_eq!(listed[0].state(), ProposalState::Submitted, "another objective's stays open");
    let closed = listed[1].steps.last().unwrap();
    assert_eq!((closed.state, closed.by.as_str()), (ProposalState::Closed, "openslo"));
    assert_eq!(closed.at, instant("2026-11-30T01:00:00Z"));
}

async fn a_proposal_ends_with_its_objective(arena: &Arena) {
    let store = &arena.store;
    let now = Promise { target: Ppm(999_000), window: rolling(28) };
    let looser = Promise { target: Ppm(995_000), window: rolling(28) };
    let replace = async |source: &str, ids: &[&str], at: &str| {
        let one = |id: &&str| Objective { source: source.to_owned(), ..objective(id, now.clone()) };
        store.objective_replace(source, ids.iter().map(one).collect(), instant(at)).await.unwrap()
    };
    replace("openslo", &["a", "b"], AT).await;
    replace("datadog", &["c"], AT).await;
    for id in ["a", "b", "c"] {
        store.objective_proposal_insert(&proposal(id, looser.clone())).await.unwrap();
    }
    store.objective_proposal_step(2, &step(ProposalState::Withdrawn, "Sato")).await.unwrap();
    let changes = replace("openslo", &["x"], "2026-11-30T01:00:00Z").await;
    assert_eq!((changes.closed, changes.ended, changes.carried), (2, 1, 0));
    assert_eq!(replace("openslo", &["x"], "2026-11-30T02:00:00Z").await.ended, 0, "it ends once");
    let listed = store.objective_proposal_list().await.unwrap();
    let last = |id: i64| listed.iter().find(|one| one.id == id).unwrap().steps.last().unwrap();
    assert!(last(1).is_gone() && last(1).by == "openslo", "{:?}", last(1));
    assert_eq!(last(1).at, instant("2026-11-30T01:00:00Z"));
    assert_eq!(last(2).state, ProposalState::Withdrawn, "what was decided stays");
    assert_eq!(last(3).state, ProposalState::Submitted, "another source's objective is still there");
    // One that was proposed before this was noticed ends with the next delivery, whoever sends it.
    store.objective_proposal_insert(&proposal("b", looser)).await.unwrap();
    assert_eq!(replace("datadog", &["c"], "2026-12-01T01:00:00Z").await.ended, 1);
}

async fn patches_are_kept_in_order(arena: &Arena) {
    let store = &arena.store;
    let promise = Promise { target: Ppm(995_000), window: rolling(28) };
    store.objective_proposal_insert(&proposal("a", promise)).await.unwrap();
    let patch = |address: &str, patch: Option<&str>| ObjectivePatch {
        at: instant(AT),
        by: "Ito".to_owned(),
        address: address.to_owned(),
        path: "slo/main.tf".to_owned(),
        patch: patch.map(str::to_owned),
        block: "thresholds {\n}\n".to_owned(),
        remark: String::new(),
    };
    let made = [patch("one", Some("--- a\n+++ b\r\n")), patch("two", None)];
    for one in &made {
        store.objective_patch_insert(1, one).await.unwrap();
    }
    assert_eq!(store.objective_patch_list(1).await.unwrap(), made);
    assert!(store.objective_patch_list(2).await.unwrap().is_empty());
}

async fn terraform_is_that_of_the_last_upload(arena: &Arena) {
    let store = &arena.store;
    let resource = |source: &str, address: &str, promises: Vec<Promise>| TerraformObjective {
        source: source.to_owned(),
        address: address.to_owned(),
        kind: TerraformKind::Datadog,
        external_id: "0123".to_owned(),
        name: "予約".to_owned(),
        promises,
    };
    let promises = vec![
        Promise { target: Ppm(999_000), window: rolling(7) },
        Promise { target: Ppm(990_000), window: month() },
    ];
    let (one, two) =
        (resource("terraform", "x.b[\"jp\"]", promises), resource("terraform", "x.a", Vec::new()));
    let other = resource("stack-2", "x.a", Vec::new());
    assert!(store.terraform_replace("terraform", vec![one.clone(), two.clone()]).await.unwrap());
    assert!(store.terraform_replace("stack-2", vec![other.clone()]).await.unwrap());
    let before = store.revision().await.unwrap();
    assert!(
        !store.terraform_replace("terraform", vec![two.clone(), one.clone()]).await.unwrap(),
        "the same again"
    );
    assert_eq!(store.revision().await.unwrap(), before);
    assert_eq!(store.terraform_list().await.unwrap(), [other.clone(), two.clone(), one]);
    assert!(store.terraform_replace("terraform", vec![two.clone()]).await.unwrap());
    assert_eq!(store.terraform_list().await.unwrap(), [other.clone(), two.clone()]);
    for wrong in [vec![two.clone(), two], vec![other]] {
        let refused = store.terraform_replace("terraform", wrong).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
    }
}
