use hearth_postgres::processor::{needed, verdict};

use crate::support::archive;

#[test]
fn a_processor_without_the_features_is_told_which_ones_it_lacks() {
    let needed = needed("x86_64");
    assert_eq!(verdict(needed, |_| true), Ok(()));
    let sentence = verdict(needed, |feature| !["avx2", "fma"].contains(&feature)).unwrap_err();
    assert!(
        sentence.starts_with("this processor lacks avx2, fma, which"),
        "{sentence}"
    );
}

#[test]
fn an_archive_says_itself_whether_it_is_portable() {
    let mut tar = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1).unwrap());
    let mut header = tar::Header::new_ustar();
    header.set_size(0);
    tar.append_data(&mut header, "PORTABLE", &[][..]).unwrap();
    let portable = tar.into_inner().unwrap().finish().unwrap();
    assert!(hearth_postgres::is_portable(&portable));
    // Any real archive may be asked; this one is read to its end.
    let _ = hearth_postgres::is_portable(archive());
    assert!(!hearth_postgres::is_portable(b"not an archive"));
}
