//! PDFs, read by the child process within its limits.

#![allow(clippy::unwrap_used)]

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS};
use hearth_extract::{
    Extracted, extract_in_child, has_pdf_library,
    testing::{Field, Page, file, file_with, form, pages, predefined, stream},
};
use hearth_types::{FileTrouble, PageRange};
use std::{
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

struct Pdf {
    pages: u32,
    text: String,
    unread: Vec<PageRange>,
}

async fn read(bytes: &[u8]) -> Result<Pdf, FileTrouble> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_hearth-read-upload"));
    match extract_in_child(Some(program), file.path()).await? {
        Extracted::Pdf { pages, text, unread } => Ok(Pdf { pages, text, unread }),
        other => panic!("{other:?}"),
    }
}

/// Tests of what only PDFium reads: skipped, and reported, in a build without it.
fn without_library() -> bool {
    if !has_pdf_library() {
        eprintln!("skipped: this build has no PDF library; `cargo xtask pdfium` gets it");
    }
    !has_pdf_library()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

fn range(first: u32, last: u32) -> PageRange {
    PageRange { first, last }
}

#[tokio::test]
async fn predefined_east_asian_encodings_without_a_table_to_unicode_are_read() {
    if without_library() {
        return;
    }
    const SIMPLIFIED: &str = "会议记录：明天下午三点";
    const TRADITIONAL: &str = "會議記錄：明天下午三點";
    const JAPANESE: &str = "議事録：明日の午後三時に集合";
    const KOREAN: &str = "회의록: 내일 오후 세 시";
    let encoded: [(&str, &str, &str, Option<&'static Encoding>); 18] = [
        ("UniGB-UCS2-H", "GB1", SIMPLIFIED, None),
        ("UniGB-UCS2-V", "GB1", SIMPLIFIED, None),
        ("UniGB-UTF16-H", "GB1", SIMPLIFIED, None),
        ("GBK-EUC-H", "GB1", SIMPLIFIED, Some(GBK)),
        ("GBKp-EUC-H", "GB1", SIMPLIFIED, Some(GBK)),
        ("GB-EUC-H", "GB1", SIMPLIFIED, Some(GBK)),
        ("GBK2K-H", "GB1", SIMPLIFIED, Some(GB18030)),
        ("UniCNS-UCS2-H", "CNS1", TRADITIONAL, None),
        ("ETen-B5-H", "CNS1", TRADITIONAL, Some(BIG5)),
        ("ETenms-B5-H", "CNS1", TRADITIONAL, Some(BIG5)),
        ("UniJIS-UCS2-H", "Japan1", JAPANESE, None),
        ("UniJIS-UTF16-H", "Japan1", JAPANESE, None),
        ("90ms-RKSJ-H", "Japan1", JAPANESE, Some(SHIFT_JIS)),
        ("90ms-RKSJ-V", "Japan1", JAPANESE, Some(SHIFT_JIS)),
        ("EUC-H", "Japan1", JAPANESE, Some(EUC_JP)),
        ("UniKS-UCS2-H", "Korea1", KOREAN, None),
        ("KSCms-UHC-H", "Korea1", KOREAN, Some(EUC_KR)),
        ("KSC-EUC-H", "Korea1", KOREAN, Some(EUC_KR)),
    ];
    for (name, ordering, text, encoding) in encoded {
        let bytes = encoding.map_or_else(|| utf16(text), |encoding| encoding.encode(text).0.into_owned());
        let pdf = read(&predefined(name, ordering, &[bytes])).await;
        let pdf = pdf.unwrap_or_else(|trouble| panic!("{name}: {trouble:?}"));
        // NFKC: a full-width colon becomes a narrow one.
        assert_eq!(pdf.text, format!("{}\n\x0c", text.replace('：', ":")), "{name}");
    }
    // The codes of JIS X 0208 in seven bits.
    let codes = EUC_JP.encode(JAPANESE).0.iter().map(|byte| byte & 0x7f).collect();
    let pdf = read(&predefined("H", "Japan1", &[codes])).await.unwrap();
    assert_eq!(pdf.text, format!("{}\n\x0c", JAPANESE.replace('：', ":")));
    // No encoding at all: numbers of characters in Adobe's Japanese collection.
    let numbers: Vec<u8> = [843_u16, 845, 847]
        .into_iter()
        .flat_map(u16::to_be_bytes)
        .collect();
    let pdf = read(&predefined("Identity-H", "Japan1", &[numbers]))
        .await
        .unwrap();
    assert_eq!(pdf.text, "あいう\n\x0c");
}

#[tokio::test]
async fn a_filled_form_keeps_its_values() {
    if without_library() {
        return;
    }
    let fields = [
        ("name", Field::Text("Anna Müller")),
        ("住所", Field::Text("東京都千代田区")),
        ("empty", Field::Text("")),
        ("agrees", Field::Check(true)),
        ("smokes", Field::Check(false)),
        ("country", Field::Choice(&["France", "Spain"], "Spain")),
    ];
    let text = read(&form(&fields)).await.unwrap().text;
    let lines: Vec<&str> = text.trim_end().lines().collect();
    assert_eq!(
        lines,
        [
            "Registration form",
            "name: Anna Müller",
            "住所: 東京都千代田区",
            "[x] agrees",
            "[ ] smokes",
            "country: Spain"
        ]
    );
}

/// A form whose page has nothing but its fields, as scanned forms with fields on top have.
#[tokio::test]
async fn what_was_written_onto_a_page_is_read() {
    if without_library() {
        return;
    }
    let written = file(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [4 0 R 5 0 R 6 0 R] >>".to_vec(),
        b"<< /Type /Annot /Subtype /FreeText /Rect [50 50 200 80] /Contents (Signed in Porto) /DA (/Helv 12 Tf) >>".to_vec(),
        b"<< /Type /Annot /Subtype /Text /Rect [50 90 70 110] /Contents (Ask Ben about this) >>".to_vec(),
        b"<< /Type /Annot /Subtype /Link /Rect [50 90 70 110] /Contents (not text) >>".to_vec(),
    ]);
    let pdf = read(&written).await.unwrap();
    assert_eq!(pdf.text, "Signed in Porto\nAsk Ben about this\n\x0c");
}

#[tokio::test]
async fn pages_that_are_pictures_are_reported() {
    let mixed = pages(&[
        Page::Text("First page"),
        Page::Picture,
        Page::Picture,
        Page::Picture,
        Page::Text("Fifth page"),
    ]);
    let pdf = read(&mixed).await.unwrap();
    assert_eq!((pdf.pages, &*pdf.unread), (5, &[range(2, 4)][..]));
    assert_eq!(pdf.text, "First page\n\x0c\x0c\x0c\x0cFifth page\n\x0c");
    let scan = read(&pages(&[Page::Picture, Page::Picture])).await;
    assert_eq!(scan.err(), Some(FileTrouble::NoText));
}

#[tokio::test]
async fn a_blank_page_is_no_picture_and_a_stamp_is_no_text_of_a_scan() {
    if without_library() {
        return;
    }
    let pdf = read(&pages(&[
        Page::Text("First page"),
        Page::Blank,
        Page::StampedPicture("Scanned by CamScanner"),
        Page::StampedPicture(&"A scan with all of its text recognised. ".repeat(5)),
        Page::Picture,
    ]))
    .await
    .unwrap();
    assert_eq!((pdf.pages, &*pdf.unread), (5, &[range(3, 3), range(5, 5)][..]));
}

#[tokio::test]
async fn a_pdf_that_needs_a_password_says_so() {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>".to_vec(),
    ];
    let key = "00".repeat(32);
    let locked = file_with(
        &objects,
        &format!(
            "/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <{key}> /U <{key}> >>"
        ),
    );
    assert_eq!(read(&locked).await.err(), Some(FileTrouble::Protected));
}

