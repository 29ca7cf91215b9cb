//! Settings of the server. They are passed on the command line, where neither a file nor `ALTER SYSTEM` overrides them:
//! durability and the silence of the log must not change.

use std::path::Path;

use crate::Config;

/// Before a recovery: one sync of the whole file system where available (Linux).
const SYNC: &str = if cfg!(target_os = "linux") {
    "syncfs"
} else {
    "fsync"
};

/// Settings that are the same everywhere.
const FIXED: &[(&str, &str)] = &[
    // One socket for one account is the only access.
    ("listen_addresses", ""),
    ("port", "5432"),
    ("unix_socket_permissions", "0700"),
    // Acknowledged writes are on the disk.
    ("fsync", "on"),
    ("full_page_writes", "on"),
    ("recovery_init_sync_method", SYNC),
    // Small: one server, few processes. Parallel workers would need /dev/shm, which is tiny in containers.
    ("io_method", "sync"),
    // Bookkeeping for concurrent reads; with `sync` there is one at a time.
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
    // No replication from this server.
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    // Many times what one message writes. The default would grow with the cache, up to 16 MB that stay in use.
    ("wal_buffers", "2MB"),
    ("max_wal_size", "512MB"),
    ("min_wal_size", "64MB"),
    // The log goes to Hearth and must not contain user data: `log` excludes errors of single statements (their text may
    // quote a value; the client gets it anyway), `terse` excludes details.
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

/// The command-line arguments of `postgres`.
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
