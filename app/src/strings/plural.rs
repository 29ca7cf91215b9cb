//! Plural forms: one type for each set of categories and rule of CLDR, for whole numbers
//! (<https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html>).
//!
//! A language names its type; a text without one of its forms does not compile. A language with another rule gets
//! another type here; the tests show three.

/// One for 1, other for the rest: English, German, Dutch, Swedish …
#[derive(Clone, Copy, Debug)]
pub struct OneOther {
    pub one: &'static str,
    pub other: &'static str,
}

impl OneOther {
    pub const fn of(self, n: u64) -> &'static str {
        match n {
            1 => self.one,
            _ => self.other,
        }
    }
}

/// The same form for every number: Chinese, Japanese, Korean …
#[derive(Clone, Copy, Debug)]
pub struct Other {
    pub other: &'static str,
}

impl Other {
    pub const fn of(self, _: u64) -> &'static str {
        self.other
    }
}

#[cfg(test)]
mod tests {
    struct Polish {
        one: &'static str,
        few: &'static str,
        many: &'static str,
    }

    impl Polish {
        const fn of(&self, n: u64) -> &'static str {
            match (n, n % 10, n % 100) {
                (1, ..) => self.one,
                (_, 2..=4, tail) if tail < 12 || tail > 14 => self.few,
                _ => self.many,
            }
        }
    }

    struct Russian {
        one: &'static str,
        few: &'static str,
        many: &'static str,
    }

    impl Russian {
        const fn of(&self, n: u64) -> &'static str {
            match (n % 10, n % 100) {
                (1, tail) if tail != 11 => self.one,
                (2..=4, tail) if tail < 12 || tail > 14 => self.few,
                _ => self.many,
            }
        }
    }

    struct Arabic([&'static str; 6]);

    impl Arabic {
        const fn of(&self, n: u64) -> &'static str {
            let [zero, one, two, few, many, other] = self.0;
            match (n, n % 100) {
                (0, _) => zero,
                (1, _) => one,
                (2, _) => two,
                (_, 3..=10) => few,
                (_, 11..=99) => many,
                _ => other,
            }
        }
    }

    #[test]
    fn polish_has_three_forms() {
        let files = Polish {
            one: "plik",
            few: "pliki",
            many: "plików",
        };
        let forms = [1, 2, 5, 12, 21, 22, 112].map(|n| files.of(n));
        assert_eq!(
            forms,
            ["plik", "pliki", "plików", "plików", "plików", "pliki", "plików"]
        );
    }

    #[test]
    fn russian_counts_twenty_one_as_one() {
        let files = Russian {
            one: "файл",
            few: "файла",
            many: "файлов",
        };
        let forms = [1, 3, 11, 21, 25, 111].map(|n| files.of(n));
        assert_eq!(forms, ["файл", "файла", "файлов", "файл", "файлов", "файлов"]);
    }

    #[test]
    fn arabic_has_six_forms() {
        let forms = Arabic(["zero", "one", "two", "few", "many", "other"]);
        let names = [0, 1, 2, 3, 11, 100, 103, 111].map(|n| forms.of(n));
        assert_eq!(
            names,
            ["zero", "one", "two", "few", "many", "other", "few", "many"]
        );
    }
}