#[tokio::test]
async fn a_wrong_table_of_offsets_is_rebuilt() {
    if without_library() {
        return;
    }
    let whole = pages(&[Page::Text("Still readable")]);
    let text = String::from_utf8_lossy(&whole).replace("00000 n", "00007 n");
    let wrong = text.replace("startxref\n", "startxref\n9");
    let pdf = read(wrong.as_bytes()).await.unwrap();
    assert_eq!(pdf.text, "Still readable\n\x0c");
}

/// Every hostile file ends in time, with a reason or with what could be read of it.
#[tokio::test]
async fn hostile_pdfs_end_within_limits() {
    let page = |content: &str, resources: &str| {
        let head =
            format!("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R {resources} >>");
        [head.into_bytes(), stream("", content.as_bytes())]
    };
    let document = |kids: &str, more: &[Vec<u8>]| {
        let mut objects = vec![
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            format!("<< /Type /Pages {kids} >>").into_bytes(),
        ];
        objects.extend_from_slice(more);
        file(&objects)
    };
    let itself = "/Resources << /XObject << /A 5 0 R >> >>";
    let mut recursive = page("/A Do", itself).to_vec();
    recursive.push(stream(
        &format!("/Type /XObject /Subtype /Form /BBox [0 0 9 9] {itself}"),
        b"/A Do /A Do",
    ));
    let one = page("", "");
    let hostile = [
        (
            "a tree in a circle",
            document("/Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R", &[]),
        ),
        (
            "two billion pages",
            document("/Kids [3 0 R] /Count 2147483647", &one),
        ),
        ("pages less than none", document("/Kids [3 0 R] /Count -5", &one)),
        (
            "a form that draws itself",
            document("/Kids [3 0 R] /Count 1", &recursive),
        ),
        (
            "deep arrays",
            document("/Kids [3 0 R] /Count 1", &page(&"[".repeat(2_000_000), "")),
        ),
        (
            "deep states",
            document("/Kids [3 0 R] /Count 1", &page(&"q ".repeat(3_000_000), "")),
        ),
        (
            "a table that repeats itself",
            b"%PDF-1.7\ntrailer << /Root 1 0 R /Prev 9 >>\nstartxref\n9\n%%EOF".to_vec(),
        ),
        ("only a beginning", b"%PDF-1.7\n".to_vec()),
        (
            "noise",
            [
                b"%PDF-1.7\n".to_vec(),
                (0..2_000_000_u32)
                    .flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes())
                    .collect(),
            ]
            .concat(),
        ),
    ];
    for (what, bytes) in hostile {
        let started = Instant::now();
        let trouble = read(&bytes).await.err();
        eprintln!("{what}: {trouble:?} in {:.1?}", started.elapsed());
        assert!(started.elapsed() < Duration::from_secs(22), "{what}");
    }
}

#[tokio::test]
async fn thousands_of_pages_are_read_in_time() {
    if without_library() {
        return;
    }
    let many: Vec<Page> = (0..5000).map(|_| Page::Text("One page of many")).collect();
    let started = Instant::now();
    let pdf = read(&pages(&many)).await.unwrap();
    eprintln!("5,000 pages in {:.1?}", started.elapsed());
    assert_eq!(pdf.pages, 5000);
    assert!(
        pdf.text.matches("One page of many").count() > 1000,
        "what fits into the time is read"
    );
}
