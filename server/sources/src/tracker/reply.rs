//! What trackers answer: what is not an issue is nothing, and what is not known is passed over.

use domain::tracker::IssueState;
use jiff::Timestamp;
use serde::Deserialize;

use super::Issue;
use crate::hook::tidy;

/// The longest title that is kept, in letters.
const TITLE_LETTERS: usize = 300;

/// The longest name that is kept, in letters.
const NAME_LETTERS: usize = 100;

#[derive(Deserialize)]
struct GitHubIssue {
    state: String,
    title: String,
    assignee: Option<GitHubUser>,
    closed_at: Option<String>,
}

#[derive(Deserialize)]
struct GitHubUser {
    login: String,
}

/// `GET /repos/{owner}/{repository}/issues/{number}`.
pub(super) fn github(body: &str) -> Option<Issue> {
    let issue: GitHubIssue = serde_json::from_str(body).ok()?;
    let state = match issue.state.as_str() {
        "open" => IssueState::Open,
        "closed" => IssueState::Closed,
        _ => return None,
    };
    Some(Issue {
        state,
        title: tidy(&issue.title, TITLE_LETTERS),
        assignee: issue.assignee.and_then(|user| named(&user.login)),
        closed_at: closed(state, issue.closed_at),
    })
}

#[derive(Deserialize)]
struct JiraIssue {
    fields: JiraFields,
}

#[derive(Deserialize)]
struct JiraFields {
    summary: String,
    status: JiraStatus,
    assignee: Option<JiraUser>,
    resolutiondate: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JiraStatus {
    status_category: JiraCategory,
}

#[derive(Deserialize)]
struct JiraCategory {
    key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JiraUser {
    display_name: Option<String>,
}

/// `GET /rest/api/2/issue/{key}`: names of states are everybody's own, their categories are not.
pub(super) fn jira(body: &str) -> Option<Issue> {
    let JiraFields { summary, status, assignee, resolutiondate } =
        serde_json::from_str::<JiraIssue>(body).ok()?.fields;
    let state = match status.status_category.key.as_str() {
        "new" | "undefined" => IssueState::Open,
        "indeterminate" => IssueState::Started,
        "done" => IssueState::Closed,
        _ => return None,
    };
    Some(Issue {
        state,
        title: tidy(&summary, TITLE_LETTERS),
        assignee: assignee.and_then(|user| named(&user.display_name?)),
        closed_at: closed(state, resolutiondate),
    })
}

fn named(name: &str) -> Option<String> {
    Some(tidy(name, NAME_LETTERS)).filter(|name| !name.is_empty())
}

/// When a closed issue was closed; a time that cannot be read is none.
fn closed(state: IssueState, at: Option<String>) -> Option<Timestamp> {
    at.filter(|_| state == IssueState::Closed)?.parse().ok()
}

#[derive(Deserialize)]
struct Limits {
    rate: Limit,
}

#[derive(Deserialize)]
struct Limit {
    remaining: i64,
}

/// `GET /rate_limit`.
pub(super) fn requests_left(body: &str) -> Option<i64> {
    Some(serde_json::from_str::<Limits>(body).ok()?.rate.remaining)
}

/// `GET /rest/api/2/myself`.
pub(super) fn user(body: &str) -> Option<String> {
    named(&serde_json::from_str::<JiraUser>(body).ok()?.display_name?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_of_github_is_open_or_closed() {
        let open = r#"{"number":218,"state":"open","title":"証明書\u202e の期限","assignee":{"login":"hayashi"},"closed_at":null,"x":1}"#;
        let issue = github(open).unwrap();
        assert_eq!((issue.state, issue.title.as_str()), (IssueState::Open, "証明書 の期限"));
        assert_eq!((issue.assignee.as_deref(), issue.closed_at), (Some("hayashi"), None));
        let closed = r#"{"state":"closed","title":"t","assignee":null,"closed_at":"2026-11-18T04:05:06Z"}"#;
        let issue = github(closed).unwrap();
        assert_eq!(issue.closed_at, "2026-11-18T04:05:06Z".parse().ok());
        for lie in [r#"{"state":"ajar","title":"t"}"#, r#"{"title":"t"}"#, "[]", "<html>"] {
            assert_eq!(github(lie), None, "{lie}");
        }
    }

    #[test]
    fn an_issue_of_jira_is_what_the_category_of_its_state_says() {
        let issue = |category: &str| {
            format!(
                r#"{{"key":"SRE-42","fields":{{"summary":"期限","status":{{"name":"様子見","statusCategory":{{"key":"{category}"}}}},"assignee":{{"displayName":"林 拓也"}},"resolutiondate":"2026-11-18T13:05:06.000+0900"}}}}"#
            )
        };
        for (category, state) in [
            ("new", IssueState::Open),
            ("undefined", IssueState::Open),
            ("indeterminate", IssueState::Started),
            ("done", IssueState::Closed),
        ] {
            let read = jira(&issue(category)).unwrap();
            assert_eq!((read.state, read.assignee.as_deref()), (state, Some("林 拓也")));
            let closed = "2026-11-18T04:05:06Z".parse().ok().filter(|_| state == IssueState::Closed);
            assert_eq!(read.closed_at, closed, "{category}");
        }
        assert_eq!(jira(&issue("lost")), None);
        assert_eq!(jira(r#"{"errorMessages":["no"]}"#), None);
    }
}
