//! English.

use super::{
    Before, Changes, Commands,
    Counted::{Days, Months, WeekdayAfter, WeekdayBefore, WeekdayOfWeek, Weeks, Years},
    Fronted, Gathering, Lang, Language, Move, NotMentioned, Order, Person, Qualifiers, Questions,
    Relative::{DayBeforeYesterday, LastMonth, LastWeek, LastYear, ThisMonth, ThisWeek, ThisYear, Yesterday},
    Script, Sensitive, Statements, Times, Titles, Written,
};

#[rustfmt::skip]
pub(super) static ENGLISH: Language = Language {
    name: "English",
    detected_as: Some(Lang::Eng),
    script: Script::Latin,
    stop_words: &[
        "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "been", "before",
        "but", "by", "can", "could", "d", "did", "do", "does", "during", "each", "ever", "few", "for", "from", "get", "give",
        "go", "had", "has", "have", "he", "her", "here", "hi", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its",
        "just", "know", "let", "like", "ll", "m", "make", "many", "may", "me", "mean", "might", "more", "most", "much", "must",
        "my", "need", "no", "not", "now", "of", "off", "on", "one", "only", "or", "other", "our", "out", "over", "please", "re",
        "s", "said", "say", "shall", "she", "should", "so", "some", "still", "such", "t", "take", "tell", "than", "thank",
        "that", "the", "their", "them", "then", "there", "these", "they", "thing", "think", "this", "those", "to", "too", "up",
        "us", "use", "ve", "very", "want", "was", "we", "were", "what", "when", "where", "which", "while", "who", "whom",
        "whose", "why", "will", "with", "would", "yes", "you", "your",
    ],
    particles: "",
    person: Person {
        singular: &["i", "my", "mine", "myself"],
        receiver: &["me"],
        plural: &["we", "our", "ours", "us"],
        nominative: &["i", "we"],
        in_statements: &["im"],
        in_questions: &[],
        asked_for: &[],
        others: &["he", "she", "they", "him", "her", "them", "his", "hers", "their", "theirs"],
        relations: &[
            "mother", "father", "mum", "mom", "dad", "parents", "wife", "husband", "partner", "girlfriend", "boyfriend",
            "fiance", "fiancé", "fiancée", "son", "sons", "daughter", "daughters", "child", "children", "kid", "kids", "baby",
            "brother", "brothers", "sister", "sisters", "grandmother", "grandfather", "grandma", "grandpa", "uncle", "aunt",
            "cousin", "nephew", "niece", "friend", "friends", "neighbour", "neighbor", "neighbours", "neighbors", "colleague",
            "colleagues", "boss", "flatmate", "roommate", "landlord", "teacher", "client", "ex", "stepson", "stepdaughter",
        ],
        groups: &[
            "family", "team", "company", "class", "relatives", "cousins", "uncles", "aunts", "grandparents", "girl", "boy",
            "man", "woman", "guy", "mate", "wives",
        ],
        called_by_models: &["user", "person", "the person"],
    },
    statements: Statements {
        tasks: &[
            "summarise", "summarize", "translate", "proofread", "correct ", "rewrite", "rephrase", "paraphrase", "shorten",
            "explain this", "what does this", "reply to", "answer this", "review", "classify", "extract", "analyse", "analyze",
            "here is", "here's", "this email", "the following", "below", "this text", "document", "attached",
        ],
        made_up: &[
            "imagine", "pretend", "suppose", "let's say", "lets say", "role-play", "roleplay", "role play", "write a",
            "write me", "story", "poem", "novel", "if i ", "if we ", "what if", "as if", "hypothetical", "for example", "i wish",
            "would be nice", "ignore ", "instruction", "system prompt", "you are ", "you must", "from now on", "act as",
            "the user", "assistant", "remember that", "maybe", "perhaps", " might ", "not sure", "probably",
        ],
        requests: &[
            " help me", " tell me", " give me", " show me", " write the ", " write about ", " write up ", " make me", " suggest", " recommend", " explain",
            " please ", " can you", " could you", " would you", " i want you", " i need you", " i'd like you", " list the ", " list all ", " list some ",
            " how do i", " how can i", " what should i", " thank", " hello ", " hi ", " let me know", " find me", " draft ",
            " fix ", " convert ", " calculate ", " i have a question",
        ],
        own_heads: &["i", "me", "my", "note", "ps", "p.s.", "hi", "hello"],
        own_head_ends: &["remember"],
        passing: &[
            " today", " tonight", " right now", " this morning", " this afternoon", " this evening", " at the moment",
            " just now", " in a minute", " currently stuck", " i'm tired", " i'm bored", " i'm hungry",
        ],
    },
    sensitive: Sensitive {
        health: &[
            "allerg", "asthma", "diabet", "cancer", "tumor", "tumour", "depress", "anxi", "therap", "medicat", "medicine",
            "pill", "insulin", "blood pressure", "migraine", "epilep", "pregnan", "surgery", "operat", "hospital appointment",
            "diagnos", "disorder", "disab", "adhd", "autis", "hiv", "covid", "sick", "illness", "disease", "broke my", "broken",
            "injur", "pain", "intoleran", "coeliac", "celiac", "dosage", "psychiatr", "psycholog", "alcoholic", "sober",
            "miscarr",
        ],
        sexuality: &[
            " gay", "lesbian", "bisexual", "queer", "transgender", " trans ", "nonbinary", "non-binary", "asexual", "sexual",
            " sex ", "sex life", "porn", "affair",
        ],
        money: &[
            "salary", "i earn", "we earn", "income", "debt", "mortgage", "loan", "savings", "bankrupt", "bank account",
            "account number", "iban", "credit card", "pension", "inherit", "wage", "tax return", "owe ", "€", "$", "£",
        ],
        beliefs: &[
            "christian", "catholic", "protestant", "muslim", "islam", "jewish", "hindu", "buddhis", "atheis", "agnostic",
            "church", "mosque", "synagogue", "temple", "i pray", "we pray", "religio", "believe in god", "i vote", "i voted",
            "we vote", "politic", "left-wing", "right-wing", "conservative", "liberal", "socialist", "communist", "republican",
            "democrat", "party member", "trade union",
        ],
        animals: &[
            "dog", "puppy", "cat", "kitten", "rabbit", "hamster", "horse", "bird", "parrot", "fish", "hen", "tortoise",
            "guinea pig",
        ],
        oneself: &[" i am ", " i'm ", " i have ", " i've ", " i take ", " i was "],
    },
    qualifiers: Qualifiers {
        noes: &[
            "not", "cannot", "never", "no", "nor", "neither", "none", "nobody", "nothing", "nowhere", "without", "no-one",
            "noone", "unable", "refuse", "refuses", "avoid", "avoids", "lack", "lacks", "fail", "failed", "fails",
        ],
        no_endings: &["n't"],
        endings: &[("'d", "would"), ("'ll", "will")],
        words: &[
            // How often and how much.
            "rarely", "hardly", "seldom", "scarcely", "barely", "few", "fewer", "little", "less", "least", "some", "sometimes",
            "occasionally", "once", "twice", "only", "just", "almost", "nearly", "mostly", "mainly", "usually", "often",
            "partly", "half", "most", "every", "always", "all", "any", "except", "unless", "instead", "rather", "too", "enough",
            "other", "another",
            // Over, or not begun.
            "used", "gave", "quit", "stopped", "stop", "longer", "anymore", "until", "till", "before", "formerly", "former",
            "ex", "previously", "originally", "was", "were", "had", "did", "been", "ago", "lost", "sold", "left", "died",
            "cancelled", "canceled", "back", "will", "going", "want", "wants", "wanted", "plan", "plans", "planned", "planning",
            "hope", "hopes", "hoping", "wish", "dream", "dreamed", "intend", "try", "trying", "tried", "thinking",
            "considering", "consider", "soon", "next", "tomorrow", "looking", "learning",
            // Perhaps, if, and as others say.
            "might", "may", "could", "would", "should", "must", "need", "needs", "can", "if", "whether", "maybe", "perhaps",
            "probably", "possibly", "supposedly", "allegedly", "apparently", "seems", "seem", "doubt", "guess", "think",
            "thought", "thinks", "believe", "believed", "believes", "said", "say", "says", "told", "tells", "claims", "claim",
            "heard", "according", "supposed", "suppose", "pretend", "pretended", "joked", "lied", "denied", "deny", "false",
            "wrong", "untrue", "dreams", "imagine", "lie",
            // What turns a liking round.
            "allergic", "allergy", "intolerant", "hate", "hates", "hated", "dislike", "dislikes", "scared", "afraid", "stand",
            // Who.
            "you", "your", "someone", "somebody", "everyone", "everybody", "people", "others",
            // About how many, and to whom.
            "about", "around", "under", "over", "above", "below", "between", "more", "up", "given", "give", "giving",
        ],
        free: &[
            "do", "does", "a", "an", "the", "i", "my", "me", "we", "our", "us", "is", "am", "are", "be", "of", "to", "in", "at",
            "on", "and", "that", "this", "it", "its", "s", "m", "re", "ve", "for", "with", "who", "which", "as", "by", "from",
            "would", "will", "there's", "it's", "that's",
        ],
        clause_ends: &[],
        joints: &["and", "but", "so"],
        subjects: &[
            "i", "i'm", "i've", "i'd", "i'll", "we", "we're", "we've", "my", "our", "he", "she", "it", "they",
        ],
        fillers: &[
            "oh", "well", "hi", "hello", "hey", "so", "and", "but", "also", "actually", "yes", "ok", "okay", "by", "the", "way",
        ],
        self_references: &[
            "as i said", "as i said before", "as i told you", "as i told you before", "as i mentioned", "as mentioned",
            "as i say", "like i said", "like i told you", "i said before",
        ],
        wide: &[
            "if", "unless", "until", "whether", "said", "says", "told", "thinks", "believes", "thought", "according", "doubt",
            "deny", "denied", "false", "untrue", "pretend", "pretended", "joked", "imagine", "dreamed", "wish",
        ],
        naming: &["called", "named"],
        determiners: &["my", "our", "the", "a", "an", "one"],
    },
    changes: Changes {
        endings: &[
            " died", " passed away", " no longer", " anymore", " any more", " quit ", " gave up ", " stopped ", " sold ",
            " broke up", " got divorced", " are divorced", " left my job", " left our ", " cancelled ", " canceled ",
            " got rid of", " gave away", " moved out of", " used to ", " was put down",
        ],
        endings_around: &[],
        deaths: &[" died", " passed away", " was put down"],
        past: &[" used to "],
        negations: &[
            " not ", "n't ", " never ", " hate ", " dislike ", " can't stand ", " no longer ", " quit ", " stopped ",
            " neither ", " without ", " allergic ",
        ],
        liking: &["like", "love", "hate", "dislik", "enjoy", "don", "doesn", "never"],
        news: &[" moved ", " started ", " now ", " switched ", " changed ", " became ", " since ", " new "],
        again: &[" again ", " once more ", " back to "],
        attributes: &[
            ("home", " i live in "), ("home", " we live in "), ("home", " i used to live in "),
            ("home", " we used to live in "), ("home", " i'm living in "), ("home", " i am living in "),
            ("work", " i work at "), ("work", " i work for "), ("work", " i started working at "), ("work", " i started at "),
            ("work", " i now work at "), ("profession", " i work as "), ("name", " my name is "), ("name", " call me "),
            ("age", " i'm turning "), ("address", " my address is "), ("phone number", " my phone number is "),
            ("email", " my email is "), ("birthday", " my birthday is "), ("job", " my job is "),
            ("employer", " my employer is "), ("boss", " my boss is "), ("doctor", " my doctor is "),
            ("dentist", " my dentist is "), ("car", " my car is "), ("landlord", " my landlord is "),
            ("school", " my school is "), ("shoe size", " my shoe size is "), ("height", " my height is "),
            ("nationality", " my nationality is "), ("time zone", " my time zone is "),
            ("car", " i drive a "), ("car", " i drive an "), ("car", " we drive a "), ("car", " we drive an "),
            ("car", " our car is "), ("car", " i now drive a "), ("weight", " i weigh "), ("phone", " my phone is "),
            ("phone", " i have a new phone, "), ("bank", " my bank is "), ("gym", " my gym is "),
            ("home", " i now live in "), ("home", " we now live in "), ("work", " i work in "), ("age", " i turned "),
            ("subject of study", " i study "), ("subject of study", " i'm studying "), ("teacher", " my teacher is "),
            ("partner", " my partner is "), ("password hint", " my password hint is "), ("desk", " my desk is "),
            ("parking space", " i park on "), ("parking space", " i park in "), ("parking space", " my parking space is "),
            ("locker", " my locker is "), ("locker", " my locker has "),
        ],
        before: Before::NONE,
        moves: &[Move { starts: &[" i ", " we "], verb: " moved ", to: " to " }],
        favourites: &[(" my favourite ", " is "), (" my favorite ", " is ")],
        breaks: &[
            " since ", " with ", " and ", " for ", " because ", " but ", " where ", " which ", " now ", " in ", " from ",
            " last ",
        ],
        preferences: &[
            "prefer", "favourite", "favorite", " like ", " love ", " hate ", "dislike", "don't eat", "vegan", "vegetarian",
        ],
    },
    commands: Commands {
        courtesy: &["please", "hey", "hi", "hello", "hearth", "ok", "okay", "also", "and", "oh", "you should"],
        polite_questions: &[
            "can you", "could you", "would you", "will you", "i want you to", "i'd like you to", "i would like you to",
            "i need you to", "i'd love you to", "would you mind", "would you be so kind as to", "you can", "you may",
            "you could", "i'd like to ask you to", "i want to ask you to",
        ],
        polite_ends: &[],
        remember: &[
            "remember that", "remember:", "remember,", "remember this:", "keep in mind that", "keep in mind:",
            "don't forget that", "do not forget that", "don't forget:", "make a note that", "make a note:", "note that",
            "note:", "never forget that",
        ],
        remember_own: &["remember "],
        own: &["i ", "i'm ", "my ", "we ", "we're ", "our ", "me as ", "i've "],
        remember_at_the_end: &[
            "please remember that", "please remember this", "please remember it", "remember that", "remember this",
            "keep that in mind",
        ],
        remember_around: &[],
        remember_all: false,
        answer_orders: &[
            " just say ", " only say ", " simply say ", " just reply ", " only reply ", " reply ", " just answer ", " answer ",
            " respond ", " say ok", " don't explain", " do not explain", " no explanation",
        ],
        verb_last_after: &[],
        forget: &[
            "forget what i said about", "forget what i told you about", "forget everything about", "forget all about",
            "forget about", "forget that", "forget:", "forget the fact that", "don't remember that", "do not remember that",
            "stop remembering that",
        ],
        forget_own: &["forget "],
        forget_whose: &["my ", "our "],
        forget_verbs: &[
            "forget", "forgetting", "stop remembering", "don't remember", "do not remember", "no longer remember", "unlearn",
            "stop keeping", "don't keep", "do not keep",
        ],
        forget_objects: &[
            "that", "about", "all about", "the fact that", "everything about", "anything about", "everything you know about",
            "anything you know about", "what you know about", "all you know about", "what you remember about",
            "everything you remember about", "what i said about", "everything i said about", "anything i said about",
            "what i told you about", "everything i told you about", "anything i told you about", "what i've told you about",
            "everything i've told you about", "what i mentioned about", "the thing about", "the part about", "the bit about",
            "the memory that", "the memory of", "the memory about", "your memory of", "your memories of", "your memories about",
            "the note that", "the note about", "your notes about", "your note about",
        ],
        delete_verbs: &[
            "delete", "deleting", "erase", "erasing", "remove", "removing",
        ],
        delete_objects: &[
            "that i", "that i'm", "that i've", "that my", "that we", "that our", "the fact that", "everything about",
            "everything you know about", "anything you know about", "what you know about", "all you know about",
            "what you remember about", "everything you remember about", "what i said about", "everything i said about",
            "what i told you about", "everything i told you about", "what i've told you about", "everything i've told you about",
            "from your memory that", "from memory that", "from your memory", "the memory that", "the memory of",
            "the memory about", "your memory of", "your memories of", "your memories about", "the note that", "the note about",
            "your notes about", "your note about",
        ],
        forget_last: &[],
        forget_around: &[],
        forget_tail: &[
            " from your memory", " from memory", " from your notes", ", please", " please", " for me", " any more", " anymore",
            " again",
        ],
        pointing: &[],
        forget_wishes: &[
            " you to forget ", " you forget what ", " you would forget ", " you'd forget ", " you could forget ",
            " please forget what ", " please forget everything ", " forget what i ", " forget everything i ",
            " stop remembering what ", " don't remember what i ", " do not remember what i ", " erase what i ",
            " delete what i ", " erase from your memory", " delete from your memory", " remove from your memory",
            " don't want you to remember ", " don't want you to know ", " don't want this remembered", " shouldn't remember ",
            " should not remember ", " want you to erase what", " want you to delete what", " i never told you ",
            " pretend i never told ",
        ],
        no_wishes: &[
            " don't forget ", " do not forget ", " never forget ", " can't forget ", " won't forget ", " forget to ",
            " did you forget ", " how ", " why ", " if you forget ", " before you forget ", " when you forget ",
        ],
        questions: &[],
    },
    questions: Questions {
        advice: &[
            "should", "shall", "can", "could", "would", "might", "must", "ought", "need", "needs", "help", "helps", "try",
            "best", "better", "recommend", "suggest", "mean", "means", "wrong",
        ],
        advice_phrases: &["do i do"],
        own_name: &["my name", "who am i"],
        phrases: &[],
        past: &[
            " did ", " was ", " were ", " had ", " used to ", " before ", " previous", " former", " earlier ", " once ", " ago ",
            " back then ", " at that time ", " in the past ", " last year", " ever ",
        ],
        ends: &[],
        order: Order::Fronted(Fronted {
            adverbs: &["when", "where"],
            with_mark: &[],
            who: &["who"],
            who_not: &["i", "we", "cares", "knows", "needs", "wants"],
            choosers: &["what", "which", "whose", "whom"],
            relative: &["which"],
            how: &["how"],
            degrees: &["old", "tall", "many", "much", "long"],
            verbs: &[
                "is", "are", "was", "were", "am", "do", "does", "did", "has", "have", "had", "will", "isn", "aren", "wasn",
                "weren", "don", "doesn", "didn", "hasn", "haven", "s", "re", "d",
            ],
            being: &["is", "was", "are", "were"],
            subjects: &["i", "we", "my", "our", "the", "it", "he", "she", "they", "you", "this", "that"],
            own: &["my", "our", "mine"],
            stops: &["i", "we", "he", "she", "they", "you", "it", "me", "us", "to", "that", "for"],
            fillers: &[
                "so", "and", "but", "ok", "okay", "hey", "hi", "hello", "hearth", "please", "well", "um", "also", "now",
                "then", "oh",
            ],
            openings: &[
                &["tell", "me"], &["remind", "me"], &["do", "you", "know"], &["do", "you", "remember"],
                &["did", "i", "tell", "you"], &["can", "you", "tell", "me"], &["could", "you", "tell", "me"],
                &["can", "you", "remind", "me"], &["could", "you", "remind", "me"],
            ],
        }),
    },
    times: Times {
        months: &[
            &["january", "jan"], &["february", "feb"], &["march", "mar"], &["april", "apr"], &["may"], &["june", "jun"],
            &["july", "jul"], &["august", "aug"], &["september", "sep", "sept"], &["october", "oct"],
            &["november", "nov"], &["december", "dec"],
        ],
        ambiguous_months: &["may", "march", "mar"],
        before_month: &["in", "during", "since", "until", "early", "late", "mid", "last", "this"],
        dating: &["in", "since", "on", "of", "last", "early", "late"],
        day_endings: &["", "st", "nd", "rd", "th"],
        day_joints: &["of"],
        marks: None,
        relative: &[
            (" the day before yesterday ", DayBeforeYesterday), (" yesterday", Yesterday), (" last night", Yesterday),
            (" last week", LastWeek), (" this week", ThisWeek), (" last month", LastMonth), (" this month", ThisMonth),
            (" last year", LastYear), (" this year", ThisYear),
        ],
        counted: &[
            ("the day after tomorrow", Days(2)), ("tomorrow", Days(1)), ("the day before yesterday", Days(-2)),
            ("yesterday", Days(-1)), ("last night", Days(-1)), ("tonight", Days(0)), ("today", Days(0)),
            ("next week", Weeks(1)), ("last week", Weeks(-1)), ("this week", Weeks(0)), ("next month", Months(1)),
            ("last month", Months(-1)), ("this month", Months(0)), ("next year", Years(1)), ("last year", Years(-1)),
            ("this year", Years(0)), ("next {weekday}", WeekdayOfWeek(1)), ("this coming {weekday}", WeekdayAfter),
            ("this {weekday}", WeekdayOfWeek(0)), ("coming {weekday}", WeekdayAfter), ("last {weekday}", WeekdayBefore),
        ],
        not_counted_after: &[],
        weekdays: &[
            &["monday"], &["tuesday"], &["wednesday"], &["thursday"], &["friday"], &["saturday"], &["sunday"],
        ],
        written: Written {
            day: "{day} {month} {year}",
            week: "the week of {date}",
            month: "{month} {year}",
            year: "{year}",
            months: &[
                "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
                "December",
            ],
        },
        asks_when_first: &["when "],
        asks_when: &[],
        words: &[
            "yesterday", "today", "tonight", "tomorrow", "ago", "recently", "since", "weekend", "weekends", "anniversary",
            "birthday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "christmas", "easter",
            "morning", "evening", "midnight", "noon",
        ],
        spans: &["night", "week", "month", "year", "summer", "winter", "spring", "autumn", "fall"],
        before_span: &["last", "next", "this", "past", "few", "two", "three"],
    },
    titles: Titles {
        labels: &["title", "topic", "subject", "name"],
        courtesy: &["sure thing", "sure", "certainly", "of course", "okay", "ok", "absolutely", "great"],
    },
    not_mentioned: Some(NotMentioned {
        beside_profile: "[About this, {who} has told you nothing but what stands above. What only {who} can know (names, \
                         numbers, dates and places of their life) you know only from there: where it is missing, say \
                         \"I don't know: you have not told me\", and never guess. Everything else you answer from general \
                         knowledge.]\n",
        alone: "[{who} has not told you yet about this. What only {who} can know (names, numbers, dates and places of their \
                life) you do not know: say \"I don't know: you have not told me\", and never guess. Everything else you \
                answer from general knowledge.]\n",
    }),
    gathering: Some(Gathering {
        today: &["today", "tonight"],
        weekdays: [
            &["monday"], &["tuesday"], &["wednesday"], &["thursday"], &["friday"], &["saturday"], &["sunday"],
        ],
        parts: &["morning", "afternoon", "evening", "night"],
        this: &["this", "last"],
        joints: &["on", "in", "the", "of", "last", "early", "late", "during"],
        not_once: &["every", "each", "next", "tomorrow", "coming", "always", "usually", "often", "since", "until"],
        directions: &[
            "to", "from", "before", "behind", "after", "over", "under", "above", "below", "for", "against", "with", "into",
            "off", "up", "down", "out", "near",
        ],
        times: "{what} ({count} times, {span})",
        mentioned: "{what} (mentioned on {count} days, {span})",
        within_a_year: "from {day1} {month1} to {day2} {month2} {year2}",
        across_years: "from {day1} {month1} {year1} to {day2} {month2} {year2}",
        months: [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
            "December",
        ],
    }),
};
