//! PDF files for tests, written object by object, so that each has exactly the property under test.

use std::fmt::Write as _;

/// A page of [`pages`].
#[derive(Clone, Copy, Debug)]
pub enum Page<'a> {
    /// One line in Helvetica.
    Text(&'a str),
    /// A scan: one picture over the whole page.
    Picture,
    /// A scan with a line of text beside it.
    StampedPicture(&'a str),
    /// Nothing at all.
    Blank,
}

/// A file of these objects, numbered from 1, with a correct table of offsets. The first is the catalogue.
#[must_use]
pub fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    file_with(objects, "")
}

/// Like [`file`], with further entries of the trailer.
#[must_use]
pub fn file_with(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let size = objects.len() + 1;
    let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for (object, number) in objects.iter().zip(1..) {
        let _ = writeln!(table, "{:010} 00000 n ", file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
    file.extend(table.bytes().chain(trailer.bytes()));
    file
}

/// A stream object with these entries in its dictionary.
#[must_use]
pub fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

/// A file with these pages.
#[must_use]
pub fn pages(pages: &[Page]) -> Vec<u8> {
    let picture = "q 595 0 0 842 0 0 cm /Scan Do Q".to_owned();
    let contents = pages.iter().map(|page| match page {
        Page::Text(line) => format!("BT /F1 24 Tf 72 700 Td ({line}) Tj ET"),
        Page::Picture => picture.clone(),
        Page::StampedPicture(line) => format!("{picture} BT /F1 8 Tf 20 20 Td ({line}) Tj ET"),
        Page::Blank => String::new(),
    });
    let contents = contents.map(|content| stream("", content.as_bytes())).collect();
    let scan =
        "/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec();
    with_contents(contents, vec![font, stream(scan, &[0, 90, 180, 255])], "")
}

/// A page for each content stream. Resources: the first of `resources` is the font F1, the second the picture Scan.
/// `catalogue` has further entries of the catalogue.
#[must_use]
pub fn with_contents(contents: Vec<Vec<u8>>, resources: Vec<Vec<u8>>, catalogue: &str) -> Vec<u8> {
    let first = 3 + resources.len();
    let kids = (0..contents.len()).map(|n| format!("{} 0 R ", first + 2 * n));
    let kids: String = kids.collect();
    let scan = if resources.len() > 1 {
        "/XObject << /Scan 4 0 R >>"
    } else {
        ""
    };
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {catalogue} >>").into_bytes(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", contents.len()).into_bytes(),
    ];
    objects.extend(resources);
    for content in contents {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> {scan} >> \
             /Contents {} 0 R >>",
            objects.len() + 2
        );
        objects.extend([page.into_bytes(), content]);
    }
    file(&objects)
}

/// A page in a font that is not embedded, with a predefined encoding of East Asian text and no table to Unicode.
/// `ordering` is the collection of characters (GB1, CNS1, Japan1, Korea1), `lines` are in that encoding.
#[must_use]
pub fn predefined(encoding: &str, ordering: &str, lines: &[Vec<u8>]) -> Vec<u8> {
    let mut content = b"BT /F1 16 Tf 72 760 Td 24 TL\n".to_vec();
    for line in lines {
        let hex: String = line.iter().map(|byte| format!("{byte:02x}")).collect();
        content.extend(format!("<{hex}> Tj T*\n").bytes());
    }
    content.extend(b"ET");
    let font = format!(
        "<< /Type /Font /Subtype /Type0 /BaseFont /Song-Light /Encoding /{encoding} /DescendantFonts [ << /Type /Font \
         /Subtype /CIDFontType0 /BaseFont /Song-Light /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering ({ordering}) \
         /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /Song-Light /Flags 4 /FontBBox [0 -200 1000 \
         900] /ItalicAngle 0 /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >> >> ] >>"
    );
    with_contents(vec![stream("", &content)], vec![font.into_bytes()], "")
}

/// A form of one page: a label in the page, and fields with values that have no appearance, as many programs write
/// them. Names and values in UTF-16.
#[must_use]
pub fn form(fields: &[(&str, Field)]) -> Vec<u8> {
    let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec();
    let label = stream("", b"BT /F1 16 Tf 72 800 Td (Registration form) Tj ET");
    let references = (0..fields.len()).map(|n| format!("{} 0 R ", 6 + n));
    let references: String = references.collect();
    let form =
        format!("/AcroForm << /Fields [{references}] /DR << /Font << /F1 3 0 R >> >> /DA (/F1 12 Tf 0 g) >>");
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {form} >>").into_bytes(),
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>".to_vec(),
        font,
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> \
             /Contents 5 0 R /Annots [{references}] >>"
        )
        .into_bytes(),
        label,
    ];
    for (row, (name, field)) in fields.iter().enumerate() {
        let y = 760 - 30 * row;
        let (kind, value) = match field {
            Field::Text(value) => ("/FT /Tx".to_owned(), utf16(value)),
            Field::Check(on) => {
                let state = if *on { "/Yes" } else { "/Off" };
                (format!("/FT /Btn /AS {state}"), state.to_owned())
            }
            Field::Choice(options, value) => {
                let options: String = options.iter().map(|option| utf16(option)).collect();
                (format!("/FT /Ch /Ff 131072 /Opt [{options}]"), utf16(value))
            }
        };
        let name = utf16(name);
        objects.push(
            format!(
                "<< /Type /Annot /Subtype /Widget {kind} /T {name} /V {value} /F 4 /P 4 0 R \
                 /Rect [200 {y} 400 {}] /DA (/F1 12 Tf 0 g) >>",
                y + 20
            )
            .into_bytes(),
        );
    }
    file(&objects)
}

/// A field of [`form`].
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    Text(&'a str),
    Check(bool),
    /// The options, and the chosen one.
    Choice(&'a [&'a str], &'a str),
}

fn utf16(text: &str) -> String {
    let units = text.encode_utf16().map(|unit| format!("{unit:04x}"));
    format!("<feff{}>", units.collect::<String>())
}
