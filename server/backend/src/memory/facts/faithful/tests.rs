use super::super::believe::source_of;

fn believed(note: &str, sentence: &str) -> bool {
    source_of(note, &[sentence.to_owned()]).is_some()
}

/// Sentences, each with a wrong note.
const WRONG: &[(&str, &str)] = &[
    // No.
    ("I cannot eat peanuts", "I eat peanuts"),
    ("I can't eat peanuts.", "I eat peanuts"),
    ("I never eat meat", "I eat meat"),
    ("I don't like liver", "I like liver"),
    ("I do not drink coffee.", "I drink coffee"),
    ("We no longer live in Porto", "We live in Porto"),
    ("We don’t live in Porto any more", "We live in Porto"),
    ("I drink my coffee without sugar", "I drink my coffee with sugar"),
    ("Neither my wife nor I eat fish", "I eat fish"),
    ("I have no brothers", "I have brothers"),
    ("None of my cats is black", "My cats are black"),
    (
        "I am not a vegetarian, I just like vegetables",
        "I am a vegetarian",
    ),
    ("I'm not allergic to nuts", "I'm allergic to nuts"),
    ("It is not true that I live in Paris", "I live in Paris"),
    (
        "My dog is allergic to chicken and never gets any",
        "My dog gets chicken",
    ),
    ("I am allergic to shellfish", "I like shellfish"),
    ("I hate my job at the harbour", "I like my job at the harbour"),
    ("I eat everything except fish", "I eat fish"),
    ("我不吃花生", "我吃花生"),
    ("我从不喝咖啡。", "我喝咖啡"),
    ("我没有兄弟", "我有兄弟"),
    ("我不再住在波尔图了", "我住在波尔图"),
    ("我对花生过敏", "我吃花生"),
    // How often and how much.
    ("I rarely eat meat", "I eat meat"),
    ("I hardly ever drink wine", "I drink wine"),
    ("We seldom go to the sea", "We go to the sea"),
    ("I barely speak Portuguese", "I speak Portuguese"),
    ("Sometimes I sleep badly in May", "I sleep badly in May"),
    (
        "Few of my plants survive the winter",
        "My plants survive the winter",
    ),
    ("I only eat fish on Fridays", "I eat fish"),
    ("I almost bought a boat", "I bought a boat"),
    ("Half of my books are in Chinese", "My books are in Chinese"),
    ("I have less than 40 records", "I have 40 records"),
    ("I don't always lock my door", "I don't lock my door"),
    ("我很少吃肉", "我吃肉"),
    ("我几乎不喝酒", "我喝酒"),
    ("我有时去游泳", "我去游泳"),
    // In the past, or not begun.
    ("I used to smoke", "I smoke"),
    (
        "I used to live in Porto and work at the harbour",
        "I live in Porto",
    ),
    ("I gave up coffee", "I drink coffee"),
    ("I have given up dairy", "I have dairy"),
    ("I quit my job at the hospital", "My job is at the hospital"),
    ("I stopped playing the violin", "I play the violin"),
    ("I lived in Porto", "I live in Porto"),
    ("I was a nurse", "I am a nurse"),
    ("Until May we live in Porto", "We live in Porto"),
    ("We sold our boat", "We have a boat"),
    ("I want to move to Berlin", "I move to Berlin"),
    ("We plan to get a dog", "We get a dog"),
    ("I'm thinking of buying a boat", "I'm buying a boat"),
    ("我以前抽烟", "我抽烟"),
    ("我曾经住在北京", "我住在北京"),
    ("我戒了咖啡", "我喝咖啡"),
    ("我打算搬到柏林", "我搬到柏林"),
    // Another person.
    ("Nobody in my family eats meat", "My family eats meat"),
    ("My friend is a vegetarian", "I am a vegetarian"),
    ("My sister lives in Toronto", "I live in Toronto"),
    ("My friend Tom has a dog called Rex", "I have a dog called Rex"),
    ("My dog is allergic to chicken", "I am allergic to chicken"),
    (
        "Biscuit is allergic to chicken, my dog",
        "I am allergic to chicken",
    ),
    ("My boss told me he is moving to Berlin", "I am moving to Berlin"),
    ("Everyone at my office smokes", "I smoke at my office"),
    ("我朋友吃素", "我吃素"),
    ("我妹妹住在上海", "我住在上海"),
    ("我妈对花生过敏", "我对花生过敏"),
    ("我的狗对鸡肉过敏", "我对鸡肉过敏"),
    ("我公司在里斯本", "我在里斯本"),
    // Perhaps, if, and according to others.
    ("I might move to Berlin", "I move to Berlin"),
    ("I would live in Paris", "I live in Paris"),
    ("I'd like a boat", "I like a boat"),
    ("I take the bus if it rains", "I take the bus"),
    ("If it rains, I stay at home", "I stay at home"),
    ("I may get a cat", "I get a cat"),
    ("My doctor thinks I have asthma", "I have asthma"),
    ("I guess my car is broken", "My car is broken"),
    (
        "I thought I was allergic to nuts but I'm not",
        "I'm allergic to nuts",
    ),
    ("我可能搬到柏林", "我搬到柏林"),
    ("如果下雨，我坐公交车", "我坐公交车"),
    // Reversed, or changed.
    ("My dog chases our cat", "Our cat chases my dog"),
    ("I love my old red car", "I love my old red bike"),
    // German.
    ("Ich esse kein Fleisch", "Ich esse Fleisch"),
    ("Ich rauche nicht mehr", "Ich rauche"),
    ("Ich habe früher in Porto gewohnt", "Ich wohne in Porto"),
    ("Meine Schwester wohnt in Toronto", "Ich wohne in Toronto"),
    ("Mein Hund verträgt kein Huhn", "Ich vertrage kein Huhn"),
    ("Wenn es regnet, fahre ich mit dem Bus", "Ich fahre mit dem Bus"),
    ("Vielleicht ziehe ich nach Berlin", "Ich ziehe nach Berlin"),
    ("Mein Chef sagt, ich bin zu langsam", "Ich bin zu langsam"),
    ("Ich möchte nach Berlin ziehen", "Ich ziehe nach Berlin"),
    // Without a pack.
    ("Ich trinke selten Wein", "Ich trinke Wein"),
    ("No como carne", "Como carne"),
    ("Yo nunca bebo vino", "Yo bebo vino"),
];

