//! A real SMTP server, aiosmtpd of the Python packages, that keeps every mail in a folder (`mail.py`).

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// The server; it ends with this value.
pub struct MailServer {
    folder: TempDir,
    child: Child,
    pub port: u16,
}

impl MailServer {
    /// Starts one: `plain`, `starttls` or `tls`. The last two show a certificate for `localhost` that is signed by
    /// an authority of their own, see [`MailServer::authority`].
    pub fn start(mode: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if mode != "plain" {
            certify(folder.path());
        }
        let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/mail");
        assert!(packages.join("ready").exists(), "the mail server is missing: run `make has-mail`");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fake/mail.py");
        let mut child = Command::new("python3")
            .arg("-B")
            .arg(script)
            .arg(folder.path())
            .arg(mode)
            .env("PYTHONPATH", packages)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let patience = Instant::now() + Duration::from_secs(30);
        let port = loop {
            if let Ok(port) = std::fs::read_to_string(folder.path().join("port")) {
                break port.parse().unwrap();
            }
            assert!(child.try_wait().unwrap().is_none() && Instant::now() < patience, "it does not start");
            std::thread::sleep(Duration::from_millis(20));
        };
        Self { folder, child, port }
    }

    /// The certificate of the authority that the server's own is signed by.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// How the next mails are answered, a line each, see `mail.py`.
    pub fn will(&self, lines: &[&str]) {
        std::fs::write(self.folder.path().join("script"), lines.join("\n")).unwrap();
    }

    /// The mails that came, as a reader's program understands them.
    pub fn mails(&self) -> Vec<Value> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> =
            files.filter(|file| file.extension().is_some_and(|form| form == "json")).collect();
        files.sort();
        files.iter().map(|file| serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Makes an authority and a certificate for `localhost` that it signs.
fn certify(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        let made = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    let authority = ["-subj", "/CN=authority", "-keyout", "authority.key", "-out", "authority.pem"];
    openssl(&[&["req", "-x509"][..], &key, &authority].concat());
    let own = ["-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "cert.pem"];
    let signed = ["-CA", "authority.pem", "-CAkey", "authority.key"];
    let names = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
    openssl(&[&["req", "-x509"][..], &key, &own, &signed, &names].concat());
}
