//! Identifies the process that owns some work, so that abandoned work is recognised without waiting.
//!
//! Where Hearth has its database for itself, every other process has ended. Otherwise a process on the same machine
//! (same boot and same process namespace) is looked up in `/proc`. The state of a process on another machine is
//! unknown; its work counts as abandoned after a long enough silence.

use std::{
    collections::HashSet,
    fs,
    sync::{Mutex, PoisonError},
};
use uuid::Uuid;

/// The backends of this process; tests have several.
static RUNNING: Mutex<Option<HashSet<Uuid>>> = Mutex::new(None);

/// A running backend. It counts as ended once this is dropped.
#[derive(Debug)]
pub(crate) struct Instance {
    id: Uuid,
    /// Whether no other process uses the database.
    alone: bool,
}

impl Instance {
    pub fn start(alone: bool) -> Self {
        let id = Uuid::new_v4();
        running(|running| running.insert(id));
        Self { id, alone }
    }

    /// The name of this instance, as stored with its work.
    pub fn name(&self) -> String {
        format!("{} {} {}", machine(), process(std::process::id()), self.id)
    }

    /// Whether the instance with this name has certainly ended.
    pub fn has_ended(&self, name: Option<&str>) -> bool {
        let Some(Name {
            machine: at,
            pid,
            started,
            id,
        }) = name.and_then(Name::read)
        else {
            return self.alone;
        };
        if id == self.id {
            return false;
        }
        if at != machine() {
            return self.alone;
        }
        if pid == std::process::id() && process(pid) == format!("{pid} {started}") {
            return !running(|running| running.contains(&id));
        }
        self.alone || process(pid) != format!("{pid} {started}")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        running(|running| running.remove(&self.id));
    }
}

fn running<T>(with: impl FnOnce(&mut HashSet<Uuid>) -> T) -> T {
    let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    with(running.get_or_insert_default())
}

struct Name<'a> {
    machine: &'a str,
    pid: u32,
    started: &'a str,
    id: Uuid,
}

impl<'a> Name<'a> {
    fn read(name: &'a str) -> Option<Self> {
        let mut parts = name.split(' ');
        Some(Self {
            machine: parts.next()?,
            pid: parts.next()?.parse().ok()?,
            started: parts.next()?,
            id: parts.next()?.parse().ok()?,
        })
    }
}

/// This boot of this machine, and its process namespace.
fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}/{}", boot.trim(), namespace.display()).replace(' ', "-")
}

/// A process id with the process's start, in ticks since the boot, because ids are reused. "gone" for none.
fn process(pid: u32) -> String {
    // The program's name is in parentheses and may contain anything; the start is the 20th field after it.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(')').map(|(_, fields)| fields);
    let mut fields = fields.unwrap_or_default().split_whitespace();
    let state = fields.next().unwrap_or("Z");
    match fields.nth(18) {
        // A zombie: killed, but not yet reaped by its parent.
        Some(started) if state != "Z" => format!("{pid} {started}"),
        _ => format!("{pid} gone"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_that_runs_has_not_ended_and_one_that_was_dropped_has() {
        let (one, two) = (Instance::start(false), Instance::start(false));
        let name = two.name();
        assert!(!one.has_ended(Some(&name)) && !two.has_ended(Some(&name)));
        drop(two);
        assert!(one.has_ended(Some(&name)));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_process_that_was_killed_has_ended_and_one_of_another_machine_may_run() {
        let this = Instance::start(false);
        let mut other = std::process::Command::new("sleep").arg("600").spawn().unwrap();
        let name = format!("{} {} {}", machine(), process(other.id()), Uuid::new_v4());
        assert!(!this.has_ended(Some(&name)), "{name}");
        other.kill().unwrap();
        other.wait().unwrap();
        assert!(this.has_ended(Some(&name)), "{name}");
        let elsewhere = format!("another/pid:[1] 17 170 {}", Uuid::new_v4());
        for unknown in [None, Some("words"), Some(elsewhere.as_str())] {
            assert!(!this.has_ended(unknown), "{unknown:?}");
            assert!(Instance::start(true).has_ended(unknown), "{unknown:?}");
        }
    }
}