/// Sentences, each with a correct note that is shorter or has the same words.
const RIGHT: &[(&str, &str)] = &[
    ("I live in Lisbon, by the way.", "I live in Lisbon"),
    (
        "My dog is called Biscuit and he is three years old.",
        "My dog is called Biscuit",
    ),
    (
        "My dog is called Biscuit and he is allergic to chicken.",
        "Biscuit is allergic to chicken",
    ),
    ("Oh, and I play the piano.", "I play the piano"),
    ("I work as a carpenter here in Lisbon.", "I work as a carpenter"),
    ("I live in Lisbon and I don't eat fish.", "I live in Lisbon"),
    ("I live in Lisbon and I don't eat fish.", "I don't eat fish"),
    ("I live in Lisbon and I don’t eat fish.", "I do not eat fish"),
    (
        "My locker at the pool has the number 4471!",
        "My locker at the pool has the number 4471",
    ),
    ("My car is a red Fiat from 1998.", "My car is a red Fiat"),
    (
        "Hi, I am a nurse at the hospital.",
        "I am a nurse at the hospital",
    ),
    (
        "I'm a nurse at the hospital in Porto.",
        "I am a nurse at the hospital",
    ),
    ("I never eat meat.", "I never eat meat"),
    ("I never eat meat, so I cook for myself.", "I never eat meat"),
    ("My cat Pepper only eats fish", "My cat Pepper only eats fish"),
    (
        "I used to live in Porto, and now I live in Lisbon.",
        "I used to live in Porto",
    ),
    (
        "I prefer window seats on trains.",
        "I prefer window seats on trains",
    ),
    (
        "I have a piano from 1920, it is black.",
        "I have a piano from 1920",
    ),
    (
        "We moved to Lisbon in May, and I love the river.",
        "We moved to Lisbon in May",
    ),
    (
        "My favourite colour is green, like the sea.",
        "My favourite colour is green",
    ),
    (
        "I am allergic to penicillin, please keep that in mind.",
        "I am allergic to penicillin",
    ),
    (
        "My sister lives in Toronto with two cats.",
        "My sister lives in Toronto",
    ),
    (
        "My sister lives in Toronto and I live in Lisbon.",
        "I live in Lisbon",
    ),
    ("My birthday is on 3 May.", "My birthday is on 3 May"),
    ("I rarely drink wine, and I like tea.", "I like tea"),
    ("I rarely drink wine, and I like tea.", "I rarely drink wine"),
    ("I'm vegan.", "I am vegan"),
    ("I go to yoga on Tuesdays at seven.", "I go to yoga on Tuesdays"),
    (
        "We have two rabbits called Salt and Pepper.",
        "We have two rabbits called Salt and Pepper",
    ),
    ("My street is called Rua Nova.", "My street is called Rua Nova"),
    (
        "I speak Portuguese and Chinese.",
        "I speak Portuguese and Chinese",
    ),
    ("I cycle to work, my bike is blue.", "My bike is blue"),
    (
        "I collect stamps from Macau, it is a quiet hobby.",
        "I collect stamps from Macau",
    ),
    ("Our boat is called Nina.", "Our boat is called Nina"),
    ("I sing in a choir on Mondays.", "I sing in a choir"),
    (
        "My father is a tailor, he works in Porto.",
        "My father is a tailor",
    ),
    ("我的狗叫饼干，它三岁了。", "我的狗叫饼干"),
    ("我住在里斯本，在医院工作。", "我住在里斯本"),
    ("我不吃肉，我喜欢豆腐。", "我不吃肉"),
    ("我不吃肉，我喜欢豆腐。", "我喜欢豆腐"),
    ("我星期二上瑜伽课。", "我星期二上瑜伽课"),
    ("我妹妹住在上海，她是医生。", "我妹妹住在上海"),
    ("我最喜欢的颜色是绿色。", "我最喜欢的颜色是绿色"),
    ("Ich esse kein Fleisch.", "Ich esse kein Fleisch"),
    (
        "Ich wohne in Lissabon und ich esse keinen Fisch.",
        "Ich wohne in Lissabon",
    ),
    ("Stimmt nicht, ich wohne in Porto.", "ich wohne in Porto"),
    (
        "Mein Hund heißt Keks und er ist drei Jahre alt.",
        "Mein Hund heißt Keks",
    ),
    ("Ich arbeite übrigens als Tischler.", "Ich arbeite als Tischler"),
];

