use hearth_postgres::processor::{needed, verdict};

use crate::support::archive;

#[test]
fn the_error_names_the_missing_processor_features() {
    let needed = needed("x86_64");
    assert_eq!(verdict(needed, |_| true), Ok(()));
    let sentence = verdict(needed, |feature| !["avx2", "fma"].contains(&feature)).unwrap_err();
    assert!(
        sentence.starts_with("this processor lacks avx2, fma, which"),
        "{sentence}"
    );
}

#[test]
fn the_archive_states_whether_it_is_portable() {
    let mut tar = tar::Builder::new(zstd::Encoder::new(Vec::new(), 1).unwrap());
    let mut header = tar::Header::new_ustar();
    header.set_size(0);
    tar.append_data(&mut header, "PORTABLE", &[][..]).unwrap();
    let portable = tar.into_inner().unwrap().finish().unwrap();
    assert!(hearth_postgres::is_portable(&portable));
    // Any real archive works; it is read to its end.
    let _ = hearth_postgres::is_portable(archive());
    assert!(!hearth_postgres::is_portable(b"not an archive"));
}
