//! A sentence for everything that can go wrong: what happened, what was kept, the next step.

use super::{
    Text,
    chat::{NOT_SENT, about},
    filled, t, text,
};
use crate::failure::Failure;
use hearth_types::{ConflictReason, Field, FileTrouble, InvalidReason, ModelTrouble, Problem, SpeechTrouble};

text! {
    UNREACHABLE = "Hearth is not reachable right now. Nothing was changed; try again in a moment." / "暂时连不上 Hearth。什么都没有改动，请稍后再试。";
    NOT_SIGNED_IN = "You are not signed in, or your session has ended. Sign in and try again." / "你没有登录，或登录已结束。请登录后再试。";
    NOT_ALLOWED = "Only an administrator of this house can do this." / "只有管理员可以这样做。";
    NOT_FOUND = "This is not here, or it is not yours to see." / "没有这个内容，或者不归你看。";
    WRONG_CREDENTIALS = "Name and password do not go together. Check both and try again; if you forgot the password, an administrator can give you a link for a new one." / "名字和密码对不上。请检查后再试；如果忘了密码，管理员可以给你一个重设链接。";
    TOO_MANY = "Too many attempts. Wait {} and try again." / "尝试次数太多。请等{}后再试。";
    AT_ONCE = "You have several of these running already. Wait a moment and try again; nothing was changed." / "你同时进行的这类操作太多了。请稍等片刻再试，没有做任何改动。";
    WAITING = "{} of your messages are waiting for an answer. Nothing was sent and your text is kept; send it once some are answered, or stop some." / "你已有 {} 条消息在等待回答。这一条没有发出，文字已保留；请等前面的回答完成，或停止其中几条，再发送。";
    QUOTA_FULL = "Your {} of storage are full. Nothing was stored and your text is kept; delete conversations or files you no longer need, or ask an administrator for more room." / "你的 {} 存储空间已用完。这次没有保存，文字已保留；请删除不再需要的对话或文件，或请管理员增加空间。";
    LINK_INVALID = "This link was used already or has expired. Ask an administrator for a new one." / "这个链接已经用过或已过期。请向管理员要一个新的。";
    ALREADY_SET_UP = "Hearth has been set up already. Sign in, or ask an administrator for an invitation link." / "Hearth 已经设置好了。请登录，或向管理员要邀请链接。";
    LAST_ADMINISTRATOR = "Not changed: the house needs at least one administrator who can sign in. Make somebody else one first." / "没有更改：至少要有一位能登录的管理员。请先让另一个人成为管理员。";
    ANSWER_RUNNING = "An answer is still being written here. Wait for it or stop it, then try again." / "这里还有回答正在生成。请等它结束或停止它，再试一次。";
    NOT_RUNNING = "This answer has already ended; nothing was changed." / "这个回答已经结束，没有改动。";
    BAD_REQUEST = "Hearth could not read what was sent. Reload the page and try again." / "没能读懂发来的内容。请刷新页面再试。";
    DISK_FULL = "The disk of this box is full, so nothing was stored. Everything that is there can still be read. Ask whoever looks after the box to make room, then try again." / "这台机器的磁盘满了，所以没有保存。已有的内容都还能看。请让管理这台机器的人腾出空间，然后再试。";
    INTERNAL = "Something inside Hearth failed; it is in its log. What was stored before is kept. Try again in a moment." / "Hearth 内部出了问题，已记入日志。之前保存的内容都在，请稍后再试。";

    NAME_EMPTY = "Enter a name." / "请填写名字。";
    NAME_LONG = "This name is too long. Take a shorter one." / "名字太长了，请换一个短一些的。";
    NAME_TAKEN = "Somebody here has this name already. Take another one." / "这个名字已经有人用了，请换一个。";
    NAME_OTHER = "This name cannot be used. Take another one." / "这个名字不能用，请换一个。";
    PASSWORD_SHORT = "This password is too short. Take at least 8 characters; a few words in a row are good." / "密码太短。至少 8 个字符，几个词连在一起就很好。";
    PASSWORD_LONG = "This password is too long." / "密码太长了。";
    PASSWORD_OTHER = "This password cannot be used. Take another one." / "这个密码不能用，请换一个。";
    CURRENT_PASSWORD_WRONG = "The current password is not right. Your password was not changed." / "当前密码不对，密码没有更改。";
    TEXT_EMPTY = "Write something first." / "请先写点什么。";
    TEXT_LONG = "This message is too long for one turn. Nothing was sent; shorten it or send it in parts." / "这条消息太长，没有发出。请缩短，或分几次发送。";
    TITLE_BAD = "Take a title between 1 and 200 characters." / "标题请写 1 到 200 个字符。";
    MODEL_UNKNOWN = "The model server does not have this model. Choose another one." / "模型服务器上没有这个模型，请另选一个。";
    TIME_ZONE_UNKNOWN = "Hearth does not know this time zone. Choose one from the list." / "不认识这个时区，请从列表里选一个。";
    LANGUAGE_UNKNOWN = "Hearth does not speak this language yet." / "Hearth 还不会这种语言。";
    STATEMENT_LONG = "This is too long to remember as one thing; 500 characters are the most." / "一条记忆最多 500 个字符，这个太长了。";
    SEARCH_LONG = "That is more than can be searched for at once; 500 characters are the most." / "一次最多搜索 500 个字符，这个太长了。";
    DATES_WRONG = "These dates do not fit together: the first day must be a day, and not after the last." / "日期不对：开始日期要是有效日期，且不能晚于结束日期。";
    STATEMENT_EMPTY = "Write what Hearth should remember." / "请写下要记住的内容。";

    FILE_TOO_LARGE = "This is larger than 25 MB. Nothing was kept; send a smaller one." / "文件超过 25 MB，没有保存。请换一个小一些的。";
    FILE_TOO_LONG = "This text is longer than 2 MB. Nothing was kept; send the part that matters." / "文字超过 2 MB，没有保存。请只发要用的部分。";
    FILE_PIXELS = "This picture has more than 64 million pixels. Nothing was kept; send a smaller one." / "图片超过 6400 万像素，没有保存。请换一张小一些的。";
    FILE_EMPTY = "This file is empty." / "这个文件是空的。";
    FILE_UNKNOWN = "Hearth reads pictures (JPEG, PNG, WebP, GIF), PDF, and text or code. This file is none of them." / "Hearth 能读图片（JPEG、PNG、WebP、GIF）、PDF、文字和代码，这个文件都不是。";
    FILE_HEIC = "This photo is in Apple's HEIC format, which Hearth cannot read. Save it as JPEG, or choose “Most Compatible” in the camera's settings." / "这张照片是苹果的 HEIC 格式，Hearth 读不了。请存成 JPEG，或在相机设置里选“兼容性最佳”。";
    FILE_BROKEN = "This file is damaged, or is not what it says it is. Nothing was kept." / "文件已损坏，或内容与类型不符，没有保存。";
    FILE_PROTECTED = "This PDF needs a password. Save it without one and try again." / "这个 PDF 有密码。请另存为没有密码的版本再试。";
    FILE_NO_TEXT = "This PDF holds no text, only pictures of pages, such as a scan. Send photos of its pages to a model that can see." / "这个 PDF 里没有文字，只有页面的图片（例如扫描件）。请把页面拍成照片，发给能看图的模型。";
    FILE_TOO_MUCH = "Reading this file took more time or memory than one file may have. Nothing was kept." / "读这个文件用的时间或内存超过了限度，没有保存。";
    FILE_TOO_MANY = "A message takes ten pictures and files. Remove one, or send another message." / "一条消息最多带十个图片和文件。请去掉一个，或再发一条。";
    FILE_DISK_FULL = "The disk of this box is full. Nothing was kept; whoever looks after the box can make room." / "这台机器的磁盘满了，没有保存。请管理这台机器的人腾出空间。";

    SPEECH_OFF = "This house has no speech server." / "这里没有语音服务器。";
    SPEECH_UNREACHABLE = "The speech server of this house is not reachable. Try again in a moment." / "连不上这里的语音服务器，请稍后再试。";
    SPEECH_STALLED = "The speech server took too long. Try again, or say less at once." / "语音服务器太久没有回应。请再试，或一次少说一些。";
    SPEECH_FAILED = "The speech server could not do this. An administrator can look at its settings." / "语音服务器没能完成，管理员可以检查它的设置。";
    SPEECH_NOTHING = "Nothing was understood. Try again, nearer to the microphone." / "没有听清。请靠近麦克风再说一次。";
    SPEECH_TOO_LONG = "This recording is too long. Say it in parts." / "录音太长，请分几次说。";

    UNREACHABLE_MODEL = "The model on this box is not reachable. Your message is kept; an answer comes when it is back." / "现在连不上这台机器上的模型。你的消息已保存，恢复后会回答。";
    MODEL_MISSING = "The model server no longer has this model. Your message is kept; choose another model and try again." / "模型服务器上已经没有这个模型。你的消息已保存，请另选模型再试。";
    MODEL_BUSY = "The model server has too much to do. Your message is kept; try again in a moment." / "模型服务器太忙。你的消息已保存，请稍后再试。";
    MODEL_STALLED = "The model said nothing for too long. What it wrote is kept; try again." / "模型太久没有动静。写出的部分已保留，请再试一次。";
    MODEL_FAILED = "The model server failed in the middle. What was written is kept; try again." / "模型服务器中途出错。写出的部分已保留，请再试一次。";
    MODEL_ENDED_EARLY = "The answer broke off before its end. What was written is kept; try again." / "回答没有写完就断了。写出的部分已保留，请再试一次。";
    MODEL_GARBAGE = "The model server sent something that is no answer. Your message is kept; try again, or tell an administrator." / "模型服务器发来的不是回答。你的消息已保存，请重试，或告诉管理员。";
    MODEL_SAID_NOTHING = "The model said nothing. Your message is kept; try again, or choose another model." / "模型什么都没有说。你的消息已保存，请再试一次，或换一个模型。";
    MODEL_WITHHELD = "The model server’s content filter withheld the answer, or the rest of it. Your message is kept; try again, or ask in other words." / "模型服务器的内容过滤拦下了这个回答，或它的后半部分。你的消息已保存，请再试一次，或换一种问法。";
    MODEL_REPEATING = "The model kept repeating itself, so it was stopped. What it wrote before that is kept; try again." / "模型一直在重复，所以已让它停下。之前写出的部分已保留，请再试一次。";
    MODEL_TOO_LONG = "This is longer than the model can take in. Your message is kept; send a shorter one." / "内容超出了模型能容纳的长度。你的消息已保存，请发短一些。";
    MODEL_REFUSED = "The model server refused the request. Your message is kept; an administrator can look at its settings." / "模型服务器拒绝了请求。你的消息已保存，管理员可以检查它的设置。";
    MODEL_INTERRUPTED = "Hearth stopped while answering. What was written is kept; try again." / "回答时 Hearth 停了。写出的部分已保留，请再试一次。";
    NO_MODEL = "There is no chat model on this box yet. Your message is kept; an administrator can fetch one on the page “Models”." / "这台机器上还没有聊天模型。你的消息已保存，管理员可以在“模型”页面下载一个。";
}

