//! Chinese; the lists are in simplified characters.

use super::{
    Changes, Commands,
    Counted::{Days, Months, WeekdayOfWeek, Weeks, Years},
    Gathering, InPlace, Lang, Language, Marks, NotMentioned, Order, Person, Qualifiers, Questions,
    Relative::{
        DayBeforeYesterday, LastMonth, LastWeek, LastYear, ThisMonth, ThisWeek, ThisYear, YearBeforeLast,
        Yesterday,
    },
    Script, Sensitive, Statements, Times, Titles, Written,
};

#[rustfmt::skip]
pub(super) static CHINESE: Language = Language {
    name: "Chinese",
    detected_as: Some(Lang::Cmn),
    script: Script::Han,
    stop_words: &[
        "的", "了", "是", "我", "你", "他", "她", "它", "在", "有", "和", "就", "不", "人", "都", "也", "很", "到", "说", "要",
        "去", "会", "着", "看", "好", "这", "那", "吗", "呢", "吧", "什么", "怎么", "怎样", "为什", "如何", "我的", "你的",
        "我们", "你们", "他们", "哪里", "哪些", "哪个", "可以", "请问", "一个", "一下", "是不", "不是", "有没", "没有", "能不",
        "不能", "告诉", "诉我", "多少", "几个",
    ],
    particles: "的了吗呢吧啊呀嘛们什么怎哪谁几我你他她它是这那个些",
    person: Person {
        singular: &["我", "咱", "俺", "本人"],
        receiver: &[],
        plural: &["我们"],
        nominative: &["我", "我们"],
        in_statements: &["自己"],
        asked_for: &["给我", "帮我", "告诉我", "教我", "为我", "替我", "请我", "让我", "跟我"],
        others: &["他", "她", "它们"],
        relations: &[
            "妈妈", "爸爸", "母亲", "父亲", "老婆", "老公", "妻子", "丈夫", "儿子", "女儿", "孩子", "哥哥", "弟弟", "姐姐",
            "妹妹", "爷爷", "奶奶", "外公", "外婆", "朋友", "邻居", "同事", "老板", "室友", "男友", "女友",
        ],
        groups: &[
            "妈", "爸", "哥", "姐", "弟", "妹", "爷", "奶", "叔", "姨", "舅", "家人", "同学", "亲戚",
        ],
        called_by_models: &["我", "我们", "自己"],
    },
    statements: Statements {
        tasks: &[
            "总结", "翻译", "润色", "改写", "校对", "缩写", "解释", "回复", "以下", "下面", "这段", "这封", "附件", "文档",
        ],
        made_up: &[
            "可能", "也许", "大概", "好像", "假设", "想象", "假如", "如果", "扮演", "故事", "写一", "编一", "比如", "例如",
            "忽略", "指令", "用户",
        ],
        requests: &["能不能", "可不可以", "帮我", "请你", "给我"],
        own_heads: &["我", "注", "对了"],
        own_head_ends: &["记住"],
        passing: &["今天", "今晚", "刚刚", "刚才", "这会儿", "现在正", "等一下"],
    },
    sensitive: Sensitive {
        health: &[
            "过敏", "哮喘", "糖尿病", "癌", "抑郁", "焦虑", "吃药", "服药", "血压", "怀孕", "手术", "确诊", "生病", "病", "心理",
            "残疾", "治疗", "戒酒",
        ],
        sexuality: &["同性恋", "双性恋", "跨性别", "性取向", "出柜", "性生活"],
        money: &[
            "￥", "¥", "工资", "薪水", "收入", "欠", "贷款", "房贷", "存款", "银行卡", "账号", "破产", "遗产", "养老金", "月薪",
        ],
        beliefs: &[
            "基督", "天主教", "穆斯林", "伊斯兰", "佛教", "信佛", "无神论", "教堂", "祷告", "信仰", "政治", "投票给",
        ],
        animals: &["狗", "猫", "兔", "仓鼠", "马儿", "鸟", "鹦鹉", "鱼缸", "乌龟"],
        oneself: &["我有", "我对", "我是", "我患"],
    },
    qualifiers: Qualifiers {
        noes: &["没有", "不再", "从不", "从未", "不", "没", "未", "别", "无", "戒"],
        no_endings: &[],
        endings: &[],
        words: &[
            "很少", "几乎", "偶尔", "有时", "有些", "有的", "只", "仅", "都", "大多", "常常", "经常", "总是", "除了", "一半",
            "一点", "以前", "曾", "原来", "过去", "从前", "之前", "放弃", "停止", "直到", "卖", "去世", "走丢", "打算", "想",
            "准备", "计划", "希望", "要", "将", "会", "可能", "也许", "或许", "大概", "如果", "要是", "假如", "应该", "觉得",
            "认为", "据说", "听说", "说", "以为", "讨厌", "怕", "过敏", "他", "她", "它们", "你", "别人", "有人", "大家", "人家",
            "谁",
        ],
        free: &[],
        joints: &["但", "而"],
        subjects: &["我", "它", "他", "她", "但我", "而我", "但是我"],
        fillers: &[],
        self_references: &[
            "我说过", "我刚才说", "我刚才说过", "我之前说过", "我跟你说过", "就像我说的", "正如我说的", "如我所说",
        ],
        wide: &["如果", "要是", "假如", "除非", "直到", "据说", "听说", "说", "以为", "觉得", "认为"],
        naming: &[],
        determiners: &[],
    },
    changes: Changes {
        endings: &[
            "去世", "过世", "死了", "不再", "戒了", "戒掉", "卖了", "卖掉", "分手", "离婚", "辞职", "离职", "取消了",
        ],
        deaths: &["去世", "过世", "死了", "走丢了"],
        past: &["以前", "曾经", "过去我", "之前住"],
        negations: &["不", "没", "讨厌", "戒", "别"],
        liking: &["喜欢", "讨厌", "不喜", "很喜"],
        news: &["搬", "开始", "现在", "换", "改", "成为"],
        again: &["又", "重新", "再次"],
        attributes: &[
            ("home", "住在"), ("name", "我叫"), ("name", "叫我"), ("work", "跳槽到"), ("work", "我就职于"),
            ("home", "搬到了"), ("home", "搬到"), ("home", "搬去了"), ("home", "搬去"), ("home", "搬来"),
        ],
        moves: &[],
        favourites: &[("我最喜欢的", "是")],
        breaks: &["工作", "上班", "了"],
        preferences: &["喜欢", "讨厌"],
    },
    commands: Commands {
        courtesy: &["请", "请你", "帮我", "麻烦", "麻烦你"],
        polite_questions: &[],
        remember: &[
            "记住了", "记住哦", "记住", "记一下", "记下了", "记下", "记着", "别忘了", "不要忘记", "别忘记", "要记得", "你要记住",
        ],
        remember_own: &[],
        own: &[],
        remember_at_the_end: &["请记住", "记住这个", "记住哦"],
        remember_all: true,
        verb_last_after: &[],
        forget: &[
            "忘记了", "忘记", "忘掉了", "忘掉", "忘了", "不要再记得", "别再记得", "不要记得", "别记得", "不要记住", "别记住",
        ],
        forget_own: &[],
        forget_whose: &[],
        forget_around: &[("把", &["忘记", "忘掉", "忘了", "忘记吧", "忘掉吧", "忘了吧"])],
        forget_tail: &["给", "这件事"],
        questions: &["吗", "怎么", "什么", "为什么", "如何", "？"],
    },
    questions: Questions {
        advice: &[],
        advice_phrases: &[
            "怎么", "怎样", "如何", "应该", "该", "能", "可以", "建议", "推荐", "需要", "为什么",
        ],
        own_name: &["我的名字", "我叫", "我是谁"],
        phrases: &["什么", "怎么", "为什么", "多少", "哪里", "哪个"],
        past: &["以前", "之前", "曾经", "过去", "从前", "原来", "当时", "那时", "去年", "过吗", "前任", "原先"],
        ends: &["吗", "呢", "谁"],
        order: Order::InPlace(InPlace {
            words: &["什么", "哪", "谁", "几", "多大", "多少"],
            behind: &["了", "呢", "啊", "呀"],
            none: &[
                "没", "不管", "无论", "不论", "任何", "随便", "知道", "记得", "几乎", "好几", "想起", "忘",
            ],
            any: &["都", "也"],
            who: "谁",
            how_many: "几",
            measures: &["年级"],
            what: "什么",
            time: "时候",
        }),
    },
    times: Times {
        months: &[],
        ambiguous_months: &[],
        before_month: &[],
        dating: &[],
        day_endings: &[],
        day_joints: &[],
        marks: Some(Marks {
            year: '年', month: '月', day: &['日', '号'], numerals: "一二三四五六七八九十",
            digits: "〇零一二三四五六七八九十百千两",
        }),
        relative: &[
            ("前天", DayBeforeYesterday), ("昨天", Yesterday), ("昨晚", Yesterday), ("上周", LastWeek),
            ("上个星期", LastWeek), ("上星期", LastWeek), ("这周", ThisWeek), ("这个星期", ThisWeek), ("本周", ThisWeek),
            ("上个月", LastMonth), ("上月", LastMonth), ("这个月", ThisMonth), ("本月", ThisMonth), ("前年", YearBeforeLast),
            ("去年", LastYear), ("今年", ThisYear),
        ],
        counted: &[
            ("大后天", Days(3)), ("后天", Days(2)), ("明天", Days(1)), ("明晚", Days(1)), ("大前天", Days(-3)), ("前天", Days(-2)),
            ("昨天", Days(-1)), ("昨晚", Days(-1)), ("今天", Days(0)), ("今晚", Days(0)), ("下{weekday}", WeekdayOfWeek(1)),
            ("上{weekday}", WeekdayOfWeek(-1)), ("这{weekday}", WeekdayOfWeek(0)), ("本{weekday}", WeekdayOfWeek(0)),
            ("下周", Weeks(1)), ("下星期", Weeks(1)), ("上周", Weeks(-1)), ("上星期", Weeks(-1)), ("本周", Weeks(0)),
            ("这周", Weeks(0)), ("下个月", Months(1)), ("下月", Months(1)), ("上个月", Months(-1)), ("上月", Months(-1)),
            ("这个月", Months(0)), ("本月", Months(0)), ("明年", Years(1)), ("去年", Years(-1)), ("前年", Years(-2)),
            ("今年", Years(0)),
        ],
        not_counted_after: &[],
        weekdays: &[
            &["周一", "星期一", "礼拜一"], &["周二", "星期二", "礼拜二"], &["周三", "星期三", "礼拜三"], &["周四", "星期四", "礼拜四"],
            &["周五", "星期五", "礼拜五"], &["周六", "星期六", "礼拜六"],
            &["周日", "周天", "星期日", "星期天", "礼拜日", "礼拜天"],
        ],
        written: Written {
            day: "{year}年{month}月{day}日",
            week: "{date}那周",
            month: "{year}年{month}月",
            year: "{year}年",
            months: &[],
        },
        asks_when_first: &[],
        asks_when: &[
            "什么时候", "何时", "哪天", "哪一天", "哪年", "哪一年", "几月", "几号", "多久",
        ],
        words: &[
            "昨天", "今天", "明天", "前天", "后天", "昨晚", "今晚", "去年", "今年", "明年", "上周", "下周", "上个", "下个",
            "星期", "周末", "最近", "以前", "生日", "月",
        ],
        spans: &[],
        before_span: &[],
    },
    titles: Titles {
        labels: &["标题", "題目", "题目", "主题", "名称"],
        courtesy: &["好的", "当然可以", "当然", "没问题"],
    },
    not_mentioned: Some(NotMentioned {
        beside_profile: "[除了上面写的，{who}没有告诉过你别的。{who}自己生活中的名字、号码、日期和地点，上面没有的就回答\
                         “我不知道，你还没有告诉过我”，绝不猜测。其他问题照常回答。]\n",
        alone: "[{who}自己生活中的名字、号码、日期和地点，还没有告诉过你：遇到就回答“我不知道，你还没有告诉过我”，绝不猜测。\
                其他问题照常回答。]\n",
    }),
    gathering: Some(Gathering {
        today: &[
            "今天早上", "今天上午", "今天中午", "今天下午", "今天晚上", "昨天早上", "昨天上午", "昨天中午", "昨天下午", "昨天晚上",
            "今天", "今早", "今晚",
        ],
        weekdays: [
            &["星期一", "周一"], &["星期二", "周二"], &["星期三", "周三"], &["星期四", "周四"], &["星期五", "周五"],
            &["星期六", "周六"], &["星期天", "星期日", "周日"],
        ],
        parts: &[],
        this: &[],
        joints: &[],
        not_once: &["每", "下周", "下个", "下星期", "明天", "后天", "经常", "总是", "从来"],
        directions: &[],
        times: "{what}（共 {count} 次，{span}）",
        mentioned: "{what}（在 {count} 天提到过，{span}）",
        within_a_year: "{year2}年{month1}月{day1}日至{month2}月{day2}日",
        across_years: "{year1}年{month1}月{day1}日至{year2}年{month2}月{day2}日",
        months: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"],
    }),
};
