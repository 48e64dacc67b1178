//! Two weeks beside each other.

use domain::finding::Status;
use domain::ratio::Ppm;
use domain::week_comparison::{ExceptionChange, ObjectiveCompared, ObjectiveSide, Sides};

fn sides<T>(from: T, to: T) -> Sides<T> {
    Sides { from, to }
}

#[test]
fn what_becomes_of_an_exception() {
    use ExceptionChange::{Came, Eased, Stayed, Went, Worsened};
    use Status::{Breached, NoData, Ok, Risk};
    for (from, to, change) in [
        (None, None, None),
        (Some(Ok), Some(Ok), None),
        (None, Some(Ok), None),
        (Some(Ok), Some(Risk), Some(Came)),
        (None, Some(Breached), Some(Came)),
        // What is unknown is never green.
        (Some(Ok), Some(NoData), Some(Came)),
        (Some(NoData), Some(Ok), Some(Went)),
        (Some(NoData), Some(NoData), Some(Stayed)),
        (Some(NoData), Some(Risk), Some(Worsened)),
        (Some(Risk), Some(Breached), Some(Worsened)),
        (Some(Breached), Some(Risk), Some(Eased)),
        (Some(Breached), Some(Breached), Some(Stayed)),
        (Some(Breached), Some(Ok), Some(Went)),
        (Some(Risk), None, Some(Went)),
    ] {
        assert_eq!(ExceptionChange::of(sides(from, to)), change, "{from:?} then {to:?}");
    }
}

#[test]
fn an_objective_has_changed_by_mark_target_or_five_points_of_its_budget() {
    let side = |status, target, remaining: Option<i64>| {
        Some(ObjectiveSide { status, target: Ppm(target), good: 0, total: 0, remaining: remaining.map(Ppm) })
    };
    let usual = side(Status::Ok, 999_000, Some(500_000));
    for (to, changed) in [
        (usual, false),
        (side(Status::Ok, 999_000, Some(450_001)), false),
        (side(Status::Ok, 999_000, Some(450_000)), true),
        (side(Status::Ok, 999_000, Some(550_000)), true),
        (side(Status::Ok, 999_000, Some(-550_000)), true),
        (side(Status::Risk, 999_000, Some(500_000)), true),
        (side(Status::Ok, 995_000, Some(500_000)), true),
        (side(Status::Ok, 999_000, None), true),
        (None, true),
    ] {
        let one = ObjectiveCompared {
            id: "o".into(),
            display_name: "O".into(),
            product: None,
            sides: sides(usual, to),
        };
        assert_eq!(one.has_changed(), changed, "{to:?}");
    }
}