/// The sentence for a failed server function.
pub fn failure(failure: &Failure) -> String {
    match failure {
        Failure::Problem(problem) => sentence(problem),
        Failure::Unreachable => t(UNREACHABLE).to_owned(),
    }
}

/// The sentence for a message that could not be sent.
pub fn not_sent(failure: &Failure) -> String {
    match failure {
        Failure::Problem(problem) => sentence(problem),
        Failure::Unreachable => t(NOT_SENT).to_owned(),
    }
}

/// The sentence for a problem.
pub fn sentence(problem: &Problem) -> String {
    let text = match problem {
        Problem::TooManyAttempts { seconds } => return filled(TOO_MANY, &about(*seconds)),
        Problem::TooManyWaiting { most } => return filled(WAITING, &most.to_string()),
        Problem::QuotaFull { megabytes } => return filled(QUOTA_FULL, &size(*megabytes)),
        Problem::TooManyAtOnce { .. } => AT_ONCE,
        Problem::NotSignedIn => NOT_SIGNED_IN,
        Problem::NotAllowed => NOT_ALLOWED,
        Problem::NotFound => NOT_FOUND,
        Problem::Invalid { field, reason } => return invalid(*field, *reason).to_owned(),
        Problem::WrongCredentials => WRONG_CREDENTIALS,
        Problem::LinkInvalid => LINK_INVALID,
        Problem::AlreadySetUp => ALREADY_SET_UP,
        Problem::Conflict {
            reason: ConflictReason::LastAdministrator,
        } => LAST_ADMINISTRATOR,
        Problem::Conflict {
            reason: ConflictReason::AnswerRunning,
        } => ANSWER_RUNNING,
        Problem::Conflict {
            reason: ConflictReason::NotRunning,
        } => NOT_RUNNING,
        Problem::ModelServer { trouble: what } => return trouble(*what).to_owned(),
        Problem::File { trouble } => file(*trouble),
        Problem::Speech { trouble } => speech(*trouble),
        Problem::BadRequest => BAD_REQUEST,
        Problem::DiskFull => DISK_FULL,
        Problem::Internal => INTERNAL,
    };
    t(text).to_owned()
}

