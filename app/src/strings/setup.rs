//! The first minutes.

use super::text;

text! {
    WELCOME = "Welcome to Hearth" / "欢迎使用 Hearth";
    WELCOME_TEXT = "An assistant that lives on this box. What you write stays in this house." / "住在这台机器上的助手。你写的一切都不出家门。";
    STEP_ACCOUNT = "Your account" / "你的账户";
    STEP_ACCOUNT_TEXT = "You are the first here, so you look after this house: you can invite the others and choose the models. You cannot read what they write." / "你是第一个人，由你照看这里：可以邀请其他人、选择模型，但看不到别人写的内容。";
    STEP_MODEL = "The model" / "模型";
    CREATE = "Create the account" / "创建账户";
    SERVER_MISSING = "Hearth looked for a model server and found none yet." / "Hearth 还没有找到模型服务器。";
    SERVER_MISSING_HOW = "Answers come from a program named Ollama. Install it on this box from ollama.com, start it, and this page goes on by itself." / "回答由一个叫 Ollama 的程序生成。请从 ollama.com 下载，装在这台机器上并启动，本页会自动继续。";
    SERVER_MISSING_WHERE = "Hearth keeps looking at" / "Hearth 一直在这个地址寻找：";
    SERVER_FOUND = "The model server was found." / "找到了模型服务器。";
    FETCH_TEXT = "Hearth needs models; these fit this box." / "Hearth 需要模型，下面的适合这台机器。";
    FETCH_MORE = "This one helps Hearth remember better; it can come later." / "有了它，Hearth 记得更好；也可以以后再下载。";
    FETCHING_TEXT = "You can close this page; the models keep coming." / "可以关掉本页，下载会继续。";
    COMING = "The models are on their way." / "模型正在下载。";
    CANNOT_FETCH = "This model server cannot fetch models by itself; whoever runs it can add one." / "这个模型服务器不能自己下载模型，需要由管理它的人添加。";
    READY = "Everything is ready." / "一切就绪。";
    START = "Begin a conversation" / "开始对话";
    START_ANYWAY = "Go on without waiting" / "不等了，先进去";
    LOOK_AGAIN = "Look again" / "再找一次";
}
