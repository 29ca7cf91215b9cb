use super::*;
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, ISO_2022_JP, KOI8_R, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252,
};

const SIMPLIFIED: &str =
    "会议记录\n今天下午我们讨论了新的仓库，决定从六月开始搬家。小王负责联系司机，费用不超过三千元。\n";
const TRADITIONAL: &str =
    "會議記錄\n今天下午我們討論了新的倉庫，決定從六月開始搬家。小王負責聯絡司機，費用不超過三千元。\n";
const JAPANESE: &str = "議事録\n今日の午後、新しい倉庫について話し合い、六月から引っ越すことに決めました。\n";
const KOREAN: &str = "회의록\n오늘 오후에 새 창고에 대해 이야기했고 유월부터 이사하기로 결정했습니다.\n";
const GERMAN: &str = "Müller schrieb: „Das Café öffnet früher, es kostet 5 €.“\nGrüße aus Köln\n";
const RUSSIAN: &str = "Протокол\nСегодня мы обсудили новый склад и решили переехать в июне.\n";

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding.encode(text);
    assert!(!lost, "{} has all of {text:?}", encoding.name());
    bytes.into_owned()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

#[track_caller]
fn assert_reads(encoding: &'static Encoding, text: &str) {
    let read = decode(&encoded(encoding, text));
    assert_eq!(read.as_deref(), Ok(text), "{}", encoding.name());
}

#[test]
fn utf8_is_read_with_and_without_a_mark() {
    assert_eq!(decode("Grüße\r\nvon hier".as_bytes()).unwrap(), "Grüße\nvon hier");
    assert_eq!(decode(b"\xef\xbb\xbfhello").unwrap(), "hello");
    let table = [b"\xef\xbb\xbf", "名字,数量\r\n苹果,3\r\n".as_bytes()].concat();
    assert_eq!(decode(&table).unwrap(), "名字,数量\n苹果,3\n");
}

#[test]
fn utf16_is_read_with_and_without_a_mark_in_both_byte_orders() {
    for text in [
        "今天 today",
        "plain words, nothing else\n",
        SIMPLIFIED,
        JAPANESE,
        KOREAN,
        RUSSIAN,
        GERMAN,
        "今天天气很好我们去公园散步吧",
        "emoji 🎉 and a line\n",
        "{\"name\": \"Anna\", \"age\": 7}\n",
    ] {
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let mark = unit(0xfeff).to_vec();
            let whole = [mark, utf16(text, unit)].concat();
            assert_eq!(decode(&whole).as_deref(), Ok(text), "with mark");
            assert_eq!(decode(&utf16(text, unit)).as_deref(), Ok(text), "without mark");
        }
    }
}

#[test]
fn chinese_is_read_from_gbk_and_big5() {
    assert_reads(GBK, SIMPLIFIED);
    assert_reads(BIG5, TRADITIONAL);
    // A table, mostly of ASCII, and names of products between Latin words.
    assert_reads(
        GBK,
        "date,item,price\n2024-05-01,苹果,3.50\n2024-05-02,大米,21.00\n",
    );
    assert_reads(BIG5, "2024-05-01 台北 101 觀景台 NT$600\n2024-05-02 故宮博物院\n");
    // GB 18030 has characters of four bytes.
    let rare = format!("{SIMPLIFIED}㐀𠮷\n");
    let (bytes, _, _) = encoding_rs::GB18030.encode(&rare);
    assert_eq!(decode(&bytes).as_deref(), Ok(&*rare));
}

#[test]
fn japanese_is_read_from_shift_jis_euc_jp_and_iso_2022_jp() {
    for encoding in [SHIFT_JIS, EUC_JP, ISO_2022_JP] {
        assert_reads(encoding, JAPANESE);
        assert_reads(
            encoding,
            "// 文字列を返す\nfn main() { println!(\"こんにちは\"); }\n",
        );
    }
    assert_reads(SHIFT_JIS, "ﾃｽﾄ用のデータです。商品の一覧を表示します。\n");
}

#[test]
fn korean_is_read_from_euc_kr() {
    assert_reads(EUC_KR, KOREAN);
    assert_reads(EUC_KR, "subject: 안녕하세요\nbody: 내일 만나요.\n");
}

#[test]
fn european_text_is_read_from_one_byte_encodings() {
    assert_reads(WINDOWS_1252, GERMAN);
    assert_eq!(decode(b"caf\xe9").unwrap(), "café");
    assert_reads(WINDOWS_1252, "Où est la bibliothèque ? Ça coûte « très » cher…\n");
    assert_reads(WINDOWS_1252, "El niño comió jamón y pidió más. ¿Cuánto es?\n");
    assert_reads(WINDOWS_1252, "price: 5 €\n");
    assert_reads(WINDOWS_1251, RUSSIAN);
    assert_reads(KOI8_R, RUSSIAN);
    assert_reads(
        encoding_rs::WINDOWS_1250,
        "Proszę pana, jutro spotkanie zacznie się o dziewiątej, później będzie obiad w Łodzi.\n",
    );
}