/// "500 MB", "10 GB".
fn size(megabytes: u32) -> String {
    match (megabytes / 1024, megabytes % 1024) {
        (gigabytes @ 1.., 0) => format!("{gigabytes} GB"),
        _ => format!("{megabytes} MB"),
    }
}

const fn file(trouble: FileTrouble) -> Text {
    match trouble {
        FileTrouble::TooLarge => FILE_TOO_LARGE,
        FileTrouble::TooLong => FILE_TOO_LONG,
        FileTrouble::TooManyPixels => FILE_PIXELS,
        FileTrouble::Empty => FILE_EMPTY,
        FileTrouble::UnknownKind => FILE_UNKNOWN,
        FileTrouble::Heic => FILE_HEIC,
        FileTrouble::Broken => FILE_BROKEN,
        FileTrouble::Protected => FILE_PROTECTED,
        FileTrouble::NoText => FILE_NO_TEXT,
        FileTrouble::TooMuch => FILE_TOO_MUCH,
        FileTrouble::TooMany => FILE_TOO_MANY,
        FileTrouble::DiskFull => FILE_DISK_FULL,
    }
}

const fn speech(trouble: SpeechTrouble) -> Text {
    match trouble {
        SpeechTrouble::Off => SPEECH_OFF,
        SpeechTrouble::Unreachable => SPEECH_UNREACHABLE,
        SpeechTrouble::Stalled => SPEECH_STALLED,
        SpeechTrouble::Failed => SPEECH_FAILED,
        SpeechTrouble::NothingHeard => SPEECH_NOTHING,
        SpeechTrouble::TooLong => SPEECH_TOO_LONG,
    }
}

