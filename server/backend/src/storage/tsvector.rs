//! A `tsvector` column in PostgreSQL's binary format, read in place: writing a thousand of them as text and parsing
//! that took a good part of recall's time.

use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueFormat, PgValueRef},
};

/// A `tsvector`. Wire format (PostgreSQL's `tsvectorsend`): the number of words, then for each word its bytes, a
/// zero, the number of positions, and the positions; all numbers are big-endian.
#[derive(Clone, Debug)]
pub(crate) struct TsVector(Vec<u8>);

/// A word of a `tsvector`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lexeme<'a> {
    pub word: &'a str,
    places: &'a [[u8; 2]],
}

impl<'a> Lexeme<'a> {
    /// Number of occurrences; a word without positions counts once.
    pub fn count(self) -> usize {
        self.places.len().max(1)
    }

    /// Positions, from 1 on. The weight in the upper two bits is not used.
    pub fn places(self) -> impl Iterator<Item = u32> + use<'a> {
        let place = |bytes: &[u8; 2]| u32::from(u16::from_be_bytes(*bytes) & 0x3fff);
        self.places.iter().map(place)
    }
}

impl TsVector {
    /// All words.
    pub fn words(&self) -> impl Iterator<Item = Lexeme<'_>> {
        let mut rest = self.0.get(4..).unwrap_or_default();
        std::iter::from_fn(move || {
            let end = rest.iter().position(|byte| *byte == 0)?;
            let word = std::str::from_utf8(&rest[..end]).ok()?;
            let (number, after) = rest.get(end + 1..)?.split_first_chunk()?;
            let (places, after) = after.split_at_checked(2 * usize::from(u16::from_be_bytes(*number)))?;
            rest = after;
            Some(Lexeme {
                word,
                places: places.as_chunks().0,
            })
        })
    }

    /// Encodes words with their positions as PostgreSQL would.
    #[cfg(test)]
    pub fn of(words: &[(&str, &[u16])]) -> Self {
        let mut wire = u32::try_from(words.len()).unwrap().to_be_bytes().to_vec();
        for (word, places) in words {
            wire.extend(word.as_bytes());
            wire.push(0);
            wire.extend(u16::try_from(places.len()).unwrap().to_be_bytes());
            wire.extend(places.iter().flat_map(|place| place.to_be_bytes()));
        }
        Self(wire)
    }
}

impl Type<Postgres> for TsVector {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("tsvector")
    }
}

impl Decode<'_, Postgres> for TsVector {
    fn decode(value: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        match value.format() {
            PgValueFormat::Binary => Ok(Self(value.as_bytes()?.to_vec())),
            PgValueFormat::Text => Err("a tsvector is read as bytes".into()),
        }
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::TsVector;
    use crate::testing::TestDatabase;
    use sqlx::{Connection, PgConnection};

    #[tokio::test]
    async fn a_search_column_is_read_as_postgresql_has_it() {
        let database = TestDatabase::create().await;
        let mut connection = PgConnection::connect_with(&database.app).await.unwrap();
        for (text, expected) in [
            ("", vec![]),
            (
                "饼干 dog sleep dog",
                vec![("dog", vec![2, 4]), ("sleep", vec![3]), ("饼干", vec![1])],
            ),
        ] {
            let column: TsVector = sqlx::query_scalar("select to_tsvector('simple', $1)")
                .bind(text)
                .fetch_one(&mut connection)
                .await
                .unwrap();
            let mut words: Vec<_> = column
                .words()
                .map(|found| (found.word, found.places().collect()))
                .collect();
            words.sort_unstable();
            assert_eq!(words, expected);
        }
        let stripped: TsVector = sqlx::query_scalar("select strip(to_tsvector('simple', 'dog dog'))")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        let counts: Vec<_> = stripped
            .words()
            .map(|found| (found.word, found.count()))
            .collect();
        assert_eq!(counts, [("dog", 1)]);
    }
}
