//! Organizations: pages of at most 20, every second one empty, `State` and no `Status`.

use serde_json::{Value, json};

use super::{Account, Answer, World, refuse};

const ROOT: &str = "o-example/r-root";

pub fn answer(world: &World, action: &str, body: &Value) -> Answer {
    if let Some((code, message)) = world.refusals.get(action) {
        return refuse(code, *message);
    }
    match action {
        "ListAccounts" => list(world, body),
        "ListTagsForResource" => Ok(tags(world, body)),
        "DescribeOrganizationalUnit" => {
            let id = body["OrganizationalUnitId"].as_str().unwrap_or_default();
            Ok(json!({ "OrganizationalUnit": { "Id": id, "Name": id.trim_start_matches("ou-root-") } }))
        }
        _ => refuse("UnknownOperationException", action),
    }
}

fn list(world: &World, body: &Value) -> Answer {
    let most = body["MaxResults"].as_u64().unwrap_or(20);
    if !(1..=20).contains(&most) {
        return refuse("InvalidInputException", "MaxResults is 1 to 20");
    }
    let token = body["NextToken"].as_str().unwrap_or("0-full");
    let Some((from, kind)) =
        token.split_once('-').and_then(|(from, kind)| Some((from.parse::<usize>().ok()?, kind)))
    else {
        return refuse("InvalidInputException", "no such token");
    };
    if kind == "empty" {
        return Ok(json!({ "Accounts": [], "NextToken": format!("{from}-full") }));
    }
    let page: Vec<Value> = world.accounts.iter().skip(from).take(most as usize).map(described).collect();
    let next = from + page.len();
    let mut answer = json!({ "Accounts": page });
    if next < world.accounts.len() {
        answer["NextToken"] = json!(format!("{next}-empty"));
    }
    Ok(answer)
}

fn described(account: &Account) -> Value {
    json!({
        "Id": account.id,
        "Arn": format!("arn:aws:organizations::999900001111:account/o-example/{}", account.id),
        "Email": format!("{}@example.com", account.id),
        "Name": account.name,
        "State": account.state,
        "Paths": [format!("{ROOT}/ou-root-{}/{}/", account.unit, account.id)],
    })
}

fn tags(world: &World, body: &Value) -> Value {
    let account = world.accounts.iter().find(|account| body["ResourceId"] == account.id.as_str());
    let tags = account.into_iter().flat_map(|account| &account.tags);
    json!({ "Tags": tags.map(|(key, value)| json!({ "Key": key, "Value": value })).collect::<Vec<_>>() })
}
