//! What is kept only when the person asked for it or said yes: health, sexuality, money, beliefs, other people.
//!
//! By words, in both languages, and rather once too often: a question costs a glance, a wrong guess costs trust.
//! An animal's allergy is nobody's secret.

use hearth_text::cut::beginning;
use hearth_types::Sensitive;

const PEOPLE: [&str; 79] = [
    "mother",
    "father",
    "mum",
    "mom",
    "dad",
    "parents",
    "wife",
    "husband",
    "partner",
    "girlfriend",
    "boyfriend",
    "fiance",
    "fiancé",
    "fiancée",
    "son",
    "sons",
    "daughter",
    "daughters",
    "child",
    "children",
    "kid",
    "kids",
    "baby",
    "brother",
    "brothers",
    "sister",
    "sisters",
    "grandmother",
    "grandfather",
    "grandma",
    "grandpa",
    "uncle",
    "aunt",
    "cousin",
    "nephew",
    "niece",
    "friend",
    "friends",
    "neighbour",
    "neighbor",
    "neighbours",
    "neighbors",
    "colleague",
    "colleagues",
    "boss",
    "flatmate",
    "roommate",
    "landlord",
    "teacher",
    "client",
    "ex",
    "stepson",
    "stepdaughter",
    "妈妈",
    "爸爸",
    "母亲",
    "父亲",
    "老婆",
    "老公",
    "妻子",
    "丈夫",
    "儿子",
    "女儿",
    "孩子",
    "哥哥",
    "弟弟",
    "姐姐",
    "妹妹",
    "爷爷",
    "奶奶",
    "外公",
    "外婆",
    "朋友",
    "邻居",
    "同事",
    "老板",
    "室友",
    "男友",
    "女友",
];

const HEALTH: [&str; 61] = [
    "allerg",
    "asthma",
    "diabet",
    "cancer",
    "tumor",
    "tumour",
    "depress",
    "anxi",
    "therap",
    "medicat",
    "medicine",
    "pill",
    "insulin",
    "blood pressure",
    "migraine",
    "epilep",
    "pregnan",
    "surgery",
    "operat",
    "hospital appointment",
    "diagnos",
    "disorder",
    "disab",
    "adhd",
    "autis",
    "hiv",
    "covid",
    "sick",
    "illness",
    "disease",
    "broke my",
    "broken",
    "injur",
    "pain",
    "intoleran",
    "coeliac",
    "celiac",
    "dosage",
    "psychiatr",
    "psycholog",
    "alcoholic",
    "sober",
    "miscarr",
    "过敏",
    "哮喘",
    "糖尿病",
    "癌",
    "抑郁",
    "焦虑",
    "吃药",
    "服药",
    "血压",
    "怀孕",
    "手术",
    "确诊",
    "生病",
    "病",
    "心理",
    "残疾",
    "治疗",
    "戒酒",
];

const SEXUALITY: [&str; 20] = [
    " gay",
    "lesbian",
    "bisexual",
    "queer",
    "transgender",
    " trans ",
    "nonbinary",
    "non-binary",
    "asexual",
    "sexual",
    " sex ",
    "sex life",
    "porn",
    "affair",
    "同性恋",
    "双性恋",
    "跨性别",
    "性取向",
    "出柜",
    "性生活",
];

const MONEY: [&str; 36] = [
    "salary",
    "i earn",
    "we earn",
    "income",
    "debt",
    "mortgage",
    "loan",
    "savings",
    "bankrupt",
    "bank account",
    "account number",
    "iban",
    "credit card",
    "pension",
    "inherit",
    "wage",
    "tax return",
    "owe ",
    "€",
    "$",
    "£",
    "￥",
    "¥",
    "工资",
    "薪水",
    "收入",
    "欠",
    "贷款",
    "房贷",
    "存款",
    "银行卡",
    "账号",
    "破产",
    "遗产",
    "养老金",
    "月薪",
];

