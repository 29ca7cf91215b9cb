//! Whether this processor can run pgvector as packed in the archive.
//!
//! The published builds of `vector.so` were compiled for the processor of the build machine. On a lesser processor the
//! server dies of an illegal instruction at the first vector operation, so the features are compared before the start.
//! An archive with portable vector code contains the file `PORTABLE`.

/// Processor features that the published builds use, by architecture. x86_64: read off the machine code. aarch64: from
/// processors known to work (Armv9) and to fail (Cortex-A72, Neoverse-N1, virtual machines on Apple silicon).
const NEEDED_X86_64: [&str; 5] = ["avx2", "bmi2", "f16c", "fma", "lzcnt"];
const NEEDED_AARCH64: [&str; 1] = ["sve2"];

/// An error sentence if this processor lacks a needed feature.
pub fn processor_can_run_vector() -> Result<(), String> {
    #[cfg(target_arch = "x86_64")]
    return verdict(&NEEDED_X86_64, has);
    #[cfg(all(target_arch = "aarch64", target_os = "linux"))]
    return verdict(&NEEDED_AARCH64, has);
    // On a Mac the archive was built on the oldest Apple silicon.
    #[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_os = "linux"))))]
    Ok(())
}

/// The check for a processor whose features are given by `has`.
pub fn verdict(needed: &[&str], has: impl Fn(&str) -> bool) -> Result<(), String> {
    let lacking: Vec<_> = needed.iter().copied().filter(|feature| !has(feature)).collect();
    if lacking.is_empty() {
        return Ok(());
    }
    Err(format!(
        "this processor lacks {}, which the vector search of the bundled PostgreSQL needs",
        lacking.join(", ")
    ))
}

/// The features needed on an architecture, by Rust's name of it.
pub fn needed(arch: &str) -> &'static [&'static str] {
    match arch {
        "x86_64" => &NEEDED_X86_64,
        "aarch64" => &NEEDED_AARCH64,
        _ => &[],
    }
}

#[cfg(target_arch = "x86_64")]
fn has(feature: &str) -> bool {
    match feature {
        "avx2" => is_x86_feature_detected!("avx2"),
        "bmi2" => is_x86_feature_detected!("bmi2"),
        "f16c" => is_x86_feature_detected!("f16c"),
        "fma" => is_x86_feature_detected!("fma"),
        "lzcnt" => is_x86_feature_detected!("lzcnt"),
        _ => false,
    }
}

#[cfg(all(target_arch = "aarch64", target_os = "linux"))]
fn has(feature: &str) -> bool {
    match feature {
        "sve2" => std::arch::is_aarch64_feature_detected!("sve2"),
        _ => false,
    }
}
