//! The bill of materials: every package that is in the program and in what the browser gets, as CycloneDX.
//!
//! Cargo says what is compiled in (build tools and tests are not), the lock file has the hashes. The same sources give the
//! same bytes: no time and no random number is in it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::{Value, json};

/// What is delivered: a package and what it is built for; nothing said is this machine.
const DELIVERED: [(&str, Option<&str>); 2] = [("server", None), ("frontend", Some("wasm32-unknown-unknown"))];

/// One package of others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Package {
    name: String,
    version: String,
    license: String,
}

/// Writes `target/sbom.cdx.json`; answers the number of packages of others.
pub fn sbom_write(root: &Path) -> anyhow::Result<usize> {
    let mut packages = Vec::new();
    for (package, target) in DELIVERED {
        packages.extend(packages_of(&tree(root, package, target)?));
    }
    packages.sort();
    packages.dedup();
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let document = document(&packages, &checksums(&lock));
    let text = format!("{document:#}\n");
    std::fs::write(root.join("target/sbom.cdx.json"), text)
        .context("target/sbom.cdx.json cannot be written")?;
    Ok(packages.len())
}

fn tree(root: &Path, package: &str, target: Option<&str>) -> anyhow::Result<String> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(["tree", "--locked", "--edges", "normal", "--prefix", "none"]);
    command.args(["--format", "{p}\t{l}", "--package", package]);
    command.args(target.into_iter().flat_map(|target| ["--target", target]));
    let said = command.output().context("cargo cannot be run")?;
    if !said.status.success() {
        bail!("cargo tree: {}", String::from_utf8_lossy(&said.stderr));
    }
    Ok(String::from_utf8(said.stdout)?)
}

/// The packages of a tree without those of this workspace, which stand there with their folder.
fn packages_of(tree: &str) -> Vec<Package> {
    let package = |line: &str| {
        let (name, license) = line.split_once('\t')?;
        let mut words = name.split(' ');
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        let is_ours = words.next().is_some_and(|place| place.starts_with("(/"));
        let license = license.trim_end_matches(" (*)").replace('/', " OR ");
        (!is_ours).then(|| Package { name: name.to_owned(), version: version.to_owned(), license })
    };
    tree.lines().filter_map(package).collect()
}

/// SHA-256 of each package's archive, by name and version, as the lock file has them.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |block: &str, key: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    let package =
        |block: &str| Some(((value(block, "name")?, value(block, "version")?), value(block, "checksum")?));
    lock.split("[[package]]").filter_map(package).collect()
}

fn document(packages: &[Package], checksums: &BTreeMap<(String, String), String>) -> Value {
    let component = |package: &Package| {
        let Package { name, version, license } = package;
        let locator = format!("pkg:cargo/{name}@{version}");
        let mut component = json!({
            "type": "library", "bom-ref": locator, "name": name, "version": version, "purl": locator,
            "scope": "required",
        });
        if !license.is_empty() {
            component["licenses"] = json!([{ "expression": license }]);
        }
        if let Some(hash) = checksums.get(&(name.clone(), version.clone())) {
            component["hashes"] = json!([{ "alg": "SHA-256", "content": hash }]);
        }
        component
    };
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": {
            "type": "application", "bom-ref": "teirei", "name": "teirei", "version": env!("CARGO_PKG_VERSION"),
            "licenses": [{ "expression": "Apache-2.0" }],
        } },
        "components": packages.iter().map(component).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_others_are_listed_once_with_license_and_hash() {
        let tree = "server v0.1.0 (/src/server)\tApache-2.0\nanyhow v1.0.104\tMIT OR Apache-2.0\n\
                    zstd v0.14.4\tMIT/Apache-2.0\nanyhow v1.0.104\tMIT OR Apache-2.0 (*)\nwho-knows v2.0.0\t\n";
        let mut packages = packages_of(tree);
        packages.sort();
        packages.dedup();
        let lock = "version = 4\n\n[[package]]\nname = \"anyhow\"\nversion = \"1.0.104\"\nsource = \"registry\"\n\
                    checksum = \"ab12\"\n\n[[package]]\nname = \"server\"\nversion = \"0.1.0\"\n";
        let document = document(&packages, &checksums(lock));
        let components = document["components"].as_array().unwrap();
        let told: Vec<_> =
            components.iter().map(|one| (&one["purl"], &one["licenses"][0]["expression"])).collect();
        let expected = [
            (json!("pkg:cargo/anyhow@1.0.104"), json!("MIT OR Apache-2.0")),
            (json!("pkg:cargo/who-knows@2.0.0"), Value::Null),
            (json!("pkg:cargo/zstd@0.14.4"), json!("MIT OR Apache-2.0")),
        ];
        assert_eq!(told, expected.iter().map(|(purl, license)| (purl, license)).collect::<Vec<_>>());
        assert_eq!(components[0]["hashes"][0]["content"], "ab12");
    }
}
