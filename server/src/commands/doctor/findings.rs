//! The doctor's findings: one plain sentence for each check, and what to do about it.

use hearth_types::ModelServerStatus;
use std::{fmt, io, net::SocketAddr, path::Path};

/// Below this much free space, PostgreSQL may soon be unable to write.
const LITTLE_SPACE: u64 = 1 << 30;

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    Good(String),
    /// Works, but not as well as it could.
    Could(String),
    Wrong(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good(text) => write!(f, "  ok     {text}"),
            Self::Could(text) => write!(f, "  note   {text}"),
            Self::Wrong(text) => write!(f, "  WRONG  {text}"),
        }
    }
}

pub fn disk(free: u64, dir: &Path) -> Finding {
    if free < LITTLE_SPACE {
        let (free, dir) = (free >> 20, dir.display());
        return Finding::Wrong(format!(
            "Only {free} MB are free on the disk of {dir}: make room there, before messages cannot be kept."
        ));
    }
    Finding::Good(format!("{} GB are free on the disk.", free >> 30))
}

/// Whether the binary has PDFium.
pub fn pdf_library(bundled: bool) -> Finding {
    if bundled {
        return Finding::Good("PDFs are read by the bundled PDFium.".into());
    }
    Finding::Could(
        "This binary carries no PDFium: PDFs in older Chinese, Japanese and Korean encodings cannot be read, and forms \
         lose their values. `cargo xtask run` builds it in where it can be had."
            .into(),
    )
}

pub fn processor(verdict: Result<(), String>) -> Finding {
    match verdict {
        Ok(()) => Finding::Good("The processor can run the bundled PostgreSQL's vector search.".into()),
        Err(why) => Finding::Wrong(format!(
            "The bundled PostgreSQL cannot run here: {why}. Set DATABASE_URL to a PostgreSQL of your own."
        )),
    }
}

/// The address cannot be bound; `health` is the status of Hearth's health page there, if Hearth answers.
pub fn port(address: SocketAddr, error: &io::Error, health: Option<u16>) -> Finding {
    match (error.kind(), health) {
        (_, Some(200)) => Finding::Good(format!("Hearth answers on {address} and is ready.")),
        (_, Some(_)) => Finding::Wrong(format!(
            "Hearth answers on {address} but is not ready: see its log."
        )),
        (io::ErrorKind::AddrInUse, None) => Finding::Wrong(format!(
            "Another program listens on {address}: end it, or set HEARTH_LISTEN to another port."
        )),
        (io::ErrorKind::PermissionDenied, None) => Finding::Wrong(format!(
            "Hearth's account may not listen on {address}: set HEARTH_LISTEN to a port above 1023."
        )),
        (io::ErrorKind::AddrNotAvailable, None) => Finding::Wrong(format!(
            "This machine does not have the address {}: set HEARTH_LISTEN to one that it has.",
            address.ip()
        )),
        _ => Finding::Wrong(format!(
            "Hearth cannot listen on {address} ({error}): set HEARTH_LISTEN to another address."
        )),
    }
}

pub fn search(is_leakproof: bool) -> Finding {
    if is_leakproof {
        return Finding::Good("The database answers, and full-text search uses its index.".into());
    }
    Finding::Could(
        "The database answers, but full-text search cannot use its index and is slower. A superuser of your PostgreSQL \
         can run, in Hearth's database: alter function ts_match_vq(tsvector, tsquery) leakproof"
            .into(),
    )
}

pub fn one_url() -> Finding {
    Finding::Could(
        "One address serves as owner and as app: whoever else has DATABASE_URL can read everybody's words. docker/README.md \
         tells how to make two roles and set HEARTH_OWNER_DATABASE_URL."
            .into(),
    )
}

pub fn no_trusted_proxy() -> Finding {
    Finding::Could(
        "HEARTH_PUBLIC_URL names an https address, but HEARTH_TRUSTED_PROXIES names no proxy: everybody behind it counts \
         as one address, so one person's wrong passwords slow everybody's sign-in."
            .into(),
    )
}

pub fn no_model_server(url: &str) -> Finding {
    Finding::Wrong(format!(
        "No model server answers at {url}: install Ollama (https://ollama.com) and start it, or set HEARTH_OLLAMA_URL."
    ))
}

pub fn models(status: &ModelServerStatus) -> Vec<Finding> {
    let chat = match status.chat_models.len() {
        0 => Finding::Wrong(format!(
            "The model server at {} has no chat model: an administrator can fetch one on Hearth's page Models.",
            status.url
        )),
        1 => Finding::Good(format!("The model server at {} has one chat model.", status.url)),
        count => Finding::Good(format!(
            "The model server at {} has {count} chat models.",
            status.url
        )),
    };
    let embedding = match &status.embedding_model {
        Some(model) => Finding::Good(format!("{model} makes vectors for recall.")),
        None => Finding::Could(
            "There is no embedding model: recall finds words but not meanings, until an administrator fetches one on \
             Hearth's page Models."
                .into(),
        ),
    };
    vec![chat, embedding]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_wrong_about(finding: &Finding, words: &str) -> bool {
        matches!(finding, Finding::Wrong(text) if text.contains(words))
    }

    #[test]
    fn a_disk_that_is_nearly_full_is_wrong() {
        assert!(is_wrong_about(&disk(300 << 20, Path::new("/x")), "Only 300 MB"));
        assert_eq!(
            disk(5 << 30, Path::new("/x")),
            Finding::Good("5 GB are free on the disk.".into())
        );
    }

    #[test]
    fn a_processor_without_the_features_is_sent_to_a_database_elsewhere() {
        let verdict = hearth_postgres::processor::verdict(&["avx2", "fma"], |feature| feature == "fma");
        let finding = processor(verdict);
        assert!(is_wrong_about(&finding, "lacks avx2") && is_wrong_about(&finding, "DATABASE_URL"));
    }

    #[test]
    fn a_port_in_use_by_hearth_differs_from_one_in_use_by_another_program() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        let at = |kind: io::ErrorKind, health| port(address, &kind.into(), health);
        assert!(is_wrong_about(
            &at(io::ErrorKind::AddrInUse, None),
            "Another program"
        ));
        assert!(is_wrong_about(
            &at(io::ErrorKind::AddrInUse, Some(503)),
            "not ready"
        ));
        assert!(is_wrong_about(
            &at(io::ErrorKind::PermissionDenied, None),
            "above 1023"
        ));
        assert!(is_wrong_about(
            &at(io::ErrorKind::AddrNotAvailable, None),
            "does not have the address"
        ));
        assert!(matches!(
            at(io::ErrorKind::AddrInUse, Some(200)),
            Finding::Good(_)
        ));
    }

    #[test]
    fn what_only_makes_things_slower_is_a_note() {
        assert!(matches!(search(false), Finding::Could(text) if text.contains("leakproof")));
        assert!(matches!(one_url(), Finding::Could(_)));
        assert!(
            matches!(no_trusted_proxy(), Finding::Could(text) if text.contains("HEARTH_TRUSTED_PROXIES"))
        );
    }
}