/// Longer than what the detector reads, and with a long part in ASCII before the first other character.
#[test]
fn long_texts_are_read_as_a_whole() {
    for (encoding, text) in [(GBK, SIMPLIFIED), (SHIFT_JIS, JAPANESE), (WINDOWS_1252, GERMAN)] {
        assert_reads(encoding, &text.repeat(3000));
        assert_reads(encoding, &format!("{}{text}", "code();\n".repeat(50_000)));
        assert_reads(encoding, &format!("{text}{}", "code();\n".repeat(50_000)));
    }
}

#[test]
fn terminal_colours_are_no_japanese() {
    let log = "\x1b[32mok\x1b[0m\n";
    assert_eq!(decode(log.as_bytes()).unwrap(), log);
}

/// Bytes of a linear congruential generator: what compressed and encrypted files look like.
fn noise(length: usize, mut seed: u32, allowed: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length);
    while bytes.len() < length {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let byte = seed.to_be_bytes()[0];
        if allowed(byte) {
            bytes.push(byte);
        }
    }
    bytes
}

#[test]
fn no_binary_file_is_taken_for_text() {
    let little = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let samples: Vec<u8> = (0..4000_u16)
        .flat_map(|n| (n.wrapping_mul(37) % 9000).to_le_bytes())
        .collect();
    let files = [
        ("zip", b"PK\x03\x04\x14\0".to_vec()),
        (
            "elf",
            b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0".to_vec(),
        ),
        (
            "wav",
            [
                b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0".to_vec(),
                samples.clone(),
            ]
            .concat(),
        ),
        ("samples", samples),
        ("numbers", little(&(0..500).map(|n| n * 3).collect::<Vec<_>>())),
        (
            "floats",
            (1..500_u16).flat_map(|n| f32::from(n).to_le_bytes()).collect(),
        ),
        ("ones", vec![0xff; 1000]),
        ("one value", vec![0xa5; 1000]),
        (
            "utf-32",
            "plain".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        ),
        ("half a pair", b"\xff\xfe\x00\xd8".to_vec()),
        (
            "sqlite",
            b"SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20\0\0\0\x02\0\0\0\x02\0\0\0\0".to_vec(),
        ),
        ("class", b"\xca\xfe\xba\xbe\0\0\0\x34\0\x1d\x0a\0\x06".to_vec()),
        (
            "gzip",
            [b"\x1f\x8b\x08\0\0\0\0\0\0\x03".to_vec(), noise(300, 1, |_| true)].concat(),
        ),
    ];
    for (what, bytes) in files {
        assert_eq!(decode(&bytes), Err(FileTrouble::UnknownKind), "{what}");
    }
}

/// Also noise without control characters and NUL, which is the least that a text must have.
#[test]
fn noise_is_never_text() {
    for seed in 0..60 {
        for length in [64, 256, 4096] {
            let noises = [
                noise(length, seed, |_| true),
                noise(length, seed, |byte| !is_not_text(char::from(byte))),
                noise(length, seed, |byte| byte >= 0x80),
                // The pairs of GB 2312, of which short noise may have frequent ones by chance.
                noise(length.max(256), seed, |byte| byte >= 0xa1 && byte != 0xff),
            ];
            for (kind, bytes) in noises.iter().enumerate() {
                let read = decode(bytes);
                assert_eq!(
                    read,
                    Err(FileTrouble::UnknownKind),
                    "kind {kind}, {length} bytes, seed {seed}"
                );
            }
        }
    }
}

#[test]
fn empty_and_long_texts_are_refused_with_a_reason() {
    assert_eq!(decode(b" \n\n"), Err(FileTrouble::Empty));
    assert_eq!(decode(&vec![b'x'; MAX_TEXT_BYTES + 1]), Err(FileTrouble::TooLong));
    assert_eq!(refuse_long_file(&[b'x'; 4096]), FileTrouble::TooLong);
    assert_eq!(
        refuse_long_file(&"长".repeat(2000).as_bytes()[..4096]),
        FileTrouble::TooLong
    );
    let long = SIMPLIFIED.repeat(200);
    for cut in 4092..4096 {
        assert_eq!(
            refuse_long_file(&encoded(GBK, &long)[..cut]),
            FileTrouble::TooLong
        );
        assert_eq!(
            refuse_long_file(&utf16(&long, u16::to_le_bytes)[..cut]),
            FileTrouble::TooLong
        );
    }
    assert_eq!(refuse_long_file(&[0; 4096]), FileTrouble::UnknownKind);
    assert_eq!(
        refuse_long_file(&noise(4096, 5, |_| true)),
        FileTrouble::UnknownKind
    );
}
