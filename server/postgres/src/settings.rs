//! How the server is run. Given on the command line, where no file and no `ALTER SYSTEM` overrides
//! them: durability and silence of the log are not up for change.

use std::path::Path;

use crate::Config;

/// Before a recovery: one call for the whole disk where the system has it, which is Linux.
const SYNC: &str = if cfg!(target_os = "linux") {
    "syncfs"
} else {
    "fsync"
};

/// Settings that are the same everywhere.
const FIXED: &[(&str, &str)] = &[
    // Reached through one socket by one account, and nothing else.
    ("listen_addresses", ""),
    ("port", "5432"),
    ("unix_socket_permissions", "0700"),
    // What was acknowledged is on the disk.
    ("fsync", "on"),
    ("full_page_writes", "on"),
    ("recovery_init_sync_method", SYNC),
    // Small: one house, few processes. Parallel workers would need /dev/shm, which containers keep tiny.
    ("io_method", "sync"),
    // Books for reads that are under way: with `sync` there is one at a time.
    ("io_max_concurrency", "4"),
    ("jit", "off"),
    ("huge_pages", "off"),
    ("max_worker_processes", "2"),
    ("max_parallel_workers", "0"),
    ("max_parallel_workers_per_gather", "0"),
    ("max_parallel_maintenance_workers", "0"),
    ("max_logical_replication_workers", "0"),
    ("autovacuum", "on"),
    ("autovacuum_worker_slots", "3"),
    ("autovacuum_max_workers", "2"),
    // Nobody replicates from here.
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    // What one message changes, many times over. By itself it would grow with the cache, to 16 MB that stay in use.
    ("wal_buffers", "2MB"),
    ("max_wal_size", "512MB"),
    ("min_wal_size", "64MB"),
    // The log goes to Hearth and holds nobody's words: `log` leaves out what a single statement did
    // wrong (its message may quote a value; the client gets it anyway), `terse` leaves out details.
    ("logging_collector", "off"),
    ("log_destination", "stderr"),
    ("log_line_prefix", "%m [%p] "),
    ("log_timezone", "UTC"),
    ("log_min_messages", "log"),
    ("log_min_error_statement", "panic"),
    ("log_error_verbosity", "terse"),
    ("log_statement", "none"),
    ("log_min_duration_statement", "-1"),
    ("log_min_duration_sample", "-1"),
    ("log_parameter_max_length", "0"),
    ("log_parameter_max_length_on_error", "0"),
    ("log_lock_waits", "off"),
    ("log_checkpoints", "off"),
    ("debug_print_parse", "off"),
    ("debug_print_plan", "off"),
    ("debug_print_rewritten", "off"),
];

/// The arguments of `postgres`.
pub(crate) fn arguments(config: &Config, cluster: &Path, socket_dir: &Path) -> Vec<std::ffi::OsString> {
    let mut arguments = vec!["-D".into(), cluster.into(), "-k".into(), socket_dir.into()];
    let chosen = [
        ("shared_buffers", format!("{}MB", config.shared_buffers_mib)),
        ("max_connections", config.max_connections.to_string()),
    ];
    let fixed = FIXED.iter().map(|(name, value)| (*name, (*value).to_owned()));
    for (name, value) in chosen.into_iter().chain(fixed) {
        arguments.extend(["-c".into(), format!("{name}={value}").into()]);
    }
    arguments
}
