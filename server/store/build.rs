//! Tells cargo that a new migration is a change of this crate.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