/// The sentence for a form's field.
pub fn invalid(field: Field, reason: InvalidReason) -> &'static str {
    t(match (field, reason) {
        (Field::Name, InvalidReason::Empty) => NAME_EMPTY,
        (Field::Name, InvalidReason::TooLong) => NAME_LONG,
        (Field::Name, InvalidReason::Taken) => NAME_TAKEN,
        (Field::Name, _) => NAME_OTHER,
        (Field::Password, InvalidReason::TooShort | InvalidReason::Empty) => PASSWORD_SHORT,
        (Field::Password, InvalidReason::TooLong) => PASSWORD_LONG,
        (Field::Password, _) => PASSWORD_OTHER,
        (Field::CurrentPassword, _) => CURRENT_PASSWORD_WRONG,
        (Field::Text, InvalidReason::TooLong) => TEXT_LONG,
        (Field::Text, _) => TEXT_EMPTY,
        (Field::Title, _) => TITLE_BAD,
        (Field::Model, _) => MODEL_UNKNOWN,
        (Field::TimeZone, _) => TIME_ZONE_UNKNOWN,
        (Field::Language, _) => LANGUAGE_UNKNOWN,
        (Field::Statement, InvalidReason::TooLong) => STATEMENT_LONG,
        (Field::Statement, _) => STATEMENT_EMPTY,
        (Field::Search, _) => SEARCH_LONG,
        (Field::Dates, _) => DATES_WRONG,
    })
}

/// The sentence under an answer that the model server did not finish.
pub fn trouble(trouble: ModelTrouble) -> &'static str {
    t(match trouble {
        ModelTrouble::Unreachable => UNREACHABLE_MODEL,
        ModelTrouble::ModelMissing => MODEL_MISSING,
        ModelTrouble::Busy => MODEL_BUSY,
        ModelTrouble::Stalled => MODEL_STALLED,
        ModelTrouble::Failed => MODEL_FAILED,
        ModelTrouble::EndedEarly => MODEL_ENDED_EARLY,
        ModelTrouble::Garbage => MODEL_GARBAGE,
        ModelTrouble::SaidNothing => MODEL_SAID_NOTHING,
        ModelTrouble::Withheld => MODEL_WITHHELD,
        ModelTrouble::Repeating => MODEL_REPEATING,
        ModelTrouble::TooLong => MODEL_TOO_LONG,
        ModelTrouble::Refused => MODEL_REFUSED,
        ModelTrouble::Interrupted => MODEL_INTERRUPTED,
        ModelTrouble::NoModel => NO_MODEL,
    })
}
