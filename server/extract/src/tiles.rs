//! Long pictures, such as a screenshot of a whole page, are cut into parts that a model can read.
//!
//! A model server shrinks a picture to a square or to some 1,500 patches of 28 pixels. A screenshot of 1,080 × 20,000
//! pixels shrunk to 1,600 pixels is 86 pixels wide, and its text is gone. In six parts it is 501 pixels wide, 1.4 for
//! each point of a phone's screen (360 points wide).

use hearth_types::FileTrouble;

/// Longest side of a kept picture, in pixels. More costs a vision model memory and time and improves nothing.
pub(crate) const LONGEST_SIDE: u32 = 1600;

/// Shorter side in pixels that a shrunk picture may have without being cut. Usual photos and screens have more.
const LEAST_SIDE_UNCUT: u32 = 480;

/// Shorter side in pixels of a picture that is never cut: a line or a border.
const NO_TEXT: u32 = 32;

/// Shorter side in pixels below which the text of a screenshot is unreadable.
const LEAST_SIDE: u32 = 320;

/// Shorter side of a part, in pixels.
const MOST_SIDE: u32 = 800;

/// Maximum parts of a picture. Two to four of them fit into half of a window of 8,192 tokens, and a message takes ten
/// attachments.
const MOST_PARTS: u32 = 6;

/// Pixels that neighbouring parts have in common, so that each line of text is whole in one of them.
const OVERLAP: u32 = 64;

/// How a picture is shrunk and then cut along its longer side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub width: u32,
    pub height: u32,
    pub parts: u32,
}

/// The cut of a picture of this size; none for a picture that stays whole.
///
/// # Errors
/// [`FileTrouble::TooNarrow`] if its text would be unreadable even in parts.
pub(crate) fn cut(width: u32, height: u32) -> Result<Option<Cut>, FileTrouble> {
    let (short, long) = (width.min(height), width.max(height));
    if long <= LONGEST_SIDE || short < NO_TEXT || scaled(short, LONGEST_SIDE, long) >= LEAST_SIDE_UNCUT {
        return Ok(None);
    }
    let wanted = long.div_ceil(2 * short).clamp(2, MOST_PARTS);
    let longest = wanted * (LONGEST_SIDE - OVERLAP) + OVERLAP;
    let side = short.min(MOST_SIDE).min(scaled(short, longest, long));
    if side < LEAST_SIDE.min(short / 2) {
        return Err(FileTrouble::TooNarrow);
    }
    let length = scaled(long, side, short).min(longest);
    let parts = length
        .saturating_sub(OVERLAP)
        .div_ceil(LONGEST_SIDE - OVERLAP)
        .max(1);
    let (width, height) = if width < height {
        (side, length)
    } else {
        (length, side)
    };
    Ok(Some(Cut { width, height, parts }))
}

/// Begin and length of each part along a side of this length.
pub(crate) fn ranges(length: u32, parts: u32) -> impl Iterator<Item = (u32, u32)> {
    let part = (length + (parts - 1) * OVERLAP).div_ceil(parts);
    (0..parts).map(move |n| ((n * (part - OVERLAP)).min(length - part), part))
}

/// `value * by / of`, rounded.
fn scaled(value: u32, by: u32, of: u32) -> u32 {
    let of = u64::from(of.max(1));
    u32::try_from((u64::from(value) * u64::from(by) + of / 2) / of).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photos_and_screens_stay_whole() {
        for (width, height) in [
            (4000, 3000),
            (1080, 2400),
            (2400, 1080),
            (1600, 10),
            (5000, 20),
            (300, 1500),
        ] {
            assert_eq!(cut(width, height), Ok(None), "{width} × {height}");
        }
    }

    #[test]
    fn long_pictures_are_cut_and_their_text_stays_readable() {
        let of = |width, height| cut(width, height).unwrap().unwrap();
        assert_eq!(
            of(1080, 20_000),
            Cut {
                width: 501,
                height: 9278,
                parts: 6
            }
        );
        assert_eq!(
            of(20_000, 1080),
            Cut {
                width: 9278,
                height: 501,
                parts: 6
            }
        );
        assert_eq!(
            of(1080, 4000),
            Cut {
                width: 800,
                height: 2963,
                parts: 2
            }
        );
        assert_eq!(
            of(300, 4000),
            Cut {
                width: 300,
                height: 4000,
                parts: 3
            }
        );
        assert_eq!(cut(1080, 40_000), Err(FileTrouble::TooNarrow));
    }

    #[test]
    fn parts_overlap_and_reach_both_ends() {
        for (length, parts) in [(9278, 6), (2963, 2), (4000, 3), (1601, 2)] {
            let ranges: Vec<_> = ranges(length, parts).collect();
            assert_eq!(ranges.first().unwrap().0, 0);
            let (last, part) = *ranges.last().unwrap();
            assert_eq!(last + part, length);
            assert!(part <= LONGEST_SIDE, "{part}");
            for pair in ranges.windows(2) {
                assert!(pair[1].0 < pair[0].0 + pair[0].1, "{pair:?}");
            }
        }
    }
}
