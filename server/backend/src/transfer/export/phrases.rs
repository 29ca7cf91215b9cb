//! The texts of an archive in the person's language, with times in their time zone.

use super::rows::Owner;
use crate::transfer::format::{ArchivedMemory, ConversationHead};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_text::times::{self, Precision};
use hearth_types::{AnswerStatus, Language, MemoryKind, MemoryState};

pub(super) struct Phrases {
    name: String,
    language: Language,
    zone: Tz,
}

impl Phrases {
    pub fn of(owner: &Owner) -> Self {
        Self {
            name: owner.name.clone(),
            language: owner.language,
            zone: owner.time_zone.parse().unwrap_or(Tz::UTC),
        }
    }

    const fn says<'a>(&self, english: &'a str, chinese: &'a str) -> &'a str {
        match self.language {
            Language::English => english,
            Language::SimplifiedChinese => chinese,
        }
    }

    /// The person's name.
    pub fn owner(&self) -> &str {
        &self.name
    }

    /// `2026-05-03`: for file names, which sort by it.
    pub fn day_of(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%Y-%m-%d").to_string()
    }

    fn date_of(&self, at: DateTime<Utc>) -> String {
        let form = self.says("%-d %B %Y", "%Y年%-m月%-d日");
        at.with_timezone(&self.zone).format(form).to_string()
    }

    /// "3 May 2026", "May 2026" or "2026", as exactly as the statement names it.
    fn as_exactly_as(&self, statement: &str, at: DateTime<Utc>) -> String {
        let form = match times::precision(statement, at) {
            Precision::Day => return self.date_of(at),
            Precision::Month => self.says("%B %Y", "%Y年%-m月"),
            Precision::Year => self.says("%Y", "%Y年"),
        };
        at.format(form).to_string()
    }

    /// "3 May 2026, 18:05".
    pub fn time_of(&self, at: DateTime<Utc>) -> String {
        let form = self.says("%-d %B %Y, %H:%M", "%Y年%-m月%-d日 %H:%M");
        at.with_timezone(&self.zone).format(form).to_string()
    }

