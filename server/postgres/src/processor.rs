//! Whether this processor can run pgvector as the archive brings it.
//!
//! The published builds of `vector.so` were made for the processor they were built on. On a lesser
//! one the server dies with an illegal instruction at the first vector, so the features are compared
//! before anything is started. An archive with portable vector code carries the file `PORTABLE`.

/// The features that the published builds use, by architecture: read off the x86_64 code; on
/// aarch64 from where it is known to run (Armv9) and to die (Cortex-A72, Neoverse-N1, virtual
/// machines on Apple silicon).
const NEEDED_X86_64: [&str; 5] = ["avx2", "bmi2", "f16c", "fma", "lzcnt"];
const NEEDED_AARCH64: [&str; 1] = ["sve2"];

/// Says in plain words what this processor lacks.
pub fn processor_can_run_vector() -> Result<(), String> {
    #[cfg(target_arch = "x86_64")]
    return verdict(&NEEDED_X86_64, has);
    #[cfg(all(target_arch = "aarch64", target_os = "linux"))]
    return verdict(&NEEDED_AARCH64, has);
    // On a Mac the archive's code was built on the first of its kind.
    #[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_os = "linux"))))]
    Ok(())
}

/// The sentence for a processor of which `has` tells the features.
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

/// What the verdict is about on an architecture, as Rust names it.
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
