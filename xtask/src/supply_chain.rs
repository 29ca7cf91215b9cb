//! cargo-deny and cargo-audit, if they are installed and can fetch the advisories.

use crate::report::Report;
use crate::sh;
use crate::toolchain::Toolchain;

/// Licences, sources and duplicates by `deny.toml`, then known vulnerabilities.
pub fn check(report: &mut Report, toolchain: &Toolchain) {
    let there = |tool: &str| sh::on_path(&format!("cargo-{tool}"));
    if there("deny") {
        report.step("cargo deny", || {
            sh::run(
                toolchain
                    .cargo()
                    .args(["deny", "check", "bans", "licenses", "sources"]),
            )
        });
    } else {
        report.skip("cargo deny", "cargo-deny is not installed");
    }
    if !there("audit") {
        return report.skip("cargo audit", "cargo-audit is not installed");
    }
    // A list that cannot be fetched is not a finding.
    match sh::output(toolchain.cargo().arg("audit")) {
        Err(error) if error.to_string().contains("couldn't fetch advisory database") => {
            report.skip("cargo audit", "the advisories cannot be fetched from here");
        }
        result => {
            report.step("cargo audit", || result.map(|said| println!("{said}")));
        }
    }
}
