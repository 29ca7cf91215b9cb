//! The migrations are embedded: a changed folder must build this crate again.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
