//! Steps with their durations, and the counts of the test runners.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::sh;

#[derive(PartialEq)]
enum Outcome {
    Done,
    Skipped(String),
    Failed(String),
}

struct Step {
    name: String,
    took: Duration,
    outcome: Outcome,
}

/// Collects the steps of a run.
#[derive(Default)]
pub struct Report {
    steps: Vec<Step>,
    passed: usize,
    failed: usize,
    skipped: Vec<String>,
    /// Number of failed steps whose failing tests are in `failed`.
    explained: usize,
}

impl Report {
    /// Runs a step, prints its duration, and continues after a failure; `None` if it failed.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        if sh::interrupted() {
            self.skip(name, "interrupted");
            return None;
        }
        println!("\n── {name}");
        let begin = Instant::now();
        let result = work();
        let took = begin.elapsed();
        let (outcome, value) = match result {
            Ok(value) => (Outcome::Done, Some(value)),
            Err(error) => (Outcome::Failed(format!("{error:#}")), None),
        };
        if let Outcome::Failed(why) = &outcome {
            println!("✗ {why}");
        }
        println!("── {name}: {:.1} s", took.as_secs_f64());
        self.steps.push(Step {
            name: name.to_owned(),
            took,
            outcome,
        });
        value
    }

    /// A step that runs tests: `tests` adds the runner's results to the counts. A step that fails without a failing
    /// test (for example, a compile error) counts as one failure.
    pub fn tests(&mut self, name: &str, tests: impl FnOnce(&mut Count) -> Result<()>) {
        let mut count = Count::default();
        let well = self.step(name, || tests(&mut count)).is_some();
        self.passed += count.passed;
        self.failed += count.failed;
        self.skipped.append(&mut count.skipped);
        self.explained += usize::from(!well && count.failed > 0);
    }

    pub fn skip(&mut self, name: &str, why: &str) {
        sh::warn(format!("{name}: skipped, {why}"));
        let outcome = Outcome::Skipped(why.to_owned());
        self.steps.push(Step {
            name: name.to_owned(),
            took: Duration::ZERO,
            outcome,
        });
    }

    /// Prints every step and its duration.
    pub fn print_steps(&self) {
        println!("\nsteps");
        for step in &self.steps {
            let seconds = step.took.as_secs_f64();
            match &step.outcome {
                Outcome::Done => println!("  ✓ {seconds:>7.1} s  {}", step.name),
                Outcome::Skipped(why) => println!("  -         -  {} (skipped: {why})", step.name),
                Outcome::Failed(why) => println!("  ✗ {seconds:>7.1} s  {}: {why}", step.name),
            }
        }
        let all: Duration = self.steps.iter().map(|step| step.took).sum();
        println!("    {:>7.1} s  total", all.as_secs_f64());
    }

    /// Prints the last line, `N passed, N failed`; returns whether everything passed.
    pub fn finish(self) -> bool {
        self.print_steps();
        let failed_steps = self
            .steps
            .iter()
            .filter(|step| matches!(step.outcome, Outcome::Failed(_)))
            .count();
        let failed = self.failed + failed_steps - self.explained;
        for skipped in &self.skipped {
            println!("  -  skipped itself: {skipped}");
        }
        let passed = self.passed.saturating_sub(self.skipped.len());
        println!("{passed} passed, {failed} failed");
        failed == 0 && !sh::interrupted()
    }
}

/// Results of the test runners.
#[derive(Default)]
pub struct Count {
    pub passed: usize,
    pub failed: usize,
    /// Tests that cannot run here and reported so; their runner counts them as passed.
    pub skipped: Vec<String>,
}

impl Count {
    /// Parses `test result: ok. 12 passed; 0 failed; …`.
    pub fn read_cargo(&mut self, line: &str) {
        let line = plain(line);
        if let Some((_, skipped)) = line.trim().split_once("skipped: ") {
            self.skipped.push(skipped.to_owned());
        }
        let Some(result) = line.trim().strip_prefix("test result:") else {
            return;
        };
        for part in result.split([';', '.']) {
            self.add(part);
        }
    }

    /// Parses Playwright's summary: a line `12 passed (3.2s)`, a line `1 failed`.
    pub fn read_playwright(&mut self, line: &str) {
        let line = plain(line);
        self.add(line.split('(').next().unwrap_or_default());
    }

    fn add(&mut self, text: &str) {
        let mut words = text.split_whitespace();
        let (number, what, end) = (words.next(), words.next(), words.next());
        let Some(number) = number.and_then(|number| number.parse::<usize>().ok()) else {
            return;
        };
        match (what, end) {
            (Some("passed"), None) => self.passed += number,
            (Some("failed"), None) => self.failed += number,
            _ => {}
        }
    }
}

/// A line without terminal colours.
fn plain(line: &str) -> String {
    let mut pieces = line.split("\u{1b}[");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |text, piece| {
        text + piece.split_once('m').map_or("", |(_, rest)| rest)
    })
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn cargo_results_are_summed() {
        let mut count = Count::default();
        count.read_cargo("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; finished in 0.1s\n");
        count.read_cargo("test result: \u{1b}[31mFAILED\u{1b}[m. 3 passed; 2 failed; 0 ignored\n");
        count.read_cargo("test recall::names_7_passed ... ok\n");
        count.read_cargo("skipped: disk: only root can mount one\n");
        assert_eq!((count.passed, count.failed), (15, 2));
        assert_eq!(count.skipped, ["disk: only root can mount one"]);
    }

    #[test]
    fn playwright_results_are_summed() {
        let mut count = Count::default();
        for line in [
            "  1 failed\n",
            "    [chromium] › a.spec.ts:3 › 9 passed tests\n",
            "  41 passed (1.2m)\n",
        ] {
            count.read_playwright(line);
        }
        assert_eq!((count.passed, count.failed), (41, 1));
    }
}
