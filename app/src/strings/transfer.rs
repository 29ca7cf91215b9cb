//! Taking one's words away, and bringing them in.

use super::{counted, filled, language, t, text};
use hearth_types::{ArchiveTrouble, ImportReport, Language};

text! {
    TITLE = "Take your words with you" / "带走你的话";
    EXPORT = "Download everything" / "全部下载";
    EXPORT_HINT = "All your conversations with their pictures and files, and everything that Hearth remembers about you, as one zip file: to read by yourself, or to bring to another Hearth. The file is not encrypted." / "你的所有对话（包括图片和文件），以及 Hearth 记住的关于你的一切，打包成一个 zip 文件：可以自己看，也可以带到另一个 Hearth。文件没有加密。";
    IMPORT = "Bring your words here" / "把你的话带到这里";
    IMPORT_HINT = "Choose a file that was downloaded from a Hearth. What is here already is left as it is." / "选择从某个 Hearth 下载的文件。这里已有的内容保持不变。";
    FILE = "The file" / "文件";
    IMPORT_BUTTON = "Bring it in" / "导入";
    LAST = "How the last import went" / "上次导入的结果";
    RUNNING = "Your words are being brought in" / "正在导入你的话";
    RUNNING_HINT = "You can close this page; it goes on, and tells here how it went." / "你可以关闭这个页面，导入会继续，结果会显示在这里。";
    LOOK_AGAIN = "Look again" / "刷新";
    INTERRUPTED = "Hearth stopped before everything was brought in. Choose the same file again: only what is missing is taken." / "Hearth 在导入完成之前停止了。请再选一次同一个文件：只会导入缺少的部分。";
    NOTHING_NEW = "Everything in this file was here already." / "这个文件里的内容这里都已经有了。";
    NOTHING_IN_IT = "There was nothing in this file to take." / "这个文件里没有可以导入的内容。";
    SEE_CONVERSATIONS = "See your conversations" / "查看对话";
    BACK = "Back to the settings" / "回到设置";
}

/// Why a file was not taken.
pub fn trouble(trouble: ArchiveTrouble) -> &'static str {
    text! {
        NO_FILE = "Choose a file first." / "请先选择文件。";
        TOO_LARGE = "This file is larger than 16 GB. Nothing was taken." / "文件超过 16 GB，没有导入。";
        BROKEN = "This file did not arrive whole, or it is damaged or no zip file. Nothing was taken; download it once more where it came from, and try again." / "文件没有完整到达，或已损坏，或不是 zip 文件，没有导入。请从原来的地方重新下载再试。";
        NOT_HEARTHS = "This zip file was not made by Hearth. Nothing was taken; choose the file as it was downloaded there." / "这个 zip 文件不是 Hearth 导出的，没有导入。请选择当时下载的那个文件。";
        NEWER = "This file was made by a newer Hearth than this one. Nothing was taken; whoever looks after this box can update it." / "这个文件是用更新版本的 Hearth 导出的，没有导入。请让管理这台机器的人更新 Hearth。";
        PROTECTED = "This file needs a password, which Hearth never sets. Nothing was taken; pack it again without one." / "这个文件有密码（Hearth 不会设置密码），没有导入。请重新打包成没有密码的文件。";
        TOO_MUCH = "Unpacked, this file would be far larger than words and pictures are. Nothing was taken." / "这个文件解开后比文字和图片应有的大小大得多，没有导入。";
        RUNNING_ALREADY = "An import is running already. Wait until it has ended." / "已经有一个导入正在进行，请等它结束。";
        DISK_FULL = "The disk of this box is full. Ask whoever looks after it to make room, then choose the same file again: only what is missing is taken." / "这台机器的磁盘满了。请让管理的人腾出空间，然后再选一次同一个文件：只会导入缺少的部分。";
        QUOTA_FULL = "Your storage space is used up. What was brought in before that is kept; delete what you no longer need, then choose the same file again: only what is missing is taken." / "你的存储空间已用完。在此之前导入的内容都保留；请删除不再需要的内容，然后再选一次同一个文件：只会导入缺少的部分。";
        INTERNAL = "Something inside Hearth failed; it is in its log. Choose the same file again in a moment: only what is missing is taken." / "Hearth 内部出了问题，已记入日志。请稍后再选一次同一个文件：只会导入缺少的部分。";
    }
    t(match trouble {
        ArchiveTrouble::NoFile => NO_FILE,
        ArchiveTrouble::TooLarge => TOO_LARGE,
        ArchiveTrouble::Broken => BROKEN,
        ArchiveTrouble::NotHearths => NOT_HEARTHS,
        ArchiveTrouble::Newer => NEWER,
        ArchiveTrouble::Protected => PROTECTED,
        ArchiveTrouble::TooMuch => TOO_MUCH,
        ArchiveTrouble::Running => RUNNING_ALREADY,
        ArchiveTrouble::DiskFull => DISK_FULL,
        ArchiveTrouble::QuotaFull => QUOTA_FULL,
        ArchiveTrouble::Internal => INTERNAL,
    })
}

