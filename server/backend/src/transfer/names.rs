//! File names that are valid on Windows, macOS and Linux, in any script.

use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;

/// Maximum characters of a name without its extension; Windows allows 260 for a whole path.
const LONGEST: usize = 60;

/// Maximum bytes of it: file systems of Linux allow 255 for a name.
const MOST_BYTES: usize = 180;

/// Maximum bytes of a name before a number is appended.
const LONGEST_STEM: usize = 230;

/// Maximum characters of an extension with its dot; anything longer belongs to the name.
const LONGEST_ENDING: usize = 10;

/// Device names of Windows, which are reserved with any extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// Makes a chosen name safe as a part of a file name. Letters of every script stay; `fallback` if nothing is left.
pub(super) fn safe(name: &str, fallback: &str) -> String {
    let plain: String = name.nfc().map(|c| if is_harmless(c) { c } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let line = words.join(" ");
    let cut = clip(&line);
    // Windows removes dots and spaces from a name's end, so two names could become equal.
    let name = cut.trim_matches(['.', ' ']);
    if name.is_empty() {
        return fallback.to_owned();
    }
    if is_device(name) {
        return format!("_{name}");
    }
    name.to_owned()
}

/// Makes a file's name safe; its extension stays.
pub(super) fn safe_file(name: &str, fallback: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if is_ending(ending) => format!("{}.{ending}", safe(stem, fallback)),
        _ => safe(name, fallback),
    }
}

fn is_harmless(c: char) -> bool {
    // Characters that change the direction of the text around them, or are invisible.
    let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fffd}');
    !c.is_control() && !hidden && !r#"<>:"/\|?*"#.contains(c)
}

fn is_ending(ending: &str) -> bool {
    !ending.is_empty() && ending.len() < LONGEST_ENDING && ending.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim().to_lowercase();
    let numbered = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    DEVICES.contains(&&*stem)
        || numbered.is_some_and(|n| n.chars().count() == 1 && n.chars().all(char::is_numeric))
}

fn clip(name: &str) -> &str {
    let mut end = 0;
    for (count, (at, c)) in name.char_indices().enumerate() {
        if count == LONGEST || at + c.len_utf8() > MOST_BYTES {
            break;
        }
        end = at + c.len_utf8();
    }
    &name[..end]
}

/// Used names. Two names count as equal if any file system treats them as equal.
#[derive(Default)]
pub(super) struct Taken {
    names: HashSet<String>,
    /// The last number appended to each name: the next search starts there.
    numbers: HashMap<String, u32>,
}

impl Taken {
    /// This name, with a number appended before the extension if it was used already.
    pub fn give(&mut self, stem: &str, ending: &str) -> String {
        // No file system allows more, and a longer name would only cost time.
        let stem = &stem[..stem.floor_char_boundary(LONGEST_STEM)];
        // Folded once, outside of the loop: a space and a bracket fold to themselves and combine with no letter.
        let (plain_stem, plain_ending) = (folded(stem), folded(ending));
        let plain = format!("{plain_stem}{plain_ending}");
        if self.names.insert(plain.clone()) {
            return format!("{stem}{ending}");
        }
        let number = self.numbers.entry(plain).or_insert(1);
        loop {
            *number += 1;
            if self
                .names
                .insert(format!("{plain_stem} ({number}){plain_ending}"))
            {
                return format!("{stem} ({number}){ending}");
            }
        }
    }
}

/// The name as the most tolerant file system compares it: without case and in one Unicode form.
fn folded(name: &str) -> String {
    name.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

/// A path, escaped for a Markdown link.
pub(super) fn as_link(path: &str) -> String {
    let mut link = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_ascii_alphanumeric() || "-._~/".contains(c) || !c.is_ascii() {
            link.push(c);
        } else {
            link.push_str(&format!("%{:02X}", u32::from(c)));
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn safe_names_are_valid_on_every_system_and_keep_their_letters() {
        let name = |text: &str| safe(text, "untitled");
        assert_eq!(name("What does Biscuit eat?"), "What does Biscuit eat");
        assert_eq!(name("../../etc/passwd"), "etc passwd");
        assert_eq!(name(r"C:\autoexec"), "C autoexec");
        assert_eq!(name("饼干吃什么？"), "饼干吃什么？");
        assert_eq!(name("a\u{202e}b\u{0}c\nd"), "a b c d");
        assert_eq!(name(" . .. "), "untitled");
        assert_eq!(name("NUL"), "_NUL");
        assert_eq!(name("com1.txt"), "_com1.txt");
        assert_eq!(name("come in"), "come in");
        let long = name(&"长".repeat(500));
        assert!(
            long.chars().count() <= LONGEST && long.len() <= MOST_BYTES,
            "{long}"
        );
        let faces = name(&"🦊".repeat(100));
        assert!(
            faces.len() <= MOST_BYTES && faces.chars().all(|c| c == '🦊'),
            "{faces}"
        );
        assert_eq!(safe_file("a photo?.JPEG", "picture"), "a photo.JPEG");
        assert_eq!(safe_file("aux.txt", "file"), "_aux.txt");
        assert_eq!(safe_file(".bashrc", "file"), "file.bashrc");
        let long = safe_file(&format!("{}.png", "x".repeat(300)), "picture");
        assert!(long.len() <= LONGEST + 4 && long.ends_with(".png"));
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut taken = Taken::default();
        assert_eq!(taken.give("Tea", ".md"), "Tea.md");
        assert_eq!(taken.give("tea", ".md"), "tea (2).md");
        assert_eq!(taken.give("ＴＥＡ", ".md"), "ＴＥＡ (3).md");
        assert_eq!(taken.give("Café", ""), "Café");
        assert_eq!(taken.give("Cafe\u{301}", ""), "Cafe\u{301} (2)");
    }

    #[test]
    fn a_link_holds_any_name() {
        assert_eq!(
            as_link("../attachments/3 May/a (1) 图.png"),
            "../attachments/3%20May/a%20%281%29%20图.png"
        );
    }
}
