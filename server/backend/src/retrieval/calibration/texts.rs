//! The sentences that calibrate an embedder: what people ask about their lives, what answers it, and what they ask
//! about the world.
//!
//! They look like what recall sees: three quarters of the answers are passages with speaker and date, as they are
//! embedded, and the others memories. A third person is asked about by name. No bench has one of these texts, so that
//! its figures are those of texts that the calibration has not seen (`hearth-bench` tests it).

/// The texts of one language.
pub struct Texts {
    /// Its two letters.
    pub language: &'static str,
    file: &'static str,
}

/// Every language with a calibration of its own; questions in others use all of these together.
pub const ALL: [Texts; 8] = [
    Texts::of("en", include_str!("texts/en.txt")),
    Texts::of("de", include_str!("texts/de.txt")),
    Texts::of("es", include_str!("texts/es.txt")),
    Texts::of("fr", include_str!("texts/fr.txt")),
    Texts::of("zh", include_str!("texts/zh.txt")),
    Texts::of("ja", include_str!("texts/ja.txt")),
    Texts::of("ru", include_str!("texts/ru.txt")),
    Texts::of("ko", include_str!("texts/ko.txt")),
];

impl Texts {
    const fn of(language: &'static str, file: &'static str) -> Self {
        Self { language, file }
    }

    /// Questions about a person's life, each with the text that answers it and none of the others.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.file.lines().filter_map(|line| line.split_once('\t'))
    }

    /// Questions and requests that no personal text answers.
    pub fn general(&self) -> impl Iterator<Item = &'static str> {
        self.file
            .lines()
            .filter(|line| !line.contains('\t') && *line != "-")
    }
}
