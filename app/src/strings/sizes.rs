//! Sizes of models and storage.

pub(crate) use super::en::sizes::*;

use super::{
    numbers::{DECIMAL_SEPARATOR, number},
    t,
};

/// "2.5 GB", "12 MB": decimal units, as model pages count.
pub fn size(bytes: u64) -> String {
    let tenths = (bytes + 50_000_000) / 100_000_000;
    if tenths >= 10 {
        let (whole, tenths) = (number(tenths / 10), number(tenths % 10));
        gigabytes(&[&whole, t(DECIMAL_SEPARATOR), &tenths].concat())
    } else {
        megabytes(&number(bytes.div_ceil(1_000_000)))
    }
}

/// "500 MB", "10 GB": binary units, as storage quotas count.
pub fn quota(megabytes_in_all: u32) -> String {
    match (megabytes_in_all / 1024, megabytes_in_all % 1024) {
        (whole @ 1.., 0) => gigabytes(&number(whole.into())),
        _ => megabytes(&number(megabytes_in_all.into())),
    }
}
