//! `cargo xtask run`: from a fresh clone to a running Hearth.

use std::io::Write;
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::models::{self, Models};
use crate::ollama::Ollama;
use crate::report::Report;
use crate::site::{self, Mode};
use crate::{account, paths, pdfium_bundle, postgres_bundle, sh, toolchain};

const DEFAULT_ADDRESS: &str = "127.0.0.1:8642";

/// Sets up, builds, and serves until Ctrl-C.
pub fn run(dev: bool, arguments: &[String]) -> Result<()> {
    let mut report = Report::default();
    let Some((ollama, models)) = prepare(&mut report, dev, arguments) else {
        report.print_steps();
        bail!("the set-up failed; see above");
    };
    report.print_steps();
    println!(
        "\nmodel server {}, chat {}, embeddings {}",
        ollama.url(),
        models.chat,
        models.embed
    );
    let mut hearth = Command::new(paths::target().join(if dev { "debug/hearth" } else { "release/hearth" }));
    hearth.args(arguments).env("HEARTH_OLLAMA_URL", ollama.url());
    // A process group of its own: Ctrl-C reaches only this process, which forwards it once.
    let child = hearth.process_group(0).spawn().context("cannot start hearth")?;
    serve(child, &address(arguments))
}

/// All steps before the start. Hearth is compiled last, because it embeds the site, the database and the PDF library.
fn prepare(report: &mut Report, dev: bool, arguments: &[String]) -> Option<(Ollama, Models)> {
    let mode = if dev { Mode::Dev } else { Mode::Release };
    let toolchain = report.step("toolchain", toolchain::ensure)?;
    report.step("postgres bundle", postgres_bundle::ensure_bundle)?;
    report.step("PDF library", pdfium_bundle::ensure_bundle)?;
    report.step("site", || site::ensure_site(&toolchain, mode))?;
    report.step("build hearth", || {
        let mut build = toolchain.cargo();
        build.args(["build", "-p", "hearth", "--bin", "hearth"]);
        sh::run(if dev { &mut build } else { build.arg("--release") })
    })?;
    let ollama = report.step("model server", Ollama::for_people)?;
    let models = report.step("models", || models::for_people(&ollama.api))?;
    report.step("account", || account::ensure(arguments))?;
    Some((ollama, models))
}

/// Waits for Hearth to end; announces when it is ready, and forwards an interrupt.
fn serve(mut hearth: Child, address: &str) -> Result<()> {
    let (mut announced, mut stopping) = (false, false);
    loop {
        if let Some(status) = hearth.try_wait()? {
            if stopping || status.success() {
                return Ok(());
            }
            bail!("hearth ended ({status})");
        }
        if sh::interrupted() && !stopping {
            stopping = true;
            sh::doing("stopping");
            sh::terminate(&hearth);
        }
        if !announced && !stopping && is_ready(address) {
            announced = true;
            let port = address.rsplit(':').next().unwrap_or_default();
            sh::done(format!(
                "Hearth answers on http://localhost:{port} (Ctrl-C stops it)"
            ));
            let _ = std::io::stdout().flush();
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Whether a server at the address reports that it is ready.
fn is_ready(address: &str) -> bool {
    let Some(socket) = address.to_socket_addrs().ok().and_then(|mut found| found.next()) else {
        return false;
    };
    if TcpStream::connect_timeout(&socket, Duration::from_millis(200)).is_err() {
        return false;
    }
    let request = ureq::get(format!("http://{address}/healthz"))
        .config()
        .timeout_global(Some(Duration::from_secs(2)));
    request.build().call().is_ok()
}

/// The address from flags and environment. A configuration file may override it; then only the announcement is missing.
fn address(arguments: &[String]) -> String {
    let mut pairs = arguments.iter().zip(arguments.iter().skip(1));
    let flag = pairs
        .find(|(name, _)| *name == "--listen")
        .map(|(_, value)| value.clone());
    let joined = arguments
        .iter()
        .find_map(|argument| argument.strip_prefix("--listen=").map(str::to_owned));
    let named = flag.or(joined).or_else(|| std::env::var("HEARTH_LISTEN").ok());
    named
        .unwrap_or_else(|| DEFAULT_ADDRESS.into())
        .replace("0.0.0.0", "127.0.0.1")
}
