//! Which process something belongs to, so that work whose process has ended is recognised without waiting.
//!
//! Where Hearth has its database for itself, every other process has ended. Otherwise a process of the same machine
//! (the same boot and the same process namespace) is looked for in `/proc`; of a process elsewhere nothing is known,
//! and its work counts as abandoned after it has been silent for long enough.

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

    /// How this instance is written beside work of its own.
    pub fn name(&self) -> String {
        format!("{} {} {}", machine(), process(std::process::id()), self.id)
    }

    /// Whether an instance that was written so has certainly ended.
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

/// This boot of this machine, and the namespace that numbers its processes.
fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{}/{}", boot.trim(), namespace.display()).replace(' ', "-")
}

/// A process and when it started, in ticks since the boot: its number may be given again. "gone" for none.
fn process(pid: u32) -> String {
    // The name of the program stands in parentheses and may hold anything; the start is the 20th field behind it.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(')').map(|(_, fields)| fields);
    let mut fields = fields.unwrap_or_default().split_whitespace();
    let state = fields.next().unwrap_or("Z");
    match fields.nth(18) {
        // A process that was killed and whose parent has not asked for its end yet.
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
