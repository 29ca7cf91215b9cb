//! Pictures, files and speech in a conversation.

use super::{counted, filled, language, t, text};
use hearth_types::{AttachmentKind, CutFile, Language};

text! {
    ATTACH = "Attach pictures or files" / "添加图片或文件";
    CAMERA = "Take a photo" / "拍照";
    ATTACHED = "Attached" / "附件";
    UPLOAD = "Upload" / "上传";
    WAITING_TO_SEND = "Goes with your next message" / "随下一条消息发送";
    LOOKING = "Being looked at" / "正在处理";
    UPLOAD_AGAIN = "Try again" / "重试";
    DROP_HERE = "Drop pictures or files to attach them" / "松开即可添加图片或文件";
    CLOSE_PICTURE = "Close" / "关闭";
    OPEN_ORIGINAL = "Open by itself" / "单独打开";
    WAIT_FOR_UPLOADS = "Something is still being uploaded. Wait for it, or remove it." / "还有文件正在上传。请等它完成，或先去掉它。";
    REMOVE_FAILED = "Something could not be uploaded. Try it again, or remove it." / "有文件没有传上去。请重试，或先去掉它。";
    NO_EYES = "No model on this box can see pictures." / "这台机器上没有能看图的模型。";
    SENT_ANYWAY = "You can still send it; the answer is then written without it." / "也可以照样发送，回答时就看不到图片。";
    READ_ALOUD = "Read aloud" / "朗读";
    STOP_READING = "Stop reading" / "停止朗读";
    DICTATE = "Dictate" / "听写";
    STOP_DICTATING = "Stop dictating" / "停止听写";
    LISTENING = "Listening" / "正在听";
    UNDERSTANDING = "Being written down" / "正在转成文字";
    MICROPHONE_HTTPS = "The browser lends the microphone only to https, or on this box itself. Whoever looks after Hearth can put a certificate in front of it." / "浏览器只在 https 下（或就在这台机器上）才允许使用麦克风。请管理 Hearth 的人为它配置证书。";
    MICROPHONE_REFUSED = "The microphone could not be used. Allow it for this page and try again." / "用不了麦克风。请允许本页使用，再试一次。";
    VOICE = "Voice" / "语音";
    VOICE_LOCAL = "Answers are read aloud with a voice of this device. Nothing leaves it." / "用这台设备自己的声音朗读，内容不会离开设备。";
    VOICE_SERVER = "Answers are read aloud by the speech server of this house." / "由这里的语音服务器朗读。";
    VOICE_NONE = "Reading aloud is off: this browser has no voice of its own, and one that sends your words elsewhere is not used." / "没有朗读：浏览器没有本机的声音，而会把内容发到别处的声音不会使用。";
    DICTATION_LOCAL = "Dictation is understood on this device." / "听写在这台设备上完成。";
    DICTATION_SERVER = "Dictation is understood by the speech server of this house." / "听写由这里的语音服务器完成。";
    DICTATION_NONE = "Dictation is off: this browser would send your voice elsewhere. A keyboard's own dictation still works, by its maker's rules." / "没有听写：这个浏览器会把你的声音发到别处。键盘自带的听写仍可使用，但按其厂商的规则处理。";
}

/// "Remove plan.txt".
pub fn remove(name: &str) -> String {
    text! { REMOVE = "Remove {}" / "去掉 {}"; }
    filled(REMOVE, name)
}

/// "Picture: dog.jpg".
pub fn picture(name: &str) -> String {
    text! { PICTURE = "Picture: {}" / "图片：{}"; }
    filled(PICTURE, name)
}

/// "uploading, 40 %".
pub fn uploading(percent: u32) -> String {
    text! { UPLOADING = "Uploading, {} %" / "正在上传，{}%"; }
    filled(UPLOADING, &percent.to_string())
}

/// "14 pages", "120 lines".
pub fn length(kind: AttachmentKind, length: u32) -> String {
    match kind {
        AttachmentKind::Pdf => counted(length.into(), "1 page", "{n} pages", "{n} 页"),
        _ => counted(length.into(), "1 line", "{n} lines", "{n} 行"),
    }
}

/// "qwen3:4b cannot see pictures."
pub fn cannot_see(model: &str) -> String {
    text! { CANNOT_SEE = "{} cannot see pictures." / "{} 看不了图片。"; }
    filled(CANNOT_SEE, model)
}

/// "Ask llava:7b instead".
pub fn ask_instead(model: &str) -> String {
    text! { ASK_INSTEAD = "Ask {} instead" / "改用 {}"; }
    filled(ASK_INSTEAD, model)
}

/// "llava:7b will answer."
pub fn will_answer(model: &str) -> String {
    text! { WILL_ANSWER = "{} will answer; it can see pictures." / "将由 {} 回答，它能看图。"; }
    filled(WILL_ANSWER, model)
}

/// What to do when no model can see.
pub fn fetch_one(model: &str) -> String {
    text! { FETCH_ONE = "An administrator can fetch {} on the page “Models”." / "管理员可以在“模型”页面下载 {}。"; }
    filled(FETCH_ONE, model)
}

/// What the model did not get of pictures and files, or nothing.
pub fn left_out(pictures: u32, files: &[CutFile]) -> Option<String> {
    let seen = (pictures > 0).then(|| {
        counted(
            pictures.into(),
            "The model did not see 1 picture",
            "The model did not see {n} pictures",
            "模型没有看到 {n} 张图片",
        )
    });
    let sentences: Vec<String> = seen.into_iter().chain(files.iter().map(cut)).collect();
    let gap = if language() == Language::SimplifiedChinese {
        "；"
    } else {
        "; "
    };
    (!sentences.is_empty()).then(|| sentences.join(gap))
}

/// "report.pdf: the last 12 pages did not fit".
fn cut(file: &CutFile) -> String {
    let rest = match file.kind {
        AttachmentKind::Pdf => counted(
            file.left_out.into(),
            "the last page did not fit",
            "the last {n} pages did not fit",
            "最后 {n} 页放不下",
        ),
        _ => counted(
            file.left_out.into(),
            "the last line did not fit",
            "the last {n} lines did not fit",
            "最后 {n} 行放不下",
        ),
    };
    let colon = if language() == Language::SimplifiedChinese {
        "："
    } else {
        ": "
    };
    format!("{}{colon}{rest}", file.name)
}

/// What an upload is doing.
pub fn progress(percent: u32) -> String {
    if percent >= 100 {
        t(LOOKING).to_owned()
    } else {
        uploading(percent)
    }
}
