//! The table: each measure with its figure, its aim, and whether the aim is met.

use std::fmt::Display;

/// An aim; figures beyond it are marked.
#[derive(Clone, Copy)]
pub enum Aim {
    AtMost(f64, &'static str),
    AtLeast(f64, &'static str),
}

impl Aim {
    fn is_met(self, figure: f64) -> bool {
        match self {
            Self::AtMost(most, _) => figure <= most,
            Self::AtLeast(least, _) => figure >= least,
        }
    }

    fn words(self) -> String {
        match self {
            Self::AtMost(most, unit) => format!("≤ {most} {unit}"),
            Self::AtLeast(least, unit) => format!("≥ {least} {unit}"),
        }
    }
}

/// Everything that will be printed, in Markdown.
#[derive(Default)]
pub struct Report {
    conditions: Vec<String>,
    rows: Vec<[String; 4]>,
    failed: bool,
}

impl Report {
    /// A line above the table.
    pub fn condition(&mut self, line: impl Display) {
        self.conditions.push(line.to_string());
    }

    /// A line that begins a bench.
    pub fn bench(&mut self, name: &str, conditions: &str) {
        self.rows.push([
            format!("**{name}**"),
            conditions.to_owned(),
            String::new(),
            String::new(),
        ]);
    }

    /// A figure without an aim.
    pub fn figure(&mut self, what: impl Display, figure: impl Display) {
        self.push(what.to_string(), figure.to_string(), String::new(), "");
    }

    /// A figure with an aim, printed as `shown`.
    pub fn aimed(&mut self, what: impl Display, figure: f64, shown: impl Display, aim: Aim) {
        let verdict = if aim.is_met(figure) { "met" } else { "MISSED" };
        self.push(what.to_string(), shown.to_string(), aim.words(), verdict);
    }

    /// A bench that failed.
    pub fn failed(&mut self, name: &str, error: &anyhow::Error) {
        self.failed = true;
        self.push(
            name.to_owned(),
            format!("could not be run: {error:#}"),
            String::new(),
            "FAILED",
        );
    }

    pub const fn any_failed(&self) -> bool {
        self.failed
    }

    /// Prints all.
    pub fn print(&self) {
        println!();
        for line in &self.conditions {
            println!("- {line}");
        }
        println!("\n| measure | figure | aim | |\n| --- | --- | --- | --- |");
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
    }

    fn push(&mut self, what: String, figure: String, aim: String, verdict: &str) {
        eprintln!("  {what}: {figure} {verdict}");
        self.rows.push([what, figure, aim, verdict.to_owned()]);
    }
}

/// The value below which `share` (0 to 1) of the values lie; zero when there are none.
pub fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let index = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(index).copied().unwrap_or_default()
}

pub fn median(values: &[f64]) -> f64 {
    percentile(values, 0.5)
}
