//! 简体中文. One form for every number; spaces around Latin text and numbers only.

use super::text::translation;

translation! {
    Other;

    common {
        HEARTH = "Hearth";
        SAVE = "保存";
        SAVED = "已保存。";
        CANCEL = "取消";
        CLOSE = "关闭";
        OPEN_MENU = "打开列表";
        NAVIGATION = "对话与页面";
        SKIP_TO_CONTENT = "跳到正文";
        LANGUAGE = "语言";
        SOURCE_CODE = "源代码";
        STAYS_HERE = "不出家门";
        NOTED = "我知道了";
        HOME = "回到你的对话";
        SIGNED_IN_AS = "登录身份：";
        GAP = "";
        RELOAD = "再试一次";
        NOT_FOUND_TITLE = "这里什么也没有";
        NOT_FOUND_TEXT = "这个页面不存在，或者不归你看。";
        ERROR_TITLE = "没有成功";
        WRONG_HOST_TITLE = "Hearth 不认识这个地址";
        WRONG_HOST_TEXT = "为了安全，Hearth 只回应它认识的名称。管理这台机器的人可以把它加上：";

        sentences = "{a}{b}";
        comma = "{a}，{b}";
        semicolon = "{a}；{b}";
        colon = "{a}：{b}";
        and = "{a}和{b}";
        enumeration = "{a}、{b}";
        out_of = "{part} / {whole}";
    }

    moments {
        JUST_NOW = "刚刚";
        minutes_ago = { other: "{n} 分钟前" };
        YESTERDAY_NIGHT = "昨天凌晨";
        YESTERDAY_MORNING = "昨天上午";
        YESTERDAY_AFTERNOON = "昨天下午";
        YESTERDAY_EVENING = "昨天晚上";
        TODAY = "今天";
        YESTERDAY = "昨天";
        LAST_WEEK = "过去 7 天";
        JANUARY = "1月";
        FEBRUARY = "2月";
        MARCH = "3月";
        APRIL = "4月";
        MAY = "5月";
        JUNE = "6月";
        JULY = "7月";
        AUGUST = "8月";
        SEPTEMBER = "9月";
        OCTOBER = "10月";
        NOVEMBER = "11月";
        DECEMBER = "12月";
        day = "{month}{day}日";
        date = "{year}年{month}{day}日";
        month = "{year}年{month}";
        date_and_time = "{date} {time}";
        about_seconds = { other: "约 {n} 秒" };
        about_minutes = { other: "约 {n} 分钟" };
        seconds = "{seconds} 秒";
        minutes_and_seconds = "{minutes} 分 {seconds} 秒";
    }

    sizes {
        megabytes = "{n} MB";
        gigabytes = "{n} GB";
    }

    account {
        SIGN_IN = "登录";
        SIGN_OUT = "退出登录";
        NAME = "名字";
        PASSWORD = "密码";
        REMEMBER = "记住这台设备";
        REMEMBER_HINT = "适合你自己的手机或电脑，不要在共用设备上勾选。";
        FORGOT = "忘了密码？请向管理员要一个重设链接。";
        SETTINGS = "设置";
        CURRENT_PASSWORD = "当前密码";
        NEW_PASSWORD = "新密码";
        PASSWORD_HINT = "至少 8 个字符，几个词连在一起就很好。";
        CHANGE_PASSWORD = "更改密码";
        PASSWORD_CHANGED = "密码已更改，其他设备都已退出登录。";
        CHANGE_PASSWORD_NOTE = "更改后，你的其他设备都会退出登录。";
        DEVICES = "设备";
        THIS_DEVICE = "当前设备";
        UNKNOWN_DEVICE = "其他设备";
        LAST_USED = "上次使用：";
        END = "让它退出";
        END_OTHERS = "让其他设备全部退出";
        PREFERENCES = "页面外观";
        THEME = "明暗";
        THEME_DEVICE = "跟随设备";
        THEME_LIGHT = "浅色";
        THEME_DARK = "深色";
        TIME_ZONE = "时区";
        READING_FONT = "回答的字体";
        FONT_SERIF = "书本字体（宋体）";
        FONT_SANS = "系统字体（黑体）";
        MEMORY_CHOICE = "Hearth 怎样记住你的事";
        MEMORY_ON = "记住我告诉它的事";
        MEMORY_ASK = "记下之前先问我";
        MEMORY_OFF = "什么都不记，除非我在某个对话里打开";
        MEMORY_CHOICE_HINT = "任何一个对话里也可以单独打开或关闭记忆。";
        RECALL = "多常想起以前说过的事";
        RECALL_SELDOM = "少：只在肯定与问题有关时";
        RECALL_BALANCED = "适中";
        RECALL_OFTEN = "多：可能有关时也会";
        RECALL_HINT = "每条回答下面都会列出用到的内容。";
        JOIN_TITLE = "你收到了邀请";
        JOIN_TEXT = "取个名字，设个密码。你写的内容只属于你，家里其他人都看不到。";
        JOIN = "创建我的账户";
        RESET_TEXT = "设一个新密码。之后你的所有设备都会退出登录，对话不受影响。";
        SET_PASSWORD = "设置密码";

        reset_title = "为 {name} 设置新密码";
        password_reset_by = "{by} 于{when}重设了你的密码。";
        password_reset_here = "有人于{when}重设了你的密码（在主机上操作）。";
        disabled_by = "{by} 于{when}停用了你的账户。";
        disabled_here = "有人于{when}停用了你的账户（在主机上操作）。";
        enabled_by = "{by} 于{when}重新启用了你的账户。";
        enabled_here = "有人于{when}重新启用了你的账户（在主机上操作）。";
        role_changed_by = "{by} 于{when}更改了你的角色。";
        role_changed_here = "有人于{when}更改了你的角色（在主机上操作）。";
    }

    attachments {
        ATTACH = "添加图片或文件";
        CAMERA = "拍照";
        ATTACHED = "附件";
        UPLOAD = "上传";
        LOOKING = "正在处理";
        UPLOAD_AGAIN = "重试";
        DROP_HERE = "松开即可添加图片或文件";
        CLOSE_PICTURE = "关闭";
        OPEN_ORIGINAL = "单独打开";
        WAIT_FOR_UPLOADS = "还有文件正在上传。请等它完成，或先去掉它。";
        REMOVE_FAILED = "有文件没有传上去。请重试，或先去掉它。";
        NO_EYES = "这台机器上没有能看图的模型。";
        SENT_ANYWAY = "也可以照样发送，回答时就看不到图片。";
        READ_ALOUD = "朗读";
        STOP_READING = "停止朗读";
        DICTATE = "听写";
        STOP_DICTATING = "停止听写";
        LISTENING = "正在听";
        UNDERSTANDING = "正在转成文字";
        MICROPHONE_HTTPS = "浏览器只在 https 下（或就在这台机器上）才允许使用麦克风。请管理 Hearth 的人为它配置证书。";
        MICROPHONE_REFUSED = "用不了麦克风。请允许本页使用，再试一次。";
        VOICE = "语音";
        VOICE_LOCAL = "用这台设备自己的声音朗读，内容不会离开设备。";
        VOICE_SERVER = "由这里的语音服务器朗读。";
        VOICE_NONE = "没有朗读：浏览器没有本机的声音，而会把内容发到别处的声音不会使用。";
        DICTATION_LOCAL = "听写在这台设备上完成。";
        DICTATION_SERVER = "听写由这里的语音服务器完成。";
        DICTATION_NONE = "没有听写：这个浏览器会把你的声音发到别处。键盘自带的听写仍可使用，但按其厂商的规则处理。";

        remove = "去掉 {name}";
        picture = "图片：{name}";
        uploading = "正在上传，{percent}%";
        pages = { other: "{n} 页" };
        lines = { other: "{n} 行" };
        unread_pages = "{length}；没有文字的图片页，未读取：{pages}";
        cannot_see = "{model} 看不了图片。";
        ask_instead = "改用 {model}";
        will_answer = "将由 {model} 回答，它能看图。";
        fetch_one = "管理员可以在“模型”页面下载 {model}。";
        unseen_pictures = { other: "模型没有看到 {n} 张图片" };
        cut_pages = { other: "最后 {n} 页放不下" };
        cut_lines = { other: "最后 {n} 行放不下" };
    }

    chat {
        NEW_CONVERSATION = "新对话";
        MESSAGE = "消息";
        WRITE_HERE = "写消息";
        SEND = "发送";
        STOP = "停止";
        RETRY = "重试";
        COPY = "复制";
        COPIED = "已复制";
        NOT_COPIED = "无法复制";
        COPY_MARKDOWN = "复制为 Markdown";
        EDIT = "编辑";
        EDIT_MESSAGE = "编辑消息";
        MORE = "更多";
        ANSWER_AGAIN = "重新回答";
        ANSWER_WITH = "另外回答，使用";
        ANSWER_THIS = "回答这条";
        NO_ANSWER = "这条消息没有回答。";
        CONTINUE = "继续写";
        CUT_OFF = "这个回答已达到长度上限。";
        VERSIONS = "版本";
        PREVIOUS_VERSION = "上一个版本";
        NEXT_VERSION = "下一个版本";
        DELETE_FROM_HERE = "从这里开始删除";
        DELETE_FROM_HERE_SURE = "删除这条消息和它后面的一切，包括其下的其他版本？Hearth 从中记住的也会一起删除。如果这是全部内容，整个对话会被删除。无法恢复。";
        YOU = "你";
        THE_MODEL = "模型";
        MODEL = "模型";
        HOUSE_DEFAULT = "默认模型";
        MEMORY = "记忆";
        MEMORY_ON = "使用记忆";
        MEMORY_OFF = "不用记忆";
        TEMPORARY = "临时对话：不留痕迹";
        TEMPORARY_TEXT = "这是临时对话：不出现在列表里，不会被记住；由你结束时删除，或在最后一句话的十二小时后自动删除。";
        END_TEMPORARY = "结束并删除";
        CHANGE = "更改";
        OPTIONS = "选项";
        THINKING = "模型在思考";
        WAITING = "正在等待模型";
        YOU_ARE_NEXT = "下一个就是你";
        MODEL_AWAY = "现在连不上这台机器上的模型。你的消息已保存，模型恢复后会自动回答。";
        NOT_SENT = "没有发出：暂时连不上 Hearth。你写的内容还在，稍后再按“发送”。";
        STOPPED = "已停止。写出的部分已保留。";
        SUMMARY_BY_MODEL = "这些笔记是模型自己做的；原话都还在上面。";
        EARLIER_MESSAGES = "更早的消息";
        GREETING = "想聊点什么？";
        ANSWER_NOW = "直接回答";
        NEW_TEXT_BELOW = "下面有新内容";
        SHOW_THOUGHTS = "看看它想了什么";
        TO_NEWEST = "到最新处";
        SAID_BY_YOU = "你说过";
        SAID_BY_MODEL = "我说过";
        USED_OTHERS_WORDS = "用到了共享对话里说过的话";
        USED_OWN_WORDS = "用到了我之前说过的话";
        WOKEN = "已发出唤醒信号。电脑大约需要一分钟，之后会自动回答。";
        STOPPING = "正在停止";
        WRITING = "正在写回答";
        COMPLETE = "回答已完成";
        SHOW_NEWER = "正在写回答。刷新页面可以看到最新内容。";
        IDEA_LETTER = "帮我给房东写一封客气的信，说暖气坏了。";
        IDEA_DINNER = "家里有米饭、鸡蛋和葱，今晚能做什么？";
        IDEA_REMEMBER = "请记住：我的狗叫饼干，对鸡肉过敏。";

        said_by = "{name}说过";
        number_of = "第 {number} 个，共 {count} 个";
        used_things = { other: "用到了你告诉过我的 {n} 件事" };
        people_before = { other: "前面还有 {n} 人" };
        loading = "正在载入模型 {model}";
        loading_for = "，{seconds} 秒";
        loading_for_of = "，{seconds} 秒；上次用了 {usual} 秒";
        thinking_for = "正在思考，{time}";
        thought_for = "思考了 {time}";
        thought_until_cut = "思考了 {time}，然后直接回答";
        unseen = { other: "这条线以上的 {n} 条消息，模型已经看不到了" };
        no_summary = { other: "摘要还没有写好。" };
        partial_summary = { other: "目前它有前 {n} 条的摘要。" };
        whole_summary = { other: "它有一份摘要。" };
        older_left_out = { other: "有 {n} 条较早的消息超出了模型能看到的范围" };
        recalled_left_out = { other: "有 {n} 条记忆放不下" };
    }

    conversations {
        CONVERSATIONS = "对话";
        ALL_CONVERSATIONS = "全部对话";
        EARLIER = "更早的对话";
        RENAME = "重命名";
        TITLE = "标题";
        DELETE = "删除";
        DELETE_SURE = "删除这个对话和其中的一切？Hearth 从中记住的也会一起删除，无法恢复。";
        DELETE_FOR_GOOD = "彻底删除";
        EMPTY_TITLE = "这里还没有对话";
        EMPTY_TEXT = "你问的一切都不出家门。可以从下面任意一句开始：";
        MORE_FOR = "重命名、置顶、归档或删除";
        PINNED = "置顶";
        PIN = "置顶";
        UNPIN = "取消置顶";
        ARCHIVE = "放入归档";
        UNARCHIVE = "移出归档";
        THE_ARCHIVE = "归档";
        ARCHIVE_EMPTY = "归档里没有内容。放进来的对话会离开列表，Hearth 仍然记得它们。";
        BACK_TO_LIST = "全部对话";
        MORE_ROWS = "更多对话";

    }

    memory {
        MEMORY = "记忆";
        INTRO = "Hearth 记住的关于你的一切，都是你自己的话。家里其他人都看不到。";
        SEARCH = "搜索记忆";
        SEARCH_BUTTON = "搜索";
        KIND = "类别";
        ANY_KIND = "全部类别";
        PROFILE = "关于你";
        PREFERENCE = "你的喜好";
        FACT = "你身边的事";
        EPISODE = "发生过的事";
        TIME = "时间";
        ANY_TIME = "任何时间";
        WEEK = "最近 7 天";
        MONTH = "最近 30 天";
        YEAR = "最近 12 个月";
        ADD = "添加一条";
        ADD_LABEL = "要 Hearth 记住什么？";
        ADD_BUTTON = "记住";
        ADD_HINT = "像平时说话那样写，例如：我喝咖啡不加糖。";
        WAITING = "要记住这些吗？";
        WAITING_HINT = "这些内容比较私密，或者你要求先问你。在你同意之前，不会用到它们。";
        YES = "记住";
        NO = "不用";
        KEPT = "已记住的";
        EARLIER = "更早的记忆";
        EMPTY_TITLE = "还没有记住什么";
        EMPTY_TEXT = "你在对话里说到自己时，以后可能用得上的会出现在这里。你也可以说“记住……”，或者在下面写一条。";
        NOTHING_FOUND = "没有找到符合的记忆。";
        SHOW_ALL = "显示全部";
        BY_HAND = "你写下的";
        IMPORTED = "从另一个 Hearth 带来的";
        SOURCE_GONE = "来自已删除的对话";
        PINNED = "始终记着";
        ACTIONS = "修改或忘记";
        EDIT = "改正";
        STATEMENT = "记住的内容";
        CHANGED = "情况变了";
        CHANGED_LABEL = "现在的情况";
        CHANGED_HINT = "Hearth 会保留以前的情况，并知道现在不同了。";
        PIN = "始终记着";
        UNPIN = "不再始终记着";
        FORGET = "忘记";
        FORGET_SURE = "Hearth 会彻底忘记这件事。你说过的话仍留在对话里供你查看，但 Hearth 不会再用到它，在那个对话里也不会。";
        FORGET_FOR_GOOD = "忘记这件事";
        FORGET_ALL = "全部忘记";
        FORGET_ALL_SURE = "Hearth 会彻底忘记本页的全部记忆，也不再使用它们所来自的消息。对话仍留给你查看；要连这些话也删掉，请删除对话。";
        DONE_KEPT = "记住了。";
        DONE_SAVED = "已保存。";
        LAYER = "显示";
        ANY_LAYER = "全部记忆";
        FADED_ONES = "已淡化";
        TOGETHER_ONES = "已合并";
        FADED = "已淡化";
        FADED_HINT = "很久没有提到或用到。你问起时，Hearth 仍然找得到。";
        NO_FADED = "没有淡化的记忆。";
        NO_TOGETHER = "没有合并的记忆。Hearth 会合并意思相同的记忆，以及多次发生的同一件事。";
        SEPARATE = "重新分开";
        SEPARATE_HINT = "每一条会单独列出，以后不再合并。";
        DONE_SEPARATED = "已分开。";
        DONE_FORGOTTEN = "已忘记。你说过的话仍留在对话里供你查看，Hearth 不会再用到它。";
        WHY_HEALTH = "与健康有关";
        WHY_SEXUALITY = "与感情和性有关";
        WHY_MONEY = "与钱有关";
        WHY_BELIEFS = "与信仰或政治有关";
        WHY_THIRD_PERSON = "与别人有关";
        NOTED = "记下了：";
        REMEMBERED = "记住了：";
        MAY_I = "要记住这个吗？";
        UNDO = "撤销";
        WHICH = "要忘记哪一个？";
        FOUND_NOTHING = "没有找到要忘记的内容。";
        MEMORY_IS_OFF = "这个对话没有开启记忆，所以什么都没有记下。";
        TOO_LONG_TO_FORGET = "内容太长，无法查找，所以什么都没有忘记。请用一句话说明要忘记什么。";
        NOT_RELEVANT = "与问题无关";

        you_said_this = "你{when}说过";
        until = "直到{when}";
        since = "从{when}起";
        now = "现在：{statement}";
        total = { other: "共 {n} 条" };
        events = { other: "包含 {n} 条记忆" };
        wordings = { other: "另有 {n} 条相近的记忆" };
    }

    models {
        MODELS = "模型";
        SERVER = "模型服务器";
        REACHABLE = "已连接";
        NOT_REACHABLE = "连不上。请启动它，或检查 Hearth 设置文件里的地址；Hearth 会一直尝试。";
        WAKE = "唤醒模型所在的电脑";
        WAKE_HINT = "大约要一分钟才能启动好，本页会自动更新。";
        ADDRESS = "地址";
        VERSION = "版本";
        DEFAULT_MODEL = "默认模型";
        DEFAULT_MODEL_HINT = "新对话默认使用它，除非另选。已经开始的对话继续使用原来的模型。";
        DEFAULT_SET = "由 HEARTH_CHAT_MODEL 指定，只能在那里更改。";
        CHOOSE_DEFAULT = "请选择模型";
        EMBEDDING_MODEL = "帮助记忆的模型";
        EMBEDDING_MISSING = "还没有。Hearth 能按原词找到你说过的话，但还不能按意思找。";
        EMBEDDING_CHANGE_HINT = "以前说过的一切会在后台为它重新准备；完成之前仍由现在的模型回答。";
        EMBEDDING_COMES = "正在后台准备，有人等待回答时会让路；完成之前由上面的模型回答。";
        EMBEDDING_PAUSED = "已暂停，由上面的模型回答。";
        EMBEDDING_PAUSE = "暂停";
        EMBEDDING_GO_ON = "继续";
        EMBEDDER_GONE = "模型服务器上已经没有这个模型。请重新下载或换一个；在此之前 Hearth 只按原词回忆。";
        EMBEDDER_CHANGED = "这个名称下已是另一个模型，它的向量与已存的不相配。请换一个，或下载原来的；在此之前 Hearth 只按原词回忆。";
        EMBEDDER_FAILED = "模型服务器没有回应最近一次调用，Hearth 会继续尝试。";
        CHAT_MODELS = "可以回答的模型";
        NO_CHAT_MODELS = "还没有，请在下面下载一个。";
        RECOMMENDED = "适合这台机器的模型";
        OTHER_MODEL = "其他模型（Ollama 上的名称）";
        CHOOSE_ANOTHER = "换一个";
        FETCH = "下载";
        FETCH_ALL = "下载";
        PRESENT = "已有";
        FOR_CHAT = "负责聊天";
        FOR_MEMORY = "帮助记忆";
        FETCHING = "正在下载";
        FETCHED = "下载完成";
        FETCH_FAILED = "没有下载成功。";

        default_lost = "模型服务器上已没有默认模型 {model}。请重新下载，或另选一个；在此之前，使用它的对话得不到回答。";
        only_left = "现在只剩 {model}。";
        cut_texts = { other: "有 {n} 段文字超出这个模型能读的长度，是分段读的，理解得没那么准。" };
    }

    people {
        PEOPLE = "成员";
        ADMINISTRATOR = "管理员";
        MEMBER = "成员";
        DISABLED = "已停用";
        YOU = "你";
        LAST_SEEN = "上次来：";
        NEVER_SEEN = "还没有来过";
        INVITE_TITLE = "邀请一个人";
        INVITE_TEXT = "对方会得到一个一次性链接。你看不到对方写的内容。";
        INVITE_NAME = "名字（对方可以改）";
        INVITE = "生成邀请链接";
        NEW_LINK = "新链接";
        NEW_LINK_TEXT = "只在这里显示一次，也只能用一次。发给对方，或让对方用手机扫码。";
        LOCAL_LINK = "你打开 Hearth 用的名称只有本机认识，所以链接只能在本机使用。请用它在网络上的名称打开 Hearth，再生成链接。";
        QR = "链接的二维码";
        OPEN_LINKS = "还没有用过的链接";
        INVITATION = "邀请";
        PASSWORD_RESET = "重设密码";
        GOOD_UNTIL = "有效至：";
        REVOKE = "收回";
        DISABLE = "停用";
        DISABLE_TEXT = "对方会立即退出且无法登录；对话仍归对方所有。";
        ENABLE = "重新启用";
        MAKE_ADMINISTRATOR = "设为管理员";
        MAKE_MEMBER = "设为普通成员";
        RESET_LINK = "生成重设密码链接";
        RESET_LINK_TEXT = "对方下次登录时会被告知是你做的。";

        manage = "管理 {name}";
    }

    problems {
        UNREACHABLE = "暂时连不上 Hearth。什么都没有改动，请稍后再试。";
        NOT_SIGNED_IN = "你没有登录，或登录已结束。请登录后再试。";
        NOT_ALLOWED = "只有管理员可以这样做。";
        NOT_FOUND = "没有这个内容，或者不归你看。";
        WRONG_CREDENTIALS = "名字和密码对不上。请检查后再试；如果忘了密码，管理员可以给你一个重设链接。";
        AT_ONCE = "你同时进行的这类操作太多了。请稍等片刻再试，没有做任何改动。";
        LINK_INVALID = "这个链接已经用过或已过期。请向管理员要一个新的。";
        ALREADY_SET_UP = "Hearth 已经设置好了。请登录，或向管理员要邀请链接。";
        LAST_ADMINISTRATOR = "没有更改：至少要有一位能登录的管理员。请先让另一个人成为管理员。";
        ANSWER_RUNNING = "这里还有回答正在生成。请等它结束或停止它，再试一次。";
        NOT_RUNNING = "这个回答已经结束，没有改动。";
        BAD_REQUEST = "没能读懂发来的内容。请刷新页面再试。";
        DISK_FULL = "这台机器的磁盘满了，所以没有保存。已有的内容都还能看。请让管理这台机器的人腾出空间，然后再试。";
        INTERNAL = "Hearth 内部出了问题，已记入日志。之前保存的内容都在，请稍后再试。";

        NAME_EMPTY = "请填写名字。";
        NAME_LONG = "名字太长了，请换一个短一些的。";
        NAME_TAKEN = "这个名字已经有人用了，请换一个。";
        NAME_OTHER = "这个名字不能用，请换一个。";
        PASSWORD_SHORT = "密码太短。至少 8 个字符，几个词连在一起就很好。";
        PASSWORD_LONG = "密码太长了。";
        PASSWORD_OTHER = "这个密码不能用，请换一个。";
        CURRENT_PASSWORD_WRONG = "当前密码不对，密码没有更改。";
        TEXT_EMPTY = "请先写点什么。";
        TEXT_LONG = "这条消息太长，没有发出。请缩短，或分几次发送。";
        TITLE_BAD = "标题请写 1 到 200 个字符。";
        MODEL_UNKNOWN = "模型服务器上没有这个模型，请另选一个。";
        TIME_ZONE_UNKNOWN = "不认识这个时区，请从列表里选一个。";
        LANGUAGE_UNKNOWN = "Hearth 还不会这种语言。";
        STATEMENT_LONG = "一条记忆最多 500 个字符，这个太长了。";
        SEARCH_LONG = "一次最多搜索 500 个字符，这个太长了。";
        DATES_WRONG = "日期不对：开始日期要是有效日期，且不能晚于结束日期。";
        STATEMENT_EMPTY = "请写下要记住的内容。";

        FILE_TOO_LARGE = "文件超过 25 MB，没有保存。请换一个小一些的。";
        FILE_TOO_LONG = "文字超过 2 MB，没有保存。请只发要用的部分。";
        FILE_PIXELS = "图片超过 6400 万像素，没有保存。请换一张小一些的。";
        FILE_NARROW = "图片太长太窄，模型看不清，没有保存。请裁成几张再发。";
        FILE_EMPTY = "这个文件是空的。";
        FILE_UNKNOWN = "Hearth 能读图片（JPEG、PNG、WebP、GIF）、PDF、文字和代码，这个文件都不是。";
        FILE_HEIC = "这张照片是苹果的 HEIC 格式，Hearth 读不了。请存成 JPEG，或在相机设置里选“兼容性最佳”。";
        FILE_BROKEN = "文件已损坏，或内容与类型不符，没有保存。";
        FILE_PROTECTED = "这个 PDF 有密码。请另存为没有密码的版本再试。";
        FILE_NO_TEXT = "这个 PDF 里没有文字，只有页面的图片（例如扫描件）。请把页面拍成照片，发给能看图的模型。";
        FILE_TOO_MUCH = "读这个文件用的时间或内存超过了限度，没有保存。";
        FILE_TOO_MANY = "一条消息最多带十个图片和文件。请去掉一个，或再发一条。";
        FILE_DISK_FULL = "这台机器的磁盘满了，没有保存。请管理这台机器的人腾出空间。";

        SPEECH_OFF = "这里没有语音服务器。";
        SPEECH_UNREACHABLE = "连不上这里的语音服务器，请稍后再试。";
        SPEECH_STALLED = "语音服务器太久没有回应。请再试，或一次少说一些。";
        SPEECH_FAILED = "语音服务器没能完成，管理员可以检查它的设置。";
        SPEECH_NOTHING = "没有听清。请靠近麦克风再说一次。";
        SPEECH_TOO_LONG = "录音太长，请分几次说。";

        UNREACHABLE_MODEL = "现在连不上这台机器上的模型。你的消息已保存，恢复后会回答。";
        MODEL_MISSING = "模型服务器上已经没有这个模型。你的消息已保存，请另选模型再试。";
        MODEL_BUSY = "模型服务器太忙。你的消息已保存，请稍后再试。";
        MODEL_STALLED = "模型太久没有动静。写出的部分已保留，请再试一次。";
        MODEL_FAILED = "模型服务器中途出错。写出的部分已保留，请再试一次。";
        MODEL_ENDED_EARLY = "回答没有写完就断了。写出的部分已保留，请再试一次。";
        MODEL_GARBAGE = "模型服务器发来的不是回答。你的消息已保存，请重试，或告诉管理员。";
        MODEL_SAID_NOTHING = "模型什么都没有说。你的消息已保存，请再试一次，或换一个模型。";
        MODEL_WITHHELD = "模型服务器的内容过滤拦下了这个回答，或它的后半部分。你的消息已保存，请再试一次，或换一种问法。";
        MODEL_REPEATING = "模型一直在重复，所以已让它停下。之前写出的部分已保留，请再试一次。";
        MODEL_TOO_LONG = "内容超出了模型能容纳的长度。你的消息已保存，请发短一些。";
        MODEL_REFUSED = "模型服务器拒绝了请求。你的消息已保存，管理员可以检查它的设置。";
        MODEL_INTERRUPTED = "回答时 Hearth 停了。写出的部分已保留，请再试一次。";
        NO_MODEL = "这台机器上还没有聊天模型。你的消息已保存，管理员可以在“模型”页面下载一个。";

        too_many_attempts = "尝试次数太多。请等{wait}后再试。";
        too_many_waiting = "你已有 {most} 条消息在等待回答。这一条没有发出，文字已保留；请等前面的回答完成，或停止其中几条，再发送。";
        quota_full = "你的 {size} 存储空间已用完。这次没有保存，文字已保留；请删除不再需要的对话或文件，或请管理员增加空间。";
    }

    search {
        SEARCH = "搜索";
        WORDS = "要搜索的内容";
        SEARCH_BUTTON = "搜索";
        NARROW = "缩小范围";
        FROM = "开始日期";
        TO = "结束日期";
        WHO = "谁说的";
        ANYBODY = "所有人";
        ME = "我";
        HEARTH = "Hearth";
        OTHERS = "共享对话里的其他人";
        WHERE = "搜索范围";
        EVERYWHERE = "对话和记忆";
        CONVERSATIONS = "对话";
        MEMORIES = "记忆";
        ARCHIVED = "包括归档";
        EMPTY_TITLE = "找回说过的话";
        EMPTY_TEXT = "搜索会查看你的对话、与你共享的对话和你的记忆，既找相同的字词，也找意思相近的内容。";
        TIP_PHRASE = "必须连在一起的词，请加上引号，例如“苹果派”。";
        TIP_BEGINNING = "最后一个英文单词只写开头也可以。";
        TIP_GONE = "已忘记的内容和临时对话不会被找到。";
        RESULTS = "搜索结果";
        NOTHING_FOUND = "没有找到。";
        TRY_OTHER_WORDS = "可以少写几个词，或者换个说法。";
        TRY_WITHOUT_MARKS = "可以去掉引号再试。";
        TRY_EVERYWHERE = "不限范围和时间再搜索";
        TRY_ARCHIVE = "也搜索归档";
        MORE = "更多结果";
        CUT = "符合的内容太多，这里只有最新的。用日期可以找到其余的。";
        LATE = "这次只搜索了字词：判断意思相近的模型没有及时回应。";
        SIMILAR = "意思相近";
        ABANDONED = "在较早的版本里";
        TITLE = "对话标题";
        MEMORY = "记忆";
        WAITS = "等待你的同意";

    }

    setup {
        WELCOME = "欢迎使用 Hearth";
        WELCOME_TEXT = "住在这台机器上的助手。你写的一切都不出家门。";
        STEP_ACCOUNT = "你的账户";
        STEP_ACCOUNT_TEXT = "你是第一个人，由你照看这里：可以邀请其他人、选择模型，但看不到别人写的内容。";
        STEP_MODEL = "模型";
        CREATE = "创建账户";
        SERVER_MISSING = "Hearth 还没有找到模型服务器。";
        SERVER_MISSING_HOW = "回答由一个叫 Ollama 的程序生成。请从 ollama.com 下载，装在这台机器上并启动，本页会自动继续。";
        SERVER_MISSING_WHERE = "Hearth 一直在这个地址寻找：";
        SERVER_FOUND = "找到了模型服务器。";
        FETCH_TEXT = "Hearth 需要模型，下面的适合这台机器。";
        FETCH_MORE = "有了它，Hearth 记得更好；也可以以后再下载。";
        FETCHING_TEXT = "可以关掉本页，下载会继续。";
        COMING = "模型正在下载。";
        CANNOT_FETCH = "这个模型服务器不能自己下载模型，需要由管理它的人添加。";
        READY = "一切就绪。";
        START = "开始对话";
        START_ANYWAY = "不等了，先进去";
        LOOK_AGAIN = "再找一次";

    }

    sharing {
        SHARE = "共享";
        WITH_WHOM = "和谁";
        THEY_MAY = "对方可以";
        READ = "阅读";
        JOIN = "阅读和发言";
        WHAT_THEY_SEE = "对方会看到这里的一切，包括之前的内容。你可以随时收回，对方的记忆里不会留下任何内容。";
        WHAT_IS_USED = "与他人共享时，Hearth 在这里不使用任何人的记忆。";
        TAKE_BACK = "收回";
        NOBODY_LEFT = "家里没有其他人可以共享。";
        LEAVE = "退出这个对话";
        LEAVE_SURE = "退出后你将看不到它。对方可以再次与你共享。";
        LEAVE_NOW = "退出";

        take_back_from = "从{name}收回";
        only_to_read = "{owner}与你共享了这个对话，供你阅读。";
        shared_with = "与{names}共享";
        shared_by = "来自{owner}";
        shared_by_with = "来自{owner}，还有{names}";
    }

    shortcuts {
        SHORTCUTS = "快捷键";
        SHORTCUTS_TEXT = "不在输入文字时可用。";
        SINGLE_KEYS = "在这台设备上使用这些快捷键";
        SHOW_SHEET = "显示这张表";
        NEW = "新对话";
        WRITE = "写消息";
        NEXT = "下一个对话";
        PREVIOUS = "上一个对话";
        ALL = "全部对话";
        SEARCH = "搜索";
        STOP = "停止回答";
        COPY = "复制最新的回答";
        NEWEST = "到最新处";
        IN_COMPOSER = "写消息时";
        SEND = "发送";
        NEW_LINE = "换行";
        LEAVE = "离开输入框";
        ENTER = "Enter";
        SHIFT_ENTER = "Shift + Enter";
        ESCAPE = "Esc";

    }

    time_zones {
        AFRICA = "非洲";
        AMERICA = "美洲";
        ANTARCTICA = "南极洲";
        ARCTIC = "北极";
        ASIA = "亚洲";
        ATLANTIC = "大西洋";
        AUSTRALIA = "澳大利亚";
        EUROPE = "欧洲";
        INDIAN = "印度洋";
        PACIFIC = "太平洋";
    }

    transfer {
        TITLE = "带走你的话";
        EXPORT = "全部下载";
        EXPORT_HINT = "你的所有对话（包括图片和文件），以及 Hearth 记住的关于你的一切，打包成一个 zip 文件：可以自己看，也可以带到另一个 Hearth。文件没有加密。";
        IMPORT = "把你的话带到这里";
        IMPORT_HINT = "选择从某个 Hearth 下载的文件。这里已有的内容保持不变。";
        FILE = "文件";
        IMPORT_BUTTON = "导入";
        LAST = "上次导入的结果";
        RUNNING = "正在导入你的话";
        RUNNING_HINT = "你可以关闭这个页面，导入会继续，结果会显示在这里。";
        LOOK_AGAIN = "刷新";
        INTERRUPTED = "Hearth 在导入完成之前停止了。请再选一次同一个文件：只会导入缺少的部分。";
        NOTHING_NEW = "这个文件里的内容这里都已经有了。";
        NOTHING_IN_IT = "这个文件里没有可以导入的内容。";
        SEE_CONVERSATIONS = "查看对话";
        BACK = "回到设置";


        NO_FILE = "请先选择文件。";
        TOO_LARGE = "文件超过 16 GB，没有导入。";
        BROKEN = "文件没有完整到达，或已损坏，或不是 zip 文件，没有导入。请从原来的地方重新下载再试。";
        NOT_HEARTHS = "这个 zip 文件不是 Hearth 导出的，没有导入。请选择当时下载的那个文件。";
        NEWER = "这个文件是用更新版本的 Hearth 导出的，没有导入。请让管理这台机器的人更新 Hearth。";
        PROTECTED = "这个文件有密码（Hearth 不会设置密码），没有导入。请重新打包成没有密码的文件。";
        TOO_MUCH = "这个文件解开后比文字和图片应有的大小大得多，没有导入。";
        RUNNING_ALREADY = "已经有一个导入正在进行，请等它结束。";
        DISK_FULL = "这台机器的磁盘满了。请让管理的人腾出空间，然后再选一次同一个文件：只会导入缺少的部分。";
        QUOTA_FULL = "你的存储空间已用完。在此之前导入的内容都保留；请删除不再需要的内容，然后再选一次同一个文件：只会导入缺少的部分。";
        INTERNAL = "Hearth 内部出了问题，已记入日志。请稍后再选一次同一个文件：只会导入缺少的部分。";

        so_far = { other: "已处理 {done} / {n} 个对话。" };
        brought_in = "已导入：{list}。";
        already_here = "已经有了，保持不变：{list}。";
        unreadable = { other: "其中 {n} 个文件读不了：" };
        shortened_messages = { other: "有 {n} 条消息超过了可保存的长度，只导入了开头，其余部分仍在你的文件里。" };
        conversations = { other: "{n} 个对话" };
        memories = { other: "{n} 条记忆" };
        pictures = { other: "{n} 张图片" };
        files = { other: "{n} 个文件" };
    }
}