    pub const fn untitled(&self) -> &'static str {
        self.says("New conversation", "新对话")
    }

    pub const fn the_model(&self) -> &'static str {
        self.says("The model", "模型")
    }

    pub const fn missing(&self) -> &'static str {
        self.says("this file was no longer there", "这个文件已经不在了")
    }

    pub const fn forgotten(&self) -> &'static str {
        self.says(
            "You asked Hearth to forget this. It stands here for you to read and is used for nothing.",
            "你让 Hearth 忘记了这段话。它只留在这里供你查看，不再用于任何地方。",
        )
    }

    /// A note under an answer that is not complete.
    pub const fn ended(&self, status: AnswerStatus) -> Option<&'static str> {
        match status {
            AnswerStatus::Done => None,
            AnswerStatus::Stopped => Some(self.says("You stopped this answer.", "你停止了这个回答。")),
            AnswerStatus::Failed => Some(self.says("This answer failed.", "这个回答没有成功。")),
            AnswerStatus::Interrupted | AnswerStatus::Waiting | AnswerStatus::Running => {
                Some(self.says("This answer was interrupted.", "这个回答中断了。"))
            }
        }
    }

    /// The line under a conversation's title.
    pub fn about(&self, head: &ConversationHead) -> String {
        let (begun, ended) = (self.date_of(head.created_at), self.date_of(head.updated_at));
        let mut parts = vec![if begun == ended {
            begun
        } else {
            format!("{begun} – {ended}")
        }];
        if head.pinned {
            parts.push(self.says("pinned", "已置顶").into());
        }
        if head.archived {
            parts.push(self.says("in the archive", "已归档").into());
        }
        if !head.memory {
            parts.push(self.says("without memory", "不使用记忆").into());
        }
        if !head.shared_with.is_empty() {
            let names = head.shared_with.join(self.says(", ", "、"));
            parts.push(match self.language {
                Language::English => format!("shared with {names}"),
                Language::SimplifiedChinese => format!("与 {names} 共享"),
            });
        }
        parts.join(" · ")
    }

    pub fn memories_heading(&self) -> String {
        let heading = self.says("What Hearth remembers about you", "Hearth 记住的关于你的事");
        format!("# {heading}\n\n")
    }

    /// "about you · since 3 May 2026 · always in mind".
    pub fn about_memory(&self, memory: &ArchivedMemory) -> String {
        let kind = match memory.kind {
            MemoryKind::Profile => self.says("about you", "关于你"),
            MemoryKind::Preference => self.says("what you like", "你的喜好"),
            MemoryKind::Fact => self.says("your world", "你身边的事"),
            MemoryKind::Episode => self.says("what happened", "发生过的事"),
        };
        let told = self.date_of(memory.created_at);
        let mut parts = vec![kind.to_owned()];
        parts.push(match self.language {
            Language::English => format!("kept on {told}"),
            Language::SimplifiedChinese => format!("{told}记下"),
        });
        if let Some(from) = memory
            .valid_from
            .map(|at| self.as_exactly_as(&memory.statement, at))
        {
            parts.push(match self.language {
                Language::English => format!("since {from}"),
                Language::SimplifiedChinese => format!("从{from}起"),
            });
        }
        if let Some(to) = memory
            .valid_to
            .map(|at| self.as_exactly_as(&memory.statement, at))
        {
            parts.push(match self.language {
                Language::English => format!("until {to}"),
                Language::SimplifiedChinese => format!("直到{to}"),
            });
        }
        if memory.pinned {
            parts.push(self.says("always in mind", "始终记着").into());
        }
        if memory.state == MemoryState::Asked {
            parts.push(self.says("waits for your yes", "等你同意").into());
        }
        parts.join(" · ")
    }

    pub fn readme(&self, owner: &Owner, now: DateTime<Utc>) -> String {
        let (name, when) = (&self.name, self.time_of(now));
        let (conversations, memories) = (owner.conversations, owner.memories);
        let others = self.of_others(owner.of_others);
        match self.language {
            Language::English => format!(
                "# The words of {name}\n\n\
                 This archive was made by Hearth on {when}. It holds {}, everything that was answered, and {} about you.\n\n\
                 It is not encrypted: whoever has this file can read it. Keep it as you would keep a diary.\n\n\
                 ## What is in it\n\n\
                 - `conversations/`: each conversation twice. The file that ends in `.md` is to be read, in any editor; \
                 the one that ends in `.json` is for another Hearth and has everything, also versions of messages that \
                 are not shown.\n\
                 - `attachments/`: your pictures and files. A picture is as Hearth keeps it, at most 1,600 pixels long.\n\
                 - `memories.md` and `memories.json`: what Hearth remembers about you.\n\
                 - `hearth.json`: what kind of archive this is.\n\n\
                 What you asked Hearth to forget is not among the memories. Your messages still say it, as on your \
                 pages, and another Hearth will use them for nothing either.\n\n\
                 ## What is not in it\n\n\
                 - {others} What others wrote in conversations of yours is here under their names.\n\
                 - Temporary conversations, and what you had written and not sent.\n\
                 - Your password and settings, and what Hearth makes anew by itself.\n\n\
                 ## On another Hearth\n\n\
                 Open Settings there, go to “Take your words with you”, and choose this file. What is there already is \
                 left as it is, so nothing is doubled.\n",
                count(conversations, "one conversation", "conversations"),
                count(memories, "one memory", "memories"),
            ),
            Language::SimplifiedChinese => format!(
                "# {name} 的话\n\n\
                 这个文件由 Hearth 于 {when} 导出，包含 {conversations} 个对话、所有的回答，以及 {memories} 条关于你的记忆。\n\n\
                 文件没有加密：拿到它的人都能看。请像保管日记一样保管它。\n\n\
                 ## 里面有什么\n\n\
                 - `conversations/`：每个对话有两份。`.md` 结尾的用来阅读，任何编辑器都能打开；`.json` 结尾的给另一个 Hearth 用，\
                 内容最全，包括没有显示的消息版本。\n\
                 - `attachments/`：你的图片和文件。图片是 Hearth 保存的样子，最长边 1600 像素。\n\
                 - `memories.md` 和 `memories.json`：Hearth 记住的关于你的事。\n\
                 - `hearth.json`：说明这是什么文件。\n\n\
                 你让 Hearth 忘记的事不在记忆里。你的消息里仍然写着，和页面上一样；另一个 Hearth 也不会用到它们。\n\n\
                 ## 里面没有什么\n\n\
                 - {others}你自己的对话里别人写的话在这里，署着他们的名字。\n\
                 - 临时对话，以及写了还没发出的内容。\n\
                 - 你的密码和设置，以及 Hearth 会自动重新生成的内容。\n\n\
                 ## 带到另一个 Hearth\n\n\
                 在那里打开“设置”，找到“带走你的话”，选择这个文件。已经有的内容保持不变，不会重复。\n"
            ),
        }
    }

    fn of_others(&self, conversations: i64) -> String {
        match (self.language, conversations) {
            (Language::English, 0) => "Conversations of other people.".into(),
            (Language::English, n) => format!(
                "{} that other people share with you: they are theirs to take.",
                count(n, "One conversation", "conversations")
            ),
            (Language::SimplifiedChinese, 0) => "别人的对话。".into(),
            (Language::SimplifiedChinese, n) => format!("别人与你共享的 {n} 个对话：那是他们的。"),
        }
    }
}

fn count(n: i64, one: &str, many: &str) -> String {
    if n == 1 { one.into() } else { format!("{n} {many}") }
}