/// "12 of 40 conversations".
pub fn so_far(report: &ImportReport) -> String {
    let (done, total) = (report.looked_at, report.total);
    counted(
        total.into(),
        "{done} of {n} conversation so far.",
        "{done} of {n} conversations so far.",
        "已处理 {done} / {n} 个对话。",
    )
    .replace("{done}", &done.to_string())
}

/// "Brought in: 42 conversations, 118 memories, 7 pictures."; none when that was nothing.
pub fn taken(report: &ImportReport) -> Option<String> {
    text! { TAKEN = "Brought in: {}." / "已导入：{}。"; }
    let parts = [
        (report.conversations, conversations as fn(u32) -> String),
        (report.memories, memories),
        (report.pictures, pictures),
        (report.files, files),
    ];
    listed(&parts).map(|list| filled(TAKEN, &list))
}

/// "Here already: 3 conversations."
pub fn known(report: &ImportReport) -> Option<String> {
    text! { KNOWN = "Here already and left as they are: {}." / "已经有了，保持不变：{}。"; }
    let parts = [
        (report.conversations_known, conversations as fn(u32) -> String),
        (report.memories_known, memories),
    ];
    listed(&parts).map(|list| filled(KNOWN, &list))
}

/// "2 files in it could not be read:"; their names follow.
pub fn unreadable(n: u32) -> String {
    counted(
        n.into(),
        "1 file in it could not be read:",
        "{n} files in it could not be read:",
        "其中 {n} 个文件读不了：",
    )
}

/// "2 messages were longer than Hearth keeps; …"; none when all are whole.
pub fn shortened(n: u32) -> Option<String> {
    (n > 0).then(|| {
        counted(
            n.into(),
            "1 message was longer than Hearth keeps. Its beginning was brought in; the rest is in your file.",
            "{n} messages were longer than Hearth keeps. Their beginnings were brought in; the rest is in your file.",
            "有 {n} 条消息超过了可保存的长度，只导入了开头，其余部分仍在你的文件里。",
        )
    })
}

/// How many, and how that is said.
type Count = (u32, fn(u32) -> String);

fn listed(parts: &[Count]) -> Option<String> {
    let words: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, words)| words(*n))
        .collect();
    let comma = match language() {
        Language::English => ", ",
        Language::SimplifiedChinese => "、",
    };
    (!words.is_empty()).then(|| words.join(comma))
}

fn conversations(n: u32) -> String {
    counted(n.into(), "1 conversation", "{n} conversations", "{n} 个对话")
}

fn memories(n: u32) -> String {
    counted(n.into(), "1 memory", "{n} memories", "{n} 条记忆")
}

fn pictures(n: u32) -> String {
    counted(n.into(), "1 picture", "{n} pictures", "{n} 张图片")
}

fn files(n: u32) -> String {
    counted(n.into(), "1 file", "{n} files", "{n} 个文件")
}
