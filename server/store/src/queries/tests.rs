//! Every named statement is prepared by the database it is compiled for.

use super::*;

fn statements() -> Vec<&'static str> {
    let mut all: Vec<&'static [&'static str]> = vec![
        cost::STATEMENTS,
        cost_allocation::STATEMENTS,
        cost_commit::STATEMENTS,
        cost_rollup::STATEMENTS,
        cost_scope::STATEMENTS,
        cost_stage::STATEMENTS,
        import_issue::STATEMENTS,
        incident::STATEMENTS,
        lease::STATEMENTS,
        objective::STATEMENTS,
        sli::STATEMENTS,
        snapshot::STATEMENTS,
        source::STATEMENTS,
        state::STATEMENTS,
    ];
    all.extend(catalogue::STATEMENTS);
    all.concat()
}
