//! Recommended models by the memory of the machine: one table.
//!
//! Sizes are those of the downloads; a model needs that much memory plus its context window. The chat models have a
//! licence that allows commercial use (Apache-2.0), speak English and Chinese, and answer without thinking first,
//! which takes minutes on a CPU.

use hearth_types::{Language, ModelPurpose};

/// A recommended model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recommendation {
    pub name: &'static str,
    pub purpose: ModelPurpose,
    pub size_bytes: u64,
}

const fn chat(name: &'static str, megabytes: u64) -> Recommendation {
    Recommendation {
        name,
        purpose: ModelPurpose::Chat,
        size_bytes: megabytes * 1_000_000,
    }
}

const fn embedding(name: &'static str, megabytes: u64) -> Recommendation {
    Recommendation {
        name,
        purpose: ModelPurpose::Embedding,
        size_bytes: megabytes * 1_000_000,
    }
}

/// Smallest memory in GiB for each model; the last row that fits counts.
const BY_MEMORY: [(u64, Recommendation); 4] = [
    (0, chat("qwen2.5:1.5b", 986)),
    (6, chat("qwen3:4b-instruct", 2_500)),
    (14, chat("qwen2.5:7b", 4_700)),
    (30, chat("qwen3:30b-instruct", 19_000)),
];

/// Vision models (Apache-2.0, both languages), by the same measure.
const VISION: [(u64, Recommendation); 2] = [
    (0, chat("qwen2.5vl:3b", 3_200)),
    (14, chat("qwen2.5vl:7b", 6_000)),
];

/// The recommended vision model for a machine with this memory.
pub fn vision_model(memory_bytes: u64) -> Recommendation {
    let gib = memory_bytes >> 30;
    let fits = VISION.iter().rev().find(|(from, _)| gib >= *from);
    fits.map_or(VISION[0].1, |(_, model)| *model)
}

const EMBEDDING: Recommendation = embedding("nomic-embed-text", 274);
/// Embeds Chinese as well as English.
const EMBEDDING_CHINESE: Recommendation = embedding("bge-m3", 1_200);

/// A chat model and an embedding model for a machine with this memory, in an installation of this language.
pub fn for_machine(memory_bytes: u64, language: Language) -> [Recommendation; 2] {
    let gib = memory_bytes >> 30;
    let fits = BY_MEMORY.iter().rev().find(|(from, _)| gib >= *from);
    let chat = fits.map_or(BY_MEMORY[0].1, |(_, model)| *model);
    let embedding = match language {
        Language::English => EMBEDDING,
        Language::SimplifiedChinese => EMBEDDING_CHINESE,
    };
    [chat, embedding]
}

/// Memory of this machine, or the part that its container may use; 0 if unknown, for which the smallest model is
/// recommended.
pub fn memory_bytes() -> u64 {
    let read = |path| std::fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo")
        .and_then(|text| mem_total(&text))
        .unwrap_or(0);
    read("/sys/fs/cgroup/memory.max").map_or(machine, |limit| within(&limit, machine))
}

/// Memory within a container's limit; the limit `max` means none.
fn within(limit: &str, machine: u64) -> u64 {
    limit
        .trim()
        .parse()
        .map_or(machine, |limit: u64| limit.min(machine))
}

fn mem_total(meminfo: &str) -> Option<u64> {
    let kib = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(kib.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_machine_gets_a_small_model_and_a_large_one_a_large_model() {
        let chat = |gib: u64| for_machine(gib << 30, Language::English)[0].name;
        assert_eq!(chat(0), "qwen2.5:1.5b");
        assert_eq!(chat(7), "qwen3:4b-instruct");
        assert_eq!(chat(15), "qwen2.5:7b");
        assert_eq!(chat(64), "qwen3:30b-instruct");
    }

    #[test]
    fn every_recommended_chat_model_leaves_room_for_its_window() {
        for (gib, model) in BY_MEMORY.iter().skip(1) {
            assert!(model.size_bytes * 3 / 2 < gib << 30, "{model:?}");
        }
    }

    #[test]
    fn a_chinese_installation_gets_an_embedder_for_chinese() {
        assert_eq!(for_machine(0, Language::SimplifiedChinese)[1].name, "bge-m3");
        assert_eq!(for_machine(0, Language::English)[1].name, "nomic-embed-text");
    }

    #[test]
    fn a_container_has_the_memory_of_its_limit() {
        assert_eq!(within("2147483648\n", 16 << 30), 2 << 30);
        assert_eq!(within("max\n", 16 << 30), 16 << 30);
        assert_eq!(within("99999999999999\n", 16 << 30), 16 << 30);
    }

    #[test]
    fn memory_is_read_from_the_system() {
        assert_eq!(
            mem_total("MemTotal:       16384 kB\nMemFree: 1 kB\n"),
            Some(16 << 20)
        );
        assert_eq!(mem_total("nothing"), None);
    }
}