#[test]
fn a_note_that_lost_a_qualifier_is_not_believed() {
    assert!(WRONG.len() >= 60);
    let believed: Vec<_> = WRONG
        .iter()
        .filter(|(sentence, note)| believed(note, sentence))
        .collect();
    assert!(believed.is_empty(), "{believed:#?}");
}

#[test]
fn most_correct_notes_are_believed() {
    assert!(RIGHT.len() >= 40);
    let doubted: Vec<_> = RIGHT
        .iter()
        .filter(|(sentence, note)| !believed(note, sentence))
        .collect();
    eprintln!("{} of {} doubted: {doubted:#?}", doubted.len(), RIGHT.len());
    assert!(doubted.len() * 10 <= RIGHT.len() * 3, "{doubted:#?}");
}

/// Sentences in Spanish and Japanese, each with a wrong note: 20 of each.
const WRONG_BY_PACK: &[(&str, &str)] = &[
    // Spanish: no.
    ("No puedo comer cacahuetes", "Puedo comer cacahuetes"),
    ("Nunca como carne", "Como carne"),
    ("No me gusta el hígado", "Me gusta el hígado"),
    ("Ya no vivimos en Oporto", "Vivimos en Oporto"),
    ("Tomo el café sin azúcar", "Tomo el café con azúcar"),
    // How often and how much.
    ("Rara vez bebo vino", "Bebo vino"),
    ("Apenas hablo portugués", "Hablo portugués"),
    ("Solo como pescado los viernes", "Como pescado"),
    ("Casi compro un barco", "Compro un barco"),
    (
        "La mitad de mis libros están en chino",
        "Mis libros están en chino",
    ),
    // When.
    ("Antes vivía en Oporto", "Vivo en Oporto"),
    ("Dejé de fumar", "Fumo"),
    ("Hasta mayo trabajo en el puerto", "Trabajo en el puerto"),
    ("Vendimos nuestro barco", "Tenemos un barco"),
    ("Quiero mudarme a Berlín", "Me mudo a Berlín"),
    // Who, and according to whom.
    ("A mi hermana no le gusta el jazz", "No me gusta el jazz"),
    (
        "Mi amigo Tom tiene un perro que se llama Rex",
        "Tengo un perro que se llama Rex",
    ),
    ("Mi perro es alérgico al pollo", "Soy alérgico al pollo"),
    ("Mi jefe dice que trabajo despacio", "Trabajo despacio"),
    ("Si llueve, voy en autobús", "Voy en autobús"),
    // Japanese: no.
    ("ピーナッツは食べられません", "ピーナッツは食べられます"),
    ("肉は食べない", "肉は食べ"),
    ("私はレバーが好きではありません", "私はレバーが好き"),
    ("もうポルトには住んでいません", "ポルトには住んでいま"),
    ("私はコーヒーに砂糖を入れないで飲みます", "コーヒーに砂糖を入れ"),
    // How often and how much.
    ("たまにワインを飲みます", "ワインを飲みます"),
    ("ほとんど肉を食べません", "肉を食べません"),
    ("ポルトガル語は少しだけ話せます", "ポルトガル語は話せます"),
    ("金曜日だけ魚を食べます", "魚を食べます"),
    ("本の半分は中国語です", "本は中国語です"),
    // When.
    ("以前はポルトに住んでいました", "ポルトに住んでいました"),
    ("来月ベルリンに引っ越します", "ベルリンに引っ越します"),
    ("タバコを吸うのをやめました", "タバコを吸うの"),
    ("犬を飼いたいと思っています", "犬を飼いたい"),
    ("五月まで港で働いています", "港で働いています"),
    // Who, and according to whom.
    ("友達は猫を飼っています", "猫を飼っています"),
    ("妹がトロントに住んでいます", "トロントに住んでいます"),
    ("私の犬は鶏肉アレルギーです", "鶏肉アレルギーです"),
    ("上司は、私は仕事が遅いと言います", "私は仕事が遅い"),
    ("妹は東京に住んでいて、犬を飼っています", "犬を飼っています"),
];

