//! German.

use super::{
    Before, Changes, Commands,
    Counted::{Days, Months, WeekdayAfter, WeekdayBefore, WeekdayOfWeek, Weeks, Years},
    Fronted, Gathering, Lang, Language, Move, NotMentioned, Order, Person, Qualifiers, Questions,
    Relative::{
        DayBeforeYesterday, LastMonth, LastWeek, LastYear, ThisMonth, ThisWeek, ThisYear, YearBeforeLast,
        Yesterday,
    },
    Script, Sensitive, Statements, Times, Titles, Written,
};

#[rustfmt::skip]
pub(super) static GERMAN: Language = Language {
    name: "German",
    detected_as: Some(Lang::Deu),
    script: Script::Latin,
    stop_words: &[
        "aber", "alle", "allem", "allen", "aller", "alles", "als", "also", "am", "an", "auch", "auf", "aus", "bei", "beim", "bin",
        "bis", "bist", "bitte", "da", "damit", "dann", "das", "dass", "dein", "deine", "dem", "den", "denn", "der", "des", "dich",
        "die", "dies", "diese", "diesem", "diesen", "dieser", "dieses", "dir", "doch", "dort", "du", "durch", "ein", "eine",
        "einem", "einen", "einer", "eines", "er", "es", "etwas", "euch", "euer", "für", "gegen", "gibt", "hab", "habe", "haben",
        "hast", "hat", "hatte", "hatten", "hier", "ich", "ihm", "ihn", "ihnen", "ihr", "ihre", "ihrem", "ihren", "ihrer", "im",
        "in", "ins", "ist", "ja", "jede", "jeder", "jedes", "jetzt", "kann", "kannst", "kein", "keine", "keinen", "können",
        "könnte", "man", "mehr", "mein", "meine", "meinem", "meinen", "meiner", "meines", "mich", "mir", "mit", "muss", "müssen",
        "nach", "nein", "nicht", "noch", "nun", "nur", "ob", "oder", "sag", "sagen", "schon", "sehr", "sein", "seine", "seinem",
        "seinen", "seiner", "seit", "sich", "sie", "sind", "so", "soll", "sollte", "über", "um", "und", "uns", "unser", "unsere",
        "unserem", "unseren", "unserer", "unter", "viel", "von", "vom", "vor", "wann", "war", "waren", "warum", "was", "weil",
        "weiß", "weißt", "welche", "welchem", "welchen", "welcher", "welches", "wem", "wen", "wenn", "wer", "werde", "werden",
        "wessen", "wie", "wieder", "will", "wir", "wird", "wo", "wohl", "wollen", "wurde", "würde", "zu", "zum", "zur",
    ],
    particles: "",
    person: Person {
        singular: &["ich", "mein", "meine", "meinem", "meinen", "meiner", "meines", "meins"],
        receiver: &["mir", "mich"],
        plural: &["wir", "uns", "unser", "unsere", "unserem", "unseren", "unserer", "unseres"],
        nominative: &["ich", "wir"],
        in_statements: &[],
        in_questions: &[],
        asked_for: &[],
        others: &["er", "sie", "ihn", "ihm", "ihr", "ihre", "ihrem", "ihren", "ihrer", "ihnen", "seine", "seinem", "seinen", "seiner"],
        relations: &[
            "mutter", "vater", "mama", "papa", "mutti", "eltern", "frau", "mann", "ehefrau", "ehemann", "partner", "partnerin",
            "freund", "freundin", "freunde", "freunden", "freundinnen", "verlobte", "verlobter", "sohn", "söhne", "tochter",
            "töchter", "kind", "kinder", "kindern", "baby", "bruder", "brüder", "schwester", "schwestern", "geschwister",
            "großmutter", "großvater", "großeltern", "oma", "opa", "onkel", "tante", "cousin", "cousine", "neffe", "nichte",
            "enkel", "enkelin", "schwager", "schwägerin", "schwiegermutter", "schwiegervater", "stiefsohn", "stieftochter",
            "nachbar", "nachbarin", "nachbarn", "kollege", "kollegin", "kollegen", "chef", "chefin", "mitbewohner",
            "mitbewohnerin", "vermieter", "vermieterin", "lehrer", "lehrerin", "kunde", "kundin", "ex",
        ],
        groups: &["familie", "team", "firma", "klasse", "verwandte", "verwandten", "leute", "mädchen"],
        called_by_models: &["nutzer", "nutzerin", "die person"],
    },
    statements: Statements {
        tasks: &[
            "übersetz", "fass das", "fass den", "fass die", "fasse", "zusammenfass", "korrigier", "formulier", "kürze ", "erklär",
            "schreib das um", "was bedeutet", "antworte auf", "beantworte", "analysier", "klassifizier", "hier ist", "hier kommt",
            "diese mail", "diese e-mail", "dieser text", "diesen text", "dieser brief", "diesen brief", "folgende", "im anhang",
            "angehängt", "dokument",
        ],
        made_up: &[
            "stell dir vor", "stellen wir uns vor", "angenommen", "nehmen wir an", "rollenspiel", "tu so als", "tun wir so",
            "schreib ein", "schreib mir", "geschichte", "gedicht", " roman ", "wenn ich ", "wenn wir ", "falls ich ", "falls wir ",
            "was wäre", "als ob", "hypothetisch", "zum beispiel", "ich wünschte", "wäre schön", "ignorier", "anweisung",
            "systemprompt", "system-prompt", " du bist ", " du musst", "ab sofort", "verhalte dich", "der nutzer", "assistent",
            "merk dir", "merke dir", "vielleicht", "nicht sicher", "wahrscheinlich", "vermutlich", "eventuell", " könnte ",
        ],
        requests: &[
            " hilf mir", " sag mir", " gib mir", " zeig mir", " erzähl mir", " mach mir", " such mir", " finde mir", " schlag ",
            " empfiehl", " erkläre ", " bitte ", " kannst du", " könntest du", " würdest du", " ich möchte dass du",
            " ich will dass du", " liste ", " wie kann ich", " wie mache ich", " was soll ich", " danke ", " hallo ",
            " sag bescheid", " rechne ", " berechne ", " ich habe eine frage",
        ],
        own_heads: &["ich", "mein", "meine", "notiz", "ps", "p.s.", "hallo"],
        own_head_ends: &["merk dir", "merke dir", "merken"],
        passing: &[
            " heute", " im moment", " jetzt gerade", " gleich ",
            " ich bin müde", " mir ist langweilig", " ich habe hunger",
        ],
    },
    sensitive: Sensitive {
        health: &[
            "allerg", "asthma", "diabet", "krebs", "tumor", "depress", " angst", "panikattack", "therap", "medikament", "arznei",
            "tablette", "insulin", "blutdruck", "migräne", "epilep", "schwanger", "operation", "operier", "arzttermin", "diagnos",
            "störung", "behinder", "adhs", "autis", " hiv", "covid", "corona", " krank ", "krankheit", "erkrank", "gebrochen",
            "verletz", "schmerz", "unverträglich", "intoleran", "zöliakie", "dosis", "psychiat", "psycholog", "psychisch",
            "alkoholik", "fehlgeburt", "burnout", "rheuma", "infarkt", "schlaganfall",
        ],
        sexuality: &[
            "schwul", "lesbisch", " lesbe", "bisexuell", "queer", "transgender", " trans ", "nichtbinär", "nicht-binär",
            "asexuell", "sexuell", " sex ", "sexleben", "porno", "affäre", "fremdgeh", "fremdgegangen",
        ],
        money: &[
            "gehalt", "ich verdiene", "verdiene ich", "wir verdienen", "einkommen", "schulden", "hypothek", " kredit", "darlehen",
            "ersparnis", "insolven", " pleite", "bankkonto", "kontonummer", "iban", "kreditkarte", " rente ", "geerbt", "erbschaft",
            " lohn", "stundenlohn", "steuererklärung", " euro ", "€", "$",
        ],
        beliefs: &[
            "christ", "katholi", "evangelisch", "protestant", "muslim", "islam", "jüdisch", " jude ", " jüdin ", "hindu", "buddhis",
            "atheis", "agnosti", " kirche", "moschee", "synagoge", " tempel", " ich bete", " wir beten", "religi", "konfession",
            "getauft", "an gott", " ich wähle", " habe ich gewählt", "politi", "linksradikal", "rechtsradikal", "konservativ",
            "liberal", "sozialist", "kommunist", " cdu ", " csu ", " spd ", " fdp ", " afd ", " die grünen", "parteimitglied",
            "gewerkschaft",
        ],
        animals: &[
            " hund ", " hunde ", " hündin", "welpe", "katze", " kater ", "kätzchen", "kaninchen", " hase", "hamster", "pferd", "vogel",
            "papagei", "sittich", " fisch", "huhn", "hühner", "schildkröte", "meerschweinchen",
        ],
        oneself: &[" ich bin ", " ich habe ", " ich nehme ", " ich war ", " ich hatte ", " bin ich ", " habe ich ", " nehme ich "],
    },
    qualifiers: Qualifiers {
        noes: &[
            "nicht", "kein", "keine", "keinen", "keiner", "keinem", "keines", "nie", "niemals", "niemand", "niemanden", "nichts",
            "ohne", "weder", "nirgends", "nirgendwo", "vermeide", "meide",
        ],
        no_endings: &[],
        endings: &[],
        words: &[
            // How often and how much.
            "selten", "kaum", "manchmal", "gelegentlich", "nur", "fast", "wenig", "wenige", "meistens", "meist", "oft", "öfter",
            "teilweise", "teils", "halb", "hälfte", "immer", "alle", "jeder", "jede", "jeden", "jedes", "außer", "statt", "eher",
            "genug", "andere", "anderer", "einmal", "zweimal", "einige", "paar", "noch", "etwas",
            // Over, or not begun.
            "früher", "ehemals", "ehemalige", "ehemaliger", "damals", "aufgehört", "aufgegeben", "bis", "vorher", "zuvor",
            "ursprünglich", "war", "waren", "hatte", "hatten", "wurde", "gewesen", "verloren", "verkauft", "verlassen",
            "gestorben", "gekündigt", "abgesagt", "zurück", "werde", "wird", "werden", "will", "wollen", "wollte", "möchte",
            "möchten", "plane", "planen", "geplant", "hoffe", "hoffen", "wünsche", "träume", "geträumt", "versuche", "versucht",
            "überlege", "bald", "nächste", "nächsten", "nächstes", "morgen", "suche", "lerne",
            // Perhaps, if, and as others say.
            "vielleicht", "könnte", "könnten", "würde", "würden", "sollte", "sollten", "muss", "müssen", "kann", "können", "darf",
            "wenn", "falls", "ob", "wahrscheinlich", "möglicherweise", "vermutlich", "angeblich", "scheinbar", "scheint",
            "zweifle", "glaube", "glaubt", "denke", "dachte", "meint", "meinte", "sagt", "sagte", "gesagt", "erzählt", "erzählte",
            "behauptet", "laut", "gehört", "angenommen", "gelogen", "falsch",
            // What turns a liking round.
            "allergisch", "allergie", "intolerant", "hasse", "hasst", "hasste", "angst", "ekel",
            // Who.
            "du", "dir", "dein", "deine", "jemand", "jemanden", "man",
            // About how many.
            "ungefähr", "etwa", "rund", "circa", "über", "unter", "mehr", "weniger", "mindestens", "höchstens", "zwischen",
        ],
        free: &[
            "der", "die", "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "ist", "bin", "sind", "zu", "in",
            "im", "an", "am", "auf", "und", "dass", "es", "von", "vom", "für", "mit", "als", "aus", "bei", "nach", "zum", "zur",
        ],
        clause_ends: &[],
        joints: &["und", "aber", "denn", "sondern"],
        subjects: &["ich", "wir", "mein", "meine", "unser", "unsere", "er", "sie", "es"],
        fillers: &[
            "oh", "ach", "also", "ja", "hallo", "hi", "hey", "und", "aber", "auch", "übrigens", "eigentlich", "naja", "ok", "okay",
        ],
        self_references: &[
            "wie gesagt", "wie ich sagte", "wie ich schon sagte", "wie ich dir gesagt habe", "wie ich dir schon gesagt habe",
            "wie erwähnt", "wie schon erwähnt", "wie bereits erwähnt",
        ],
        wide: &[
            "wenn", "falls", "bis", "ob", "sagt", "sagte", "gesagt", "erzählt", "erzählte", "meint", "meinte", "glaubt", "dachte",
            "laut", "zufolge", "angeblich", "zweifle", "falsch", "geträumt", "träume",
        ],
        naming: &["heißt", "heißen", "namens"],
        determiners: &["mein", "meine", "unser", "unsere", "der", "die", "das", "ein", "eine"],
    },
    changes: Changes {
        endings: &[
            " nicht mehr ", " aufgehört", " aufgegeben", " verkauft", " getrennt", " geschieden", " scheiden lassen", " gekündigt",
            " abgesagt", " weggegeben", " ausgezogen", " früher ", " keinen kontakt mehr",
        ],
        endings_around: &[],
        deaths: &[" gestorben", " verstorben", " eingeschläfert"],
        past: &[" früher ", " damals ", " ehemals "],
        negations: &[
            " nicht ", " kein ", " keine ", " keinen ", " keinem ", " nie ", " niemals ", " nichts ", " hasse ", " weder ", " ohne ",
            " aufgehört", " allergisch ",
        ],
        liking: &["mag", "lieb", "hass", "gern", "niemal", "nie", "überhaupt"],
        news: &[
            " umgezogen", " gezogen ", " angefangen", " begonnen", " jetzt ", " gewechselt", " geworden", " seit ", " neue", " neuer ",
            " inzwischen ", " mittlerweile ",
        ],
        again: &[" wieder ", " erneut "],
        attributes: &[
            ("home", " ich wohne in "), ("home", " ich wohne jetzt in "), ("home", " wir wohnen in "),
            ("home", " wir wohnen jetzt in "), ("home", " ich lebe in "), ("home", " ich lebe jetzt in "),
            ("home", " wir leben in "), ("home", " ich wohnte in "), ("home", " ich wohnte früher in "),
            ("work", " ich arbeite bei "), ("work", " ich arbeite für "), ("work", " ich arbeite im "), ("work", " ich arbeite am "),
            ("work", " ich arbeite jetzt bei "), ("work", " ich arbeite jetzt für "), ("work", " ich arbeite jetzt im "),
            ("profession", " ich arbeite als "), ("profession", " ich bin von beruf "),
            ("name", " ich heiße "), ("name", " mein name ist "), ("name", " nenn mich "),
            ("address", " meine adresse ist "), ("phone number", " meine telefonnummer ist "),
            ("phone number", " meine handynummer ist "), ("email", " meine e-mail ist "),
            ("email", " meine e-mail-adresse ist "), ("birthday", " mein geburtstag ist "), ("job", " mein job ist "),
            ("employer", " mein arbeitgeber ist "), ("boss", " mein chef ist "), ("boss", " meine chefin ist "),
            ("boss", " mein chef heißt "), ("boss", " meine chefin heißt "), ("doctor", " mein arzt ist "),
            ("doctor", " meine ärztin ist "), ("doctor", " mein hausarzt ist "), ("dentist", " mein zahnarzt ist "),
            ("dentist", " meine zahnärztin ist "), ("car", " mein auto ist "), ("landlord", " mein vermieter ist "),
            ("landlord", " mein vermieter heißt "), ("school", " meine schule ist "), ("shoe size", " meine schuhgröße ist "),
            ("height", " meine körpergröße ist "), ("nationality", " meine staatsangehörigkeit ist "),
            ("time zone", " meine zeitzone ist "),
        ],
        before: Before::NONE,
        moves: &[
            Move { starts: &[" ich ", " wir "], verb: " gezogen ", to: " nach " },
            Move { starts: &[" ich ", " wir "], verb: " umgezogen ", to: " nach " },
        ],
        favourites: &[(" meine lieblings", " ist "), (" mein lieblings", " ist ")],
        breaks: &[
            " seit ", " mit ", " und ", " für ", " weil ", " aber ", " wo ", " jetzt ", " in ", " im ", " aus ", " bei ", " an ",
            " am ", " letzten ", " letztes ",
        ],
        preferences: &[
            "bevorzug", "lieblings", " mag ", " liebe ", " hasse ", " gern ", " gerne ", "am liebsten", " esse kein",
            " trinke kein", "vegan", "vegetari",
        ],
    },
    commands: Commands {
        courtesy: &[
            "bitte", "hey", "hallo", "hi", "hearth", "ok", "okay", "also", "und", "oh", "ach", "ach ja", "du sollst", "du solltest",
        ],
        polite_questions: &[
            "kannst du", "könntest du", "würdest du", "können sie", "könnten sie", "würden sie", "magst du", "wirst du",
            "du kannst", "du könntest", "ich möchte, dass du", "ich möchte dass du", "ich will, dass du", "ich will dass du",
            "ich hätte gern, dass du", "ich hätte gerne, dass du", "ich wünsche mir, dass du", "ich bitte dich", "ich bitte dich,",
            "ich möchte, dass sie", "ich möchte dich bitten,", "wärst du so nett und würdest", "mir wäre es lieb, wenn du",
        ],
        polite_ends: &[],
        remember: &[
            "merk dir, dass", "merk dir dass", "merk dir bitte, dass", "merk dir bitte dass", "merk dir:", "merk dir bitte:",
            "merke dir, dass", "merke dir dass", "merke dir bitte, dass", "merke dir:", "merken:",
            "dir merken, dass", "dir merken dass", "dir bitte merken, dass", "sich merken, dass", "sich bitte merken, dass",
            "merken sie sich, dass", "merken sie sich bitte, dass", "merken sie sich:",
            "denk daran, dass", "denk daran dass", "denk dran, dass", "denk dran dass", "denk bitte daran, dass",
            "denke daran, dass", "vergiss nicht, dass", "vergiss nicht dass", "vergiss bitte nicht, dass", "vergiss nie, dass",
            "vergiss nicht:", "nicht vergessen:", "vergessen sie nicht, dass", "behalte im kopf, dass", "behalt im kopf, dass",
            "behalte im hinterkopf, dass", "notier dir, dass", "notiere dir, dass", "notiere, dass", "notiz:", "notiere:",
            "schreib dir auf, dass", "schreib auf, dass",
        ],
        remember_own: &["merk dir ", "merk dir, ", "merk dir bitte ", "merk dir bitte, ", "merke dir ", "merke dir, ", "vergiss nicht, "],
        own: &["ich ", "mein ", "meine ", "meinen ", "wir ", "unser ", "unsere ", "unseren "],
        remember_at_the_end: &[
            "merk dir das", "merk dir das bitte", "merke dir das", "merk dir bitte das", "bitte merken", "vergiss das nicht",
            "vergiss das bitte nicht", "denk daran", "denk bitte daran", "denk dran",
        ],
        remember_around: &[],
        remember_all: false,
        answer_orders: &[
            " sag nur ", " sag einfach ", " sage nur ", " antworte ", " antwort nur ", " antworten sie ", " erklär", " nur ok ",
            " schreib nur ",
        ],
        verb_last_after: &["dass"],
        forget: &[
            "vergiss, dass", "vergiss dass", "vergiss bitte, dass", "vergiss bitte dass", "vergiss alles über",
            "vergiss bitte alles über", "vergiss die sache mit", "vergiss das mit", "vergiss:", "vergessen, dass",
            "vergessen sie, dass", "vergessen sie bitte, dass", "vergessen sie alles über", "merk dir nicht, dass",
            "merk dir nicht mehr, dass",
        ],
        forget_own: &["vergiss ", "vergiss bitte ", "vergessen sie ", "vergessen sie bitte "],
        forget_whose: &["mein ", "meine ", "meinen ", "unser ", "unsere ", "unseren "],
        forget_verbs: &[
            "vergiss", "vergesse", "vergessen sie", "vergessen", "vergisst", "zu vergessen", "merk dir nicht", "merk dir nicht mehr",
            "merke dir nicht", "merke dir nicht mehr", "merken sie sich nicht", "merken sie sich nicht mehr",
            "hör auf, dir zu merken", "erinnere dich nicht an", "erinnere dich nicht mehr an", "erinnere dich nicht daran",
            "erinnere dich nicht mehr daran", "behalte nicht", "behalte nicht im gedächtnis",
        ],
        forget_objects: &[
            "dass", "alles über", "alles zu", "alles von", "alles, was du über", "alles was du über", "alles, was sie über",
            "was du über", "was sie über", "was du von", "was du zu", "was ich über", "was ich dir über", "was ich ihnen über",
            "was ich dir von", "alles, was ich über", "alles was ich über", "alles, was ich dir über", "alles was ich dir über",
            "die sache mit", "das mit", "die geschichte mit", "die tatsache, dass", "die erinnerung an", "deine erinnerung an",
            "die notiz über", "die notiz zu", "deine notiz über",
        ],
        delete_verbs: &[
            "lösche", "lösch", "löschen sie", "löschen", "löscht", "löschst", "zu löschen", "entferne", "entfern", "entfernen sie",
            "entfernen", "streiche", "streich", "streichen sie", "tilge",
        ],
        delete_objects: &[
            "dass ich", "dass mein", "dass meine", "dass wir", "dass unser", "dass unsere", "alles über", "alles, was du über",
            "alles was du über", "alles, was sie über", "was du über", "was sie über", "was du von", "was ich über",
            "was ich dir über", "was ich dir von", "alles, was ich dir über", "alles was ich dir über", "die tatsache, dass",
            "aus deinem gedächtnis, dass", "aus deinem gedächtnis alles über", "aus deinem gedächtnis", "aus dem gedächtnis",
            "die erinnerung an", "deine erinnerung an", "die notiz über", "die notiz zu", "deine notiz über", "den eintrag über",
            "den eintrag zu",
        ],
        forget_last: &[
            "vergessen", "vergisst", "löschen", "löschst", "entfernen", "entfernst", "streichen", "aus deinem gedächtnis löschen",
            "aus deinem gedächtnis streichen", "wieder vergessen",
        ],
        forget_around: &[
            ("vergiss, was ich über ", &["gesagt habe", "erzählt habe"]),
            ("vergiss was ich über ", &["gesagt habe", "erzählt habe"]),
            ("vergiss, was ich dir über ", &["gesagt habe", "erzählt habe"]),
            ("vergiss was ich dir über ", &["gesagt habe", "erzählt habe"]),
        ],
        forget_tail: &[
            " bitte", " weißt", " weisst", " gesagt habe", " erzählt habe", " gespeichert hast", " gemerkt hast", " wissen",
            " aus deinem gedächtnis", " aus dem gedächtnis", " wieder",
        ],
        pointing: &["dies", "all das", "das alles"],
        forget_wishes: &[
            " dass du vergisst ", " du das vergisst", " vergiss was ", " vergiss bitte was ", " vergessen was ich ",
            " vergessen sie was ", " aus deinem gedächtnis", " nicht dass du dir ", " nicht dass du das weißt", " merk dir das nicht",
            " merke dir das nicht", " solltest du vergessen", " sollst du vergessen", " lösche was ", " lösch was ",
            " vergiss alles ", " möchte nicht dass du ", " will nicht dass du dich ",
        ],
        no_wishes: &[
            " vergiss nicht", " nicht vergessen", " vergiss nie", " vergiss bitte nicht", " vergessen sie nicht", " wie ", " warum ",
        ],
        questions: &[],
    },
    questions: Questions {
        advice: &[
            "soll", "sollte", "sollten", "kann", "könnte", "könnten", "muss", "müsste", "brauche", "brauchen", "hilft", "helfen",
            "empfiehlst", "empfehlen", "vorschlagen", "bedeutet", "braucht", "besten", "besser", "falsch", "tun",
        ],
        advice_phrases: &[
            "was mache ich", "wie mache ich", "wie bekomme ich", "wie koche ich", "wie entferne ich", "wie sage ich", "wie schreibe ich",
            "wie repariere ich", "wie reinige ich", "wie bringe ich", "wie lerne ich", "wie finde ich", "wie werde ich", "wie wasche ich",
        ],
        own_name: &["mein name", "wie heiße ich", "wer bin ich"],
        phrases: &[" weißt du", " wie kann man"],
        past: &[
            " war ", " waren ", " hatte ", " hatten ", " wohnte", " arbeitete", " früher", " vorher", " zuvor ", " damals",
            " ehemalig", " bisher", " einst ", " letztes jahr", " habe ich ", " haben wir ", " bin ich früher ", " jemals ",
        ],
        ends: &[],
        order: Order::Fronted(Fronted {
            adverbs: &["wann", "wo", "wohin", "woher"],
            with_mark: &[],
            who: &["wer"],
            who_not: &["ich", "wir", "will", "kann", "weiß", "braucht", "möchte", "bei", "zu", "nicht", "immer", "so"],
            choosers: &[
                "was", "welche", "welcher", "welches", "welchen", "welchem", "wessen", "wem", "wen", "wie", "wieviel", "wieviele",
                "wogegen", "wofür", "womit", "woran", "worüber", "wovon", "wovor", "worauf", "worin",
            ],
            relative: &[],
            how: &["wie"],
            degrees: &["alt", "groß", "viel", "viele", "lang", "lange", "hoch", "weit", "oft", "schwer", "teuer"],
            verbs: &[
                "ist", "sind", "war", "waren", "bin", "hab", "habe", "haben", "hat", "hatte", "hatten", "heißt", "heißen", "hieß",
                "wird", "werden", "wohnt", "wohne", "wohnen", "lautet", "steht", "stand", "liegt", "lag", "fahre", "fährt",
                "arbeite", "arbeitet", "kommt", "kam", "geht", "ging", "trage", "trägt", "gehört", "gehören", "beginnt",
            ],
            being: &[],
            subjects: &[
                "ich", "wir", "mein", "meine", "meinen", "meinem", "meiner", "unser", "unsere", "unseren", "der", "die", "das", "er",
                "sie", "es", "du",
            ],
            own: &["mein", "meine", "unser", "unsere"],
            stops: &[
                "ich", "wir", "er", "sie", "es", "du", "man", "mein", "meine", "meinen", "unser", "unsere", "der", "die", "das",
                "mir", "mich", "dir", "sich", "uns",
            ],
            fillers: &[
                "also", "und", "aber", "ok", "okay", "hey", "hi", "hallo", "hearth", "bitte", "ähm", "auch", "jetzt", "ach", "oh",
            ],
            openings: &[
                &["sag", "mir"], &["sag", "mal"], &["weißt", "du", "noch"], &["weißt", "du"], &["kannst", "du", "mir", "sagen"],
                &["könntest", "du", "mir", "sagen"], &["erinnere", "mich"], &["erinnerst", "du", "dich"],
                &["habe", "ich", "dir", "gesagt"], &["habe", "ich", "dir", "erzählt"],
            ],
        }),
    },
    times: Times {
        months: &[
            &["januar", "jänner", "jan"], &["februar", "feber", "feb"], &["märz", "maerz", "mär"], &["april", "apr"], &["mai"],
            &["juni", "jun"], &["juli", "jul"], &["august", "aug"], &["september", "sep", "sept"], &["oktober", "okt"],
            &["november", "nov"], &["dezember", "dez"],
        ],
        ambiguous_months: &["jan"],
        before_month: &["im", "in", "seit", "bis", "anfang", "mitte", "ende", "letzten", "diesen", "vom"],
        dating: &["im", "in", "seit", "anfang", "mitte", "ende", "letzten", "vergangenen", "vom"],
        day_endings: &[],
        day_joints: &[],
        marks: None,
        relative: &[
            (" vorgestern", DayBeforeYesterday), (" gestern", Yesterday), (" letzte nacht", Yesterday),
            (" letzte woche", LastWeek), (" letzter woche", LastWeek), (" vorige woche", LastWeek),
            (" vergangene woche", LastWeek), (" diese woche", ThisWeek), (" dieser woche", ThisWeek),
            (" letzten monat", LastMonth), (" letztem monat", LastMonth), (" vorigen monat", LastMonth),
            (" vergangenen monat", LastMonth), (" diesen monat", ThisMonth), (" diesem monat", ThisMonth),
            (" vorletztes jahr", YearBeforeLast), (" vorletzten jahr", YearBeforeLast), (" letztes jahr", LastYear),
            (" letzten jahr", LastYear), (" voriges jahr", LastYear), (" vorigen jahr", LastYear),
            (" vergangenes jahr", LastYear), (" vergangenen jahr", LastYear), (" dieses jahr", ThisYear),
            (" diesem jahr", ThisYear),
        ],
        counted: &[
            ("übermorgen", Days(2)), ("Übermorgen", Days(2)), ("vorgestern", Days(-2)),
            ("heute morgen", Days(0)), ("gestern morgen", Days(-1)), ("gestern", Days(-1)), ("heute", Days(0)),
            ("morgen", Days(1)),
            ("nächste woche", Weeks(1)), ("nächster woche", Weeks(1)), ("letzte woche", Weeks(-1)),
            ("diese woche", Weeks(0)), ("nächsten monat", Months(1)), ("letzten monat", Months(-1)),
            ("diesen monat", Months(0)), ("nächstes jahr", Years(1)), ("letztes jahr", Years(-1)),
            ("dieses jahr", Years(0)), ("nächsten {weekday}", WeekdayOfWeek(1)), ("kommenden {weekday}", WeekdayAfter),
            ("diesen {weekday}", WeekdayOfWeek(0)), ("letzten {weekday}", WeekdayBefore),
        ],
        not_counted_after: &[
            "guten", "am", "jeden", "den", "dem", "der", "eines", "einem", "einen", "schönen", "diesen", "vom", "zum", "jedem",
        ],
        weekdays: &[
            &["montag"], &["dienstag"], &["mittwoch"], &["donnerstag"], &["freitag"], &["samstag", "sonnabend"], &["sonntag"],
        ],
        written: Written {
            day: "{day}. {month} {year}",
            week: "Woche vom {date}",
            month: "{month} {year}",
            year: "{year}",
            months: &[
                "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
                "Dezember",
            ],
        },
        asks_when_first: &[],
        asks_when: &[" wann ", " an welchem tag ", " in welchem monat ", " in welchem jahr "],
        words: &[
            "vorgestern", "gestern", "heute", "morgen", "übermorgen", "kürzlich", "neulich", "seit", "wochenende", "geburtstag",
            "jahrestag", "hochzeitstag", "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonnabend",
            "sonntag", "weihnachten", "ostern", "silvester", "vormittag", "mittag", "nachmittag", "abend", "mitternacht",
        ],
        spans: &[
            "nacht", "tag", "tage", "tagen", "woche", "wochen", "monat", "monate", "monaten", "jahr", "jahre", "jahren", "sommer",
            "winter", "frühling", "frühjahr", "herbst",
        ],
        before_span: &[
            "letzte", "letzten", "letztes", "letzter", "nächste", "nächsten", "nächstes", "diese", "diesen", "dieses", "vor",
            "einem", "einer", "einigen", "paar", "zwei", "drei",
        ],
    },
    titles: Titles {
        labels: &["titel", "überschrift", "thema", "betreff"],
        courtesy: &["gerne", "gern", "aber gerne", "klar", "natürlich", "selbstverständlich", "sicher", "alles klar"],
    },
    not_mentioned: Some(NotMentioned {
        beside_profile: "[Darüber hat {who} dir nichts erzählt außer dem, was oben steht. Was nur {who} wissen kann (Namen, \
                         Nummern, Daten und Orte aus dem eigenen Leben), weißt du nur von dort: Wo es fehlt, sag \
                         „Das weiß ich nicht: Du hast es mir nicht erzählt“, und rate nie. Alles andere beantwortest du aus \
                         deinem allgemeinen Wissen.]\n",
        alone: "[Darüber hat {who} dir noch nichts erzählt. Was nur {who} wissen kann (Namen, Nummern, Daten und Orte aus dem \
                eigenen Leben), weißt du nicht: Sag „Das weiß ich nicht: Du hast es mir nicht erzählt“, und rate nie. Alles \
                andere beantwortest du aus deinem allgemeinen Wissen.]\n",
    }),
    gathering: Some(Gathering {
        today: &["heute"],
        weekdays: [
            &["montag"], &["dienstag"], &["mittwoch"], &["donnerstag"], &["freitag"], &["samstag", "sonnabend"], &["sonntag"],
        ],
        parts: &["morgen", "früh", "vormittag", "mittag", "nachmittag", "abend", "nacht"],
        this: &["diesen", "diese", "letzte"],
        joints: &["am", "im", "in", "den", "der", "vom", "letzten", "letzte", "anfang", "mitte", "ende"],
        not_once: &[
            "jeden", "jede", "jedes", "nächsten", "nächste", "nächstes", "morgen", "übermorgen", "immer", "meistens", "oft", "seit",
            "bis",
        ],
        directions: &["zu", "zum", "zur", "von", "vom", "aus", "nach", "vor", "hinter", "über", "unter", "für", "gegen", "mit", "bei"],
        times: "{what} ({count}-mal, {span})",
        mentioned: "{what} (an {count} Tagen erwähnt, {span})",
        within_a_year: "vom {day1}. {month1} bis zum {day2}. {month2} {year2}",
        across_years: "vom {day1}. {month1} {year1} bis zum {day2}. {month2} {year2}",
        months: [
            "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember",
        ],
    }),
};