const BELIEFS: [&str; 44] = [
    "christian",
    "catholic",
    "protestant",
    "muslim",
    "islam",
    "jewish",
    "hindu",
    "buddhis",
    "atheis",
    "agnostic",
    "church",
    "mosque",
    "synagogue",
    "temple",
    "i pray",
    "we pray",
    "religio",
    "believe in god",
    "i vote",
    "i voted",
    "we vote",
    "politic",
    "left-wing",
    "right-wing",
    "conservative",
    "liberal",
    "socialist",
    "communist",
    "republican",
    "democrat",
    "party member",
    "trade union",
    "基督",
    "天主教",
    "穆斯林",
    "伊斯兰",
    "佛教",
    "信佛",
    "无神论",
    "教堂",
    "祷告",
    "信仰",
    "政治",
    "投票给",
];

const ANIMALS: [&str; 22] = [
    "dog",
    "puppy",
    "cat",
    "kitten",
    "rabbit",
    "hamster",
    "horse",
    "bird",
    "parrot",
    "fish",
    "hen",
    "tortoise",
    "guinea pig",
    "狗",
    "猫",
    "兔",
    "仓鼠",
    "马儿",
    "鸟",
    "鹦鹉",
    "鱼缸",
    "乌龟",
];

/// Characters of a statement and of a sentence that are looked at; neither is longer.
const LONGEST: usize = crate::memory::memories::LONGEST_STATEMENT;

/// Words for somebody else, in both languages.
pub(super) fn people() -> impl Iterator<Item = &'static str> {
    PEOPLE.into_iter()
}

/// Why a statement, drawn from that sentence, waits for a yes; none when it need not.
pub(crate) fn reason(statement: &str, sentence: &str) -> Option<Sensitive> {
    let both = format!(
        " {} {} ",
        lower(beginning(statement, LONGEST)),
        lower(beginning(sentence, LONGEST))
    );
    let has = |words: &[&str]| words.iter().any(|word| both.contains(word));
    let about_an_animal = has(&ANIMALS) && !is_about_oneself(&both);
    if has(&SEXUALITY) {
        Some(Sensitive::Sexuality)
    } else if has(&HEALTH) && !about_an_animal {
        Some(Sensitive::Health)
    } else if has(&MONEY) {
        Some(Sensitive::Money)
    } else if has(&BELIEFS) {
        Some(Sensitive::Beliefs)
    } else if names_somebody(&both) {
        Some(Sensitive::ThirdPerson)
    } else {
        None
    }
}

fn is_about_oneself(text: &str) -> bool {
    [
        " i am ", " i'm ", " i have ", " i've ", " i take ", " i was ", "我有", "我对", "我是", "我患",
    ]
    .iter()
    .any(|word| text.contains(word))
}

fn names_somebody(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    PEOPLE.iter().any(|person| {
        if person.is_ascii() {
            words.contains(person)
        } else {
            text.contains(person)
        }
    })
}

fn lower(text: &str) -> String {
    text.to_lowercase().replace('’', "'")
}

#[cfg(test)]
mod tests {
    use super::reason;
    use hearth_types::Sensitive;

    #[test]
    fn what_is_private_waits() {
        for (statement, why) in [
            ("I am allergic to penicillin", Sensitive::Health),
            ("I earn 4000 a month", Sensitive::Money),
            ("I am gay", Sensitive::Sexuality),
            ("I am a Buddhist", Sensitive::Beliefs),
            ("My sister lives in Toronto", Sensitive::ThirdPerson),
            ("我有糖尿病", Sensitive::Health),
            ("我的月薪是八千", Sensitive::Money),
            ("我儿子上小学三年级", Sensitive::ThirdPerson),
        ] {
            assert_eq!(reason(statement, statement), Some(why), "{statement}");
        }
    }

    #[test]
    fn what_is_not_does_not() {
        for statement in [
            "My dog is allergic to chicken",
            "I live in Lisbon",
            "I prefer window seats",
            "My cat is called Pepper",
            "我的狗对鸡肉过敏",
            "我住在上海",
            "I work as a carpenter",
        ] {
            assert_eq!(reason(statement, statement), None, "{statement}");
        }
    }
}