/// Sentences in Spanish and Japanese, each with a correct note: 20 of each.
const RIGHT_BY_PACK: &[(&str, &str)] = &[
    ("Por cierto, vivo en Lisboa.", "Vivo en Lisboa"),
    ("Vivo en Lisboa y no como pescado.", "Vivo en Lisboa"),
    ("Vivo en Lisboa y no como pescado.", "No como pescado"),
    (
        "Mi perro se llama Galleta y tiene tres años.",
        "Mi perro se llama Galleta",
    ),
    (
        "Mi perro se llama Galleta y es alérgico al pollo.",
        "Galleta es alérgico al pollo",
    ),
    ("Trabajo de carpintero aquí en Lisboa.", "Trabajo de carpintero"),
    ("Mi coche es un Fiat rojo de 1998.", "Mi coche es un Fiat rojo"),
    (
        "Soy enfermera en el hospital de Oporto.",
        "Soy enfermera en el hospital",
    ),
    ("Nunca como carne, así que cocino para mí.", "Nunca como carne"),
    (
        "Mi hermana vive en Toronto y tiene dos gatos.",
        "Mi hermana vive en Toronto",
    ),
    ("Mi cumpleaños es el 3 de mayo.", "Mi cumpleaños es el 3 de mayo"),
    ("Rara vez bebo vino, pero me gusta el té.", "Me gusta el té"),
    ("Rara vez bebo vino, pero me gusta el té.", "Rara vez bebo vino"),
    ("Los martes voy a yoga a las siete.", "Los martes voy a yoga"),
    (
        "Tenemos dos conejos que se llaman Sal y Pimienta.",
        "Tenemos dos conejos que se llaman Sal y Pimienta",
    ),
    ("Hablo portugués y chino.", "Hablo portugués y chino"),
    (
        "Colecciono sellos de Macao, es una afición tranquila.",
        "Colecciono sellos de Macao",
    ),
    (
        "Nos mudamos a Lisboa en mayo, y me encanta el río.",
        "Nos mudamos a Lisboa en mayo",
    ),
    (
        "Mi color favorito es el verde, como el mar.",
        "Mi color favorito es el verde",
    ),
    (
        "Como ya te dije, prefiero el asiento de ventanilla.",
        "Prefiero el asiento de ventanilla",
    ),
    ("実は、リスボンに住んでいます。", "リスボンに住んでいます"),
    (
        "私はリスボンに住んでいますが、魚は食べません。",
        "私はリスボンに住んでいます",
    ),
    (
        "私はリスボンに住んでいますが、魚は食べません。",
        "リスボンに住んでいます",
    ),
    ("リスボンに住んでいますが、魚は食べません。", "魚は食べません"),
    ("私の犬の名前はビスケットです。", "私の犬の名前はビスケット"),
    ("大工として働いています。", "大工として働いています"),
    (
        "私の車は1998年の赤いフィアットです。",
        "私の車は1998年の赤いフィアットです",
    ),
    (
        "ポルトの病院で看護師をしています。",
        "ポルトの病院で看護師をしています",
    ),
    ("私は肉を食べません。", "肉を食べません"),
    ("肉を食べませんので、自分で料理します。", "肉を食べません"),
    ("妹はトロントに住んでいます。", "妹はトロントに住んでいます"),
    ("私の誕生日は5月3日です。", "私の誕生日は5月3日です"),
    ("めったにワインを飲みませんが、お茶が好きです。", "お茶が好きです"),
    (
        "火曜日の七時にヨガに通っています。",
        "火曜日の七時にヨガに通っています",
    ),
    ("うさぎを二匹飼っています。", "うさぎを二匹飼っています"),
    (
        "私はポルトガル語と中国語を話します。",
        "ポルトガル語と中国語を話します",
    ),
    ("切手を集めています、静かな趣味です。", "切手を集めています"),
    ("ちなみに、私は窓側の席が好きです。", "私は窓側の席が好きです"),
    ("一番好きな色は緑です。", "一番好きな色は緑です"),
    ("前にも言ったように、私は左利きです。", "私は左利きです"),
];

#[test]
fn notes_are_faithful_in_spanish_and_japanese() {
    assert!(WRONG_BY_PACK.len() == 40 && RIGHT_BY_PACK.len() == 40);
    let wrong: Vec<_> = WRONG_BY_PACK
        .iter()
        .filter(|(sentence, note)| believed(note, sentence))
        .collect();
    for of_one in RIGHT_BY_PACK.chunks(20) {
        let doubted: Vec<_> = of_one
            .iter()
            .filter(|(sentence, note)| !believed(note, sentence))
            .collect();
        eprintln!("{} of 20 doubted: {doubted:#?}", doubted.len());
        assert!(doubted.len() <= 6, "{doubted:#?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
