//! Whether a step's inputs are the ones it last ran on.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// The lower-case hexadecimal SHA-256 of `bytes`.
pub fn hash_of(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// A hash over the names and bytes of all files at or below `paths`, which are relative to `root`, and
/// over `settings`. A missing path counts as empty.
pub fn hash_of_files(root: &Path, paths: &[&str], settings: &str) -> Result<String> {
    let mut files = Vec::new();
    for path in paths {
        collect(&root.join(path), &mut files)?;
    }
    files.sort();
    let mut hasher = Sha256::new();
    hasher.update(settings);
    for file in files {
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let name = file.strip_prefix(root).unwrap_or(&file);
        hasher.update(format!("\0{}\0{}\0", name.display(), bytes.len()));
        hasher.update(bytes);
    }
    Ok(hexadecimal(&hasher.finalize()))
}

/// All files at or below `path`, in no order.
pub fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))? {
            collect(&entry?.path(), files)?;
        }
    } else if path.exists() {
        files.push(path.to_path_buf());
    }
    Ok(())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_of_files_depends_on_names_bytes_and_settings() -> Result<()> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let base = hash_of_files(root, &["src/inputs.rs"], "")?;
        assert_eq!(base, hash_of_files(root, &["src/inputs.rs", "no/such/file"], "")?);
        assert_ne!(base, hash_of_files(root, &["src/inputs.rs"], "release")?);
        assert_ne!(base, hash_of_files(root, &["src"], "")?);
        Ok(())
    }
}
