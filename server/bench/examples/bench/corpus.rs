//! Words that mean nothing, spread as those of a language are: few that are common, many that are rare.
//!
//! Made from a counter, so that every run has the same. The words end so that no stemmer shortens them.

/// Words of the language.
const VOCABULARY: usize = 6_000;

/// A source of words, the same for the same number.
pub struct Corpus {
    state: u64,
}

impl Corpus {
    pub const fn new(number: u64) -> Self {
        Self {
            state: number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d,
        }
    }

    /// A passage of 14 to 24 words, as a message has.
    pub fn passage(&mut self) -> String {
        let length = 14 + self.below(11);
        let words: Vec<String> = (0..length).map(|_| self.word()).collect();
        format!("{}.", words.join(" "))
    }

    /// The same in a script without spaces: 12 to 24 words of two characters each, with commas.
    pub fn unspaced_passage(&mut self) -> String {
        let length = 12 + self.below(13);
        let words: Vec<String> = (0..length).map(|_| unspaced_word(self.rank())).collect();
        let clauses: Vec<String> = words.chunks(5).map(<[String]>::concat).collect();
        format!("{}。", clauses.join("，"))
    }

    /// A word; the one of rank r about as often as 1/r.
    fn word(&mut self) -> String {
        word(self.rank())
    }

    fn rank(&mut self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
        let rank = ((VOCABULARY as f64).powf(self.below(1 << 20) as f64 / f64::from(1 << 20)) - 1.0) as usize;
        rank
    }

    /// splitmix64.
    fn below(&mut self, end: u64) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// Asks after a passage by five of its words, from the rarest on.
pub fn question_about(passage: &str) -> String {
    let mut words: Vec<&str> = passage.trim_end_matches('.').split(' ').collect();
    // Later words of the language are longer and rarer.
    words.sort_by_key(|word| std::cmp::Reverse(rank(word)));
    words.dedup();
    words.truncate(5);
    format!("What did I say about {}?", words.join(" "))
}

const CONSONANTS: &[u8] = b"bdfgklmnprtvz";
const VOWELS: &[u8] = b"aou";

fn word(rank: usize) -> String {
    let mut word = String::new();
    let mut rest = rank;
    loop {
        word.push(char::from(CONSONANTS[rest % CONSONANTS.len()]));
        rest /= CONSONANTS.len();
        word.push(char::from(VOWELS[rest % VOWELS.len()]));
        rest /= VOWELS.len();
        if rest == 0 {
            word.push('k');
            return word;
        }
    }
}

/// Characters of the language: as many as people use every day.
const CHARACTERS: usize = 900;

fn unspaced_word(rank: usize) -> String {
    let character = |n: usize| {
        u32::try_from(n % CHARACTERS)
            .ok()
            .and_then(|n| char::from_u32(0x4e00 + n * 19))
    };
    [
        character(rank * 7),
        character(rank / CHARACTERS * 31 + rank * 3 + 1),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn rank(word: &str) -> usize {
    let digits = word.trim_end_matches('k').as_bytes().chunks(2).rev();
    digits.fold(0, |rank, pair| {
        let place = |set: &[u8], at: usize| set.iter().position(|c| pair.get(at) == Some(c)).unwrap_or(0);
        (rank * VOWELS.len() + place(VOWELS, 1)) * CONSONANTS.len() + place(CONSONANTS, 0)
    })
}
