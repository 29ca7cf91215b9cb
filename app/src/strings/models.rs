//! The page of the model server, and models being fetched.

use super::{counted, filled, language, t, text};
use hearth_types::Language;

text! {
    MODELS = "Models" / "模型";
    SERVER = "Model server" / "模型服务器";
    REACHABLE = "Reachable" / "已连接";
    NOT_REACHABLE = "Not reachable. Start it, or check its address in Hearth's settings file; Hearth keeps looking." / "连不上。请启动它，或检查 Hearth 设置文件里的地址；Hearth 会一直尝试。";
    WAKE = "Wake the model's computer" / "唤醒模型所在的电脑";
    WAKE_HINT = "It needs about a minute to come up; this page notices by itself." / "大约要一分钟才能启动好，本页会自动更新。";
    ADDRESS = "Address" / "地址";
    VERSION = "Version" / "版本";
    DEFAULT_MODEL = "Default model" / "默认模型";
    DEFAULT_MODEL_HINT = "Used for new chats unless you pick another. Chats that have begun keep the model they began with." / "新对话默认使用它，除非另选。已经开始的对话继续使用原来的模型。";
    DEFAULT_SET = "Set by HEARTH_CHAT_MODEL; it can only be changed there." / "由 HEARTH_CHAT_MODEL 指定，只能在那里更改。";
    CHOOSE_DEFAULT = "Choose a model" / "请选择模型";
    EMBEDDING_MODEL = "The model that helps Hearth remember" / "帮助记忆的模型";
    EMBEDDING_MISSING = "There is none yet. Hearth still finds words you used before, but not what means the same." / "还没有。Hearth 能按原词找到你说过的话，但还不能按意思找。";
    EMBEDDING_CHANGE_HINT = "Everything that was said is made ready for it in the background. Until that is done, the present one answers." / "以前说过的一切会在后台为它重新准备；完成之前仍由现在的模型回答。";
    EMBEDDING_COMES = "Being made ready in the background, whenever nobody waits for an answer. Until it is done, the one above answers." / "正在后台准备，有人等待回答时会让路；完成之前由上面的模型回答。";
    EMBEDDING_PAUSED = "Paused. The one above answers." / "已暂停，由上面的模型回答。";
    EMBEDDING_PAUSE = "Pause" / "暂停";
    EMBEDDING_GO_ON = "Go on" / "继续";
    EMBEDDER_GONE = "The model server does not have this model any longer. Fetch it again, or choose another one; until then Hearth recalls by words alone." / "模型服务器上已经没有这个模型。请重新下载或换一个；在此之前 Hearth 只按原词回忆。";
    EMBEDDER_CHANGED = "Under this name there is another model than before: its vectors do not fit those that are stored. Choose another one, or fetch the earlier one; until then Hearth recalls by words alone." / "这个名称下已是另一个模型，它的向量与已存的不相配。请换一个，或下载原来的；在此之前 Hearth 只按原词回忆。";
    EMBEDDER_FAILED = "The model server did not answer this model's last call. Hearth keeps trying." / "模型服务器没有回应最近一次调用，Hearth 会继续尝试。";
    CHAT_MODELS = "Models that can answer" / "可以回答的模型";
    NO_CHAT_MODELS = "There is none yet. Fetch one below." / "还没有，请在下面下载一个。";
    RECOMMENDED = "Models that fit this box" / "适合这台机器的模型";
    OTHER_MODEL = "Another model, by its name at Ollama" / "其他模型（Ollama 上的名称）";
    CHOOSE_ANOTHER = "Choose another one" / "换一个";
    FETCH = "Fetch" / "下载";
    FETCH_ALL = "Fetch them" / "下载";
    PRESENT = "Here already" / "已有";
    FOR_CHAT = "talks" / "负责聊天";
    FOR_MEMORY = "helps to remember" / "帮助记忆";
    FETCHING = "Being fetched" / "正在下载";
    FETCHED = "Fetched" / "下载完成";
    FETCH_FAILED = "Not fetched." / "没有下载成功。";
}

/// The default model was removed from the server.
pub fn lost_default(model: &str, only: Option<&str>) -> String {
    text! {
        LOST = "The default model {} is no longer on the model server. Download it again, or choose another one; until then chats that use it get no answer." / "模型服务器上已没有默认模型 {}。请重新下载，或另选一个；在此之前，使用它的对话得不到回答。";
        ONLY = "The only model left is {}." / "现在只剩 {}。";
    }
    let lost = filled(LOST, model);
    match only {
        Some(only) => format!("{lost}{}{}", t(super::common::GAP), filled(ONLY, only)),
        None => lost,
    }
}

/// "120 of 3400".
pub fn of_all(done: u64, total: u64) -> String {
    match language() {
        Language::English => format!("{done} of {total}"),
        Language::SimplifiedChinese => format!("{done} / {total}"),
    }
}

/// What of the texts a model did not read.
pub fn cut_texts(texts: u64) -> String {
    counted(
        texts,
        "{n} text was longer than this model reads: it was read in parts, so what it means is known less exactly.",
        "{n} texts were longer than this model reads: they were read in parts, so what they mean is known less exactly.",
        "有 {n} 段文字超出这个模型能读的长度，是分段读的，理解得没那么准。",
    )
}

/// "1.1 of 2.5 GB"; while the total is unknown only what has arrived.
pub fn progress(completed: u64, total: u64) -> String {
    if total == 0 {
        return size(completed);
    }
    match language() {
        Language::English => format!("{} of {}", size(completed), size(total)),
        Language::SimplifiedChinese => format!("{} / {}", size(completed), size(total)),
    }
}

/// "2.5 GB": decimal units, as model pages count.
pub fn size(bytes: u64) -> String {
    let tenths = (bytes + 50_000_000) / 100_000_000;
    if tenths >= 10 {
        format!("{}.{} GB", tenths / 10, tenths % 10)
    } else {
        format!("{} MB", bytes.div_ceil(1_000_000))
    }
}
