//! Backstage's catalog-info.yaml: what becomes a product, and what is said about the rest.

use domain::product::Link;
use sources::backstage::{BackstageProduct, parse};

const HEAD: &str = "apiVersion: backstage.io/v1alpha1\n";

/// Products as `slug: what`, and remarks as `file:line rule`.
fn told(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    let parsed = parse(&files);
    let field = |name: &str, value: Option<&str>| value.map(|value| format!("{name}={value}"));
    let product = |(slug, product): &(domain::product::Slug, BackstageProduct)| {
        let tier = product.tier.map(|tier| tier.to_string());
        let fields = [
            field("title", product.title.as_deref()),
            field("group", product.group.as_deref()),
            field("tier", tier.as_deref()),
            field("manager", product.product_manager.as_deref()),
            field("sre", product.embedded_sre.as_deref()),
            field("chat", product.chat_channel.as_deref()),
        ];
        let links = product.links.iter().map(|link| format!("{}→{}", link.kind, link.url));
        let all: Vec<String> = fields.into_iter().flatten().chain(links).collect();
        format!("{slug}: {}", all.join(" "))
    };
    let remark = |issue: &domain::rejection::Issue| {
        assert!(!issue.what.is_empty() && !issue.mend.is_empty());
        let line = issue.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{}{line} {}", issue.file, issue.rule)
    };
    (parsed.values.iter().map(product).collect(), parsed.issues.iter().map(remark).collect())
}

#[test]
fn a_system_with_its_owner_domain_and_links_is_a_product() {
    let info = format!(
        "{HEAD}kind: System
metadata:
  name: Online_Care
  title: オンライン診療
  annotations:
    teirei/tier: '1'
    teirei/chat-channel: '#care'
    backstage.io/source-location: url:https://git.example/care/
  links:
    - url: https://wiki.example/care
      title: 手順書
      type: Runbook
    - url: https://grafana.example/care
      title: Golden signals
    - url: https://example.com/care
spec:
  owner: group:default/team-care
  domain: care
---
{HEAD}kind: Component
metadata: {{ name: care-api }}
spec: {{ type: service, system: online-care, owner: user:default/mori }}
---
{HEAD}kind: Component
metadata: {{ name: portal }}
spec: {{ type: website, owner: user:mori }}
---
{HEAD}kind: Component
metadata: {{ name: colours }}
spec: {{ type: library, owner: team-care }}
"
    );
    let people = format!(
        "{HEAD}kind: Group
metadata: {{ name: team-care }}
spec: {{ type: team, profile: {{ displayName: 診療チーム }}, children: [] }}
---
{HEAD}kind: User
metadata: {{ name: mori, title: 森 }}
spec: {{ memberOf: [team-care] }}
---
{HEAD}kind: Domain
metadata: {{ name: care, title: 診療 }}
spec: {{ owner: team-care }}
---
{HEAD}kind: API
metadata: {{ name: care }}
"
    );
    let (products, remarks) = told(&[("care.yaml", &info), ("people.yaml", &people)]);
    assert_eq!(remarks, Vec::<String>::new());
    assert_eq!(
        products,
        [
            "online-care: title=オンライン診療 group=診療 tier=1 manager=診療チーム chat=#care \
             runbook→https://wiki.example/care Golden signals→https://grafana.example/care \
             page→https://example.com/care repository→https://git.example/care",
            "portal: manager=森",
        ]
    );
    let alone = parse(&[("care.yaml", info.as_bytes())]);
    assert_eq!(
        alone.values[0].1.product_manager.as_deref(),
        Some("team-care"),
        "a name where nobody gives a title"
    );
}

#[test]
fn annotations_choose_the_short_name_and_leave_entities_out() {
    let info = format!(
        "{HEAD}kind: Component
metadata: {{ name: api, annotations: {{ teirei/product: telemed, teirei/product-manager: Sato }} }}
spec: {{ type: library, system: x, owner: a }}
---
{HEAD}kind: System
metadata: {{ name: x, title: Telemedicine, annotations: {{ teirei/product: telemed, github.com/project-slug: org/x }} }}
spec: {{ owner: b }}
---
{HEAD}kind: System
metadata: {{ name: sandbox, annotations: {{ teirei/product: none }} }}
"
    );
    let (products, remarks) = told(&[("info.yaml", &info)]);
    assert_eq!(products, ["telemed: title=Telemedicine manager=b repository→https://github.com/org/x"]);
    assert_eq!(remarks, Vec::<String>::new());
}

#[test]
fn what_cannot_be_read_is_named_with_its_line_and_the_rest_goes_on() {
    let good = format!("{HEAD}kind: System\nmetadata: {{ name: good }}\n");
    for (text, products, remark) in [
        ("kind: SLO\napiVersion: openslo/v1\n".to_owned(), 1, "a.yaml:1 backstage/version"),
        ("just text\n".to_owned(), 1, "a.yaml:1 backstage/version"),
        (format!("{HEAD}kind: System\nmetadata: {{ title: x }}\n"), 1, "a.yaml:1 backstage/name"),
        (format!("{HEAD}kind: System\nmetadata:\n  name: 診療\n"), 1, "a.yaml:4 backstage/slug"),
        (format!("{HEAD}kind: System\nmetadata:\n  name: Good\n"), 1, "a.yaml:8 backstage/repeated"),
        (
            format!("{HEAD}kind: System\nmetadata:\n  name: b\n  links:\n    - {{ url: 'javascript:x' }}\n"),
            2,
            "a.yaml:6 backstage/link",
        ),
        (
            format!("{HEAD}kind: System\nmetadata:\n  name: b\n  links:\n    - {{ title: x }}\n"),
            2,
            "a.yaml:6 backstage/link",
        ),
        (
            format!("{HEAD}kind: System\nmetadata:\n  name: b\n  annotations:\n    teirei/tier: gold\n"),
            2,
            "a.yaml:6 backstage/tier",
        ),
        ("a: [\n".to_owned(), 1, "a.yaml"),
    ] {
        let both = format!("{text}---\n{good}");
        let (found, remarks) = told(&[("a.yaml", &both)]);
        assert_eq!(found.len(), products, "{text}: {found:?}");
        assert_eq!(remarks.len(), 1, "{text}: {remarks:?}");
        assert!(remarks[0].starts_with(remark), "{text}: {remarks:?}");
    }
    let (found, remarks) = told(&[("latin.yaml", "\0"), ("empty.yaml", "")]);
    assert_eq!((found.len(), remarks.len()), (0, 2), "{remarks:?}");
}

#[test]
fn links_of_components_that_name_a_product_are_added_once() {
    let link = |kind: &str, url: &str| Link { kind: kind.to_owned(), url: url.to_owned() };
    let info = format!(
        "{HEAD}kind: System
metadata: {{ name: x, links: [{{ url: https://a.example, type: dashboard }}] }}
---
{HEAD}kind: Component
metadata:
  name: y
  annotations: {{ teirei/product: x }}
  links: [{{ url: https://a.example, type: dashboard }}, {{ url: https://b.example, type: dashboard }}]
spec: {{ type: service }}
"
    );
    let parsed = parse(&[("info.yaml", info.as_bytes())]);
    let [(_, product)] = &parsed.values[..] else { panic!("{parsed:?}") };
    assert_eq!(
        product.links,
        [link("dashboard", "https://a.example"), link("dashboard", "https://b.example")]
    );
    assert_eq!(parsed.values.iter().map(|(slug, _)| slug.as_str()).next().unwrap(), "x");
}
