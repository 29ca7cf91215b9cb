//! Tools of the browser tests: Chromium, a font for Chinese, and Playwright's packages.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{debian, paths, sh, wheels};

const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The browser: `PLAYWRIGHT_CHROMIUM`, else one on the PATH, else Debian's package.
pub fn ensure_chromium() -> Result<PathBuf> {
    if let Some(named) = std::env::var_os("PLAYWRIGHT_CHROMIUM") {
        return Ok(PathBuf::from(named));
    }
    let find = || NAMES.iter().find_map(|name| sh::which(name));
    if let Some(browser) = find() {
        sh::done(format!("browser: {} (already there)", browser.display()));
        return Ok(browser);
    }
    install(&["chromium"])?;
    let Some(browser) = find() else {
        bail!("Debian's chromium is installed, but not on the PATH")
    };
    sh::done(format!("browser: {}", browser.display()));
    Ok(browser)
}

/// A font with Chinese characters. Without one screenshots show boxes, but no test fails.
pub fn ensure_fonts() {
    let mut list = sh::command("fc-list");
    let there = sh::output(list.args([":lang=zh", "family"])).is_ok_and(|families| !families.is_empty());
    if there {
        sh::done("Chinese font (already there)");
    } else if let Err(error) = install(&["fonts-noto-cjk"]) {
        sh::warn(format!("no Chinese font: {error:#}"));
    }
}

fn install(packages: &[&str]) -> Result<()> {
    if !sh::on_path("apt-get") {
        bail!(
            "{} is missing: install it, or name a browser with PLAYWRIGHT_CHROMIUM",
            packages.join(" ")
        );
    }
    if !rustix::process::geteuid().is_root() {
        bail!(
            "{0} is missing: run `apt-get install {0}` as root",
            packages.join(" ")
        );
    }
    debian::update()?;
    debian::install(packages)
}

/// Playwright, as locked in `end2end/package-lock.json`; npm verifies the hashes. Its own browsers are not downloaded.
pub fn ensure_playwright() -> Result<()> {
    let folder = paths::root().join("end2end");
    let lock = wheels::sha256(&folder.join("package-lock.json"))?;
    let note = folder.join("node_modules/.locked-by");
    if std::fs::read_to_string(&note).is_ok_and(|installed| installed == lock) {
        sh::done("Playwright (already there)");
        return Ok(());
    }
    sh::doing("npm ci in end2end");
    let mut npm = sh::command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&folder);
    sh::run(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    Ok(std::fs::write(note, lock)?)
}
