//! Environment variables with the prefix of Hearth's settings.
//!
//! A misspelt variable would silently have no effect, so an unknown one is an error. Known are the settings, the variables
//! of builds and tests of this repository ([`OTHERS`]), and those that Kubernetes sets in every container where a service
//! is called `hearth`.

use super::table;

/// What `cargo xtask`, the build, the tests, the benches and `docker/compose.yml` read; the server ignores them.
const OTHERS: &[&str] = &[
    "HEARTH_BIN",
    "HEARTH_BIND",
    "HEARTH_CACHE",
    "HEARTH_DEV_SITE",
    "HEARTH_EMBEDDED_POSTGRES",
    "HEARTH_EMBEDDED_SITE",
    "HEARTH_EMBEDDED_SOURCE",
    "HEARTH_FAKE_MODEL_SERVER",
    "HEARTH_LOOKS",
    "HEARTH_POSTGRES_ARCHIVE",
    "HEARTH_SCREENSHOTS",
    "HEARTH_TOOLCHAIN",
];

/// Beginnings of others: one for each thing that a test or a bench may be pointed at.
const OTHERS_BEGIN: &[&str] = &["HEARTH_TEST_", "HEARTH_BENCH_"];

/// What people write for a setting whose name is too different to be found by likeness.
const MEANT: &[(&str, &str)] = &[
    ("PORT", "HEARTH_LISTEN"),
    ("HOST", "HEARTH_LISTEN"),
    ("ADDRESS", "HEARTH_LISTEN"),
    ("MODEL", "HEARTH_CHAT_MODEL"),
    ("URL", "HEARTH_PUBLIC_URL"),
    ("CONTEXT", "HEARTH_NUM_CTX"),
    ("PARALLEL", "HEARTH_MODEL_SLOTS"),
];

/// Refuses the first unknown variable. Its value is read only to recognise Kubernetes, and never quoted.
pub fn check<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> anyhow::Result<()> {
    let unknown = variables.into_iter().find(|(name, value)| {
        name.starts_with("HEARTH_") && !is_known(name) && !is_of_kubernetes(name, value)
    });
    match unknown {
        None => Ok(()),
        Some((name, _)) => anyhow::bail!(
            "there is no setting {name}: did you mean {}? Unset it, or see `hearth --help` for all settings",
            nearest(name)
        ),
    }
}

fn is_known(name: &str) -> bool {
    name == "HEARTH_CONFIG"
        || table::SETTINGS.iter().any(|setting| setting.variable == name)
        || OTHERS.contains(&name)
        || OTHERS_BEGIN.iter().any(|begin| name.starts_with(begin))
}

/// `HEARTH_PORT=tcp://10.0.0.1:8642`, `HEARTH_PORT_8642_TCP_ADDR`, `HEARTH_SERVICE_HOST`.
fn is_of_kubernetes(name: &str, value: &str) -> bool {
    name.starts_with("HEARTH_SERVICE_")
        || name.starts_with("HEARTH_PORT_")
        || (name == "HEARTH_PORT" && value.contains("://"))
}

/// The variable that is most like this one.
fn nearest(name: &str) -> &'static str {
    let bare = bare(name);
    let meant = MEANT
        .iter()
        .find(|(word, _)| *word == bare)
        .map(|(_, setting)| *setting);
    let variables = table::SETTINGS
        .iter()
        .map(|setting| setting.variable)
        .chain(["HEARTH_CONFIG"]);
    meant.unwrap_or_else(|| most_like(bare, variables).unwrap_or("HEARTH_LISTEN"))
}

/// The key of the file that is most like this one.
pub fn nearest_key(key: &str) -> &'static str {
    let keys = table::SETTINGS.iter().map(|setting| setting.key);
    most_like(key, keys).unwrap_or("listen")
}

fn most_like(name: &str, among: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    among.min_by_key(|known| strsim::damerau_levenshtein(name, self::bare(known)))
}

fn bare(name: &str) -> &str {
    name.strip_prefix("HEARTH_").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::check;

    #[test]
    fn an_unknown_variable_is_an_error_that_names_the_nearest_setting() {
        for (name, nearest) in [
            ("HEARTH_LISTN", "HEARTH_LISTEN"),
            ("HEARTH_DATADIR", "HEARTH_DATA_DIR"),
            ("HEARTH_OLLAMA", "HEARTH_OLLAMA_URL"),
            ("HEARTH_DATABASE_URL", "DATABASE_URL"),
            ("HEARTH_PORT", "HEARTH_LISTEN"),
            ("HEARTH_NUM_CTXS", "HEARTH_NUM_CTX"),
            ("HEARTH_TRUSTED_PROXY", "HEARTH_TRUSTED_PROXIES"),
        ] {
            let refused = check([(name, "canary")]).unwrap_err().to_string();
            assert!(
                refused.contains(&format!("no setting {name}:"))
                    && refused.contains(&format!("mean {nearest}?")),
                "{refused}"
            );
            assert!(
                !refused.contains("canary") && refused.lines().count() == 1,
                "{refused}"
            );
        }
    }

    #[test]
    fn what_builds_tests_and_kubernetes_set_is_no_setting_and_no_error() {
        check([
            ("HEARTH_CACHE", "/x"),
            ("HEARTH_TOOLCHAIN", "x"),
            ("HEARTH_TEST_OLLAMA_URL", "x"),
            ("HEARTH_BENCH_PASSAGES", "1"),
            ("HEARTH_PORT", "tcp://10.0.0.1:8642"),
            ("HEARTH_PORT_8642_TCP_ADDR", "10.0.0.1"),
            ("HEARTH_SERVICE_HOST", "10.0.0.1"),
            ("HEARTHSTONE", "x"),
            ("PATH", "/bin"),
        ])
        .unwrap();
    }

    /// [`super::OTHERS`] is the one list of them: what reads another variable is found here.
    #[test]
    fn every_variable_that_anything_here_reads_is_known() {
        let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        let mut names = std::collections::BTreeSet::new();
        for file in crate::serve::source::files(root).unwrap() {
            let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
            for reader in ["var(\"", "var_os(\"", "process.env.", "${"] {
                for (at, _) in text.match_indices(&format!("{reader}HEARTH_")) {
                    let name = text[at + reader.len()..]
                        .split(|letter: char| letter != '_' && !letter.is_ascii_uppercase());
                    names.extend(name.take(1).map(str::to_owned));
                }
            }
        }
        assert!(names.len() > 10, "{names:?}");
        check(names.iter().map(|name| (name.as_str(), "x"))).unwrap();
    }
}
