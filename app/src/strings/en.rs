//! English, the source language: this file names every text, and the other languages translate it.
//!
//! `NAME = "…"` is a text; `name(argument) = "… {argument} …"` is a text with arguments; `name(n) = { … }` has a form
//! for each plural category of the language, chosen by `n`.

use super::catalogue::texts;

texts! {
    /// Words that many pages use.
    common {
        HEARTH = "Hearth";
        SAVE = "Save";
        SAVED = "Saved.";
        CANCEL = "Cancel";
        CLOSE = "Close";
        OPEN_MENU = "Open the list";
        NAVIGATION = "Conversations and pages";
        SKIP_TO_CONTENT = "Skip to the content";
        LANGUAGE = "Language";
        SOURCE_CODE = "Source code";
        STAYS_HERE = "Stays in this house";
        NOTED = "I have read this";
        HOME = "Back to your conversations";
        SIGNED_IN_AS = "Signed in as";
        /// Between a word and what it introduces; a full-width colon needs none.
        GAP = " ";
        RELOAD = "Try again";
        NOT_FOUND_TITLE = "There is nothing here";
        NOT_FOUND_TEXT = "This page does not exist, or it is not yours to see.";
        ERROR_TITLE = "That did not work";
        WRONG_HOST_TITLE = "Hearth does not know this address";
        WRONG_HOST_TEXT = "For safety Hearth answers only to names it was told about. Whoever runs this box can add this one:";

        sentences(a, b) = "{a} {b}";
        comma(a, b) = "{a}, {b}";
        semicolon(a, b) = "{a}; {b}";
        colon(a, b) = "{a}: {b}";
        and(a, b) = "{a} and {b}";
        enumeration(a, b) = "{a}, {b}";
        out_of(part, whole) = "{part} of {whole}";
    }

    /// Dates and times.
    moments {
        JUST_NOW = "just now";
        minutes_ago(n) = { one: "{n} minute ago", other: "{n} minutes ago" };
        YESTERDAY_NIGHT = "yesterday night";
        YESTERDAY_MORNING = "yesterday morning";
        YESTERDAY_AFTERNOON = "yesterday afternoon";
        YESTERDAY_EVENING = "yesterday evening";
        TODAY = "Today";
        YESTERDAY = "Yesterday";
        LAST_WEEK = "Previous 7 days";
        JANUARY = "January";
        FEBRUARY = "February";
        MARCH = "March";
        APRIL = "April";
        MAY = "May";
        JUNE = "June";
        JULY = "July";
        AUGUST = "August";
        SEPTEMBER = "September";
        OCTOBER = "October";
        NOVEMBER = "November";
        DECEMBER = "December";
        day(day, month) = "{day} {month}";
        date(day, month, year) = "{day} {month} {year}";
        month(month, year) = "{month} {year}";
        date_and_time(date, time) = "{date}, {time}";
        about_seconds(n) = { one: "about {n} second", other: "about {n} seconds" };
        about_minutes(n) = { one: "about {n} minute", other: "about {n} minutes" };
        seconds(seconds) = "{seconds} s";
        minutes_and_seconds(minutes, seconds) = "{minutes} min {seconds} s";
    }

    /// Sizes of models and storage.
    sizes {
        megabytes(n) = "{n} MB";
        gigabytes(n) = "{n} GB";
    }

    /// Sign-in, the account, its devices and preferences.
    account {
        SIGN_IN = "Sign in";
        SIGN_OUT = "Sign out";
        NAME = "Name";
        PASSWORD = "Password";
        REMEMBER = "Remember this device";
        REMEMBER_HINT = "For your own phone or laptop, not for a shared one.";
        FORGOT = "Forgot your password? An administrator of this house can give you a link for a new one.";
        SETTINGS = "Settings";
        CURRENT_PASSWORD = "Current password";
        NEW_PASSWORD = "New password";
        PASSWORD_HINT = "At least 8 characters; a few words in a row are good.";
        CHANGE_PASSWORD = "Change password";
        PASSWORD_CHANGED = "Your password was changed. All other devices were signed out.";
        CHANGE_PASSWORD_NOTE = "Changing it signs out all your other devices.";
        DEVICES = "Devices";
        THIS_DEVICE = "this device";
        UNKNOWN_DEVICE = "Another device";
        LAST_USED = "last used";
        END = "Sign it out";
        END_OTHERS = "Sign out all other devices";
        PREFERENCES = "How pages look";
        THEME = "Light or dark";
        THEME_DEVICE = "As the device says";
        THEME_LIGHT = "Light";
        THEME_DARK = "Dark";
        TIME_ZONE = "Time zone";
        READING_FONT = "Letters of answers";
        FONT_SERIF = "A book's letters";
        FONT_SANS = "The device's plain letters";
        MEMORY_CHOICE = "What Hearth remembers of you";
        MEMORY_ON = "It remembers what I tell it";
        MEMORY_ASK = "It asks me before it keeps a fact";
        MEMORY_OFF = "Nothing, unless I turn it on in a conversation";
        MEMORY_CHOICE_HINT = "Memory can be turned on and off in any single conversation, too.";
        RECALL = "How often it brings up what was said before";
        RECALL_SELDOM = "Seldom: only what surely belongs to the question";
        RECALL_BALANCED = "Balanced";
        RECALL_OFTEN = "Often: also what may belong to it";
        RECALL_HINT = "Below each answer you see what was used.";
        JOIN_TITLE = "You are invited";
        JOIN_TEXT = "Choose a name and a password. What you write here is yours alone; nobody else in the house can read it.";
        JOIN = "Create my account";
        RESET_TEXT = "Choose a new password. All your devices are signed out then; your conversations stay as they are.";
        SET_PASSWORD = "Set the password";

        reset_title(name) = "A new password for {name}";
        password_reset_by(by, when) = "Your password was reset by {by}, {when}.";
        password_reset_here(when) = "Your password was reset at the box itself, {when}.";
        disabled_by(by, when) = "Your account was disabled by {by}, {when}.";
        disabled_here(when) = "Your account was disabled at the box itself, {when}.";
        enabled_by(by, when) = "Your account was enabled again by {by}, {when}.";
        enabled_here(when) = "Your account was enabled again at the box itself, {when}.";
        role_changed_by(by, when) = "Your role was changed by {by}, {when}.";
        role_changed_here(when) = "Your role was changed at the box itself, {when}.";
    }

    /// Pictures, files and speech in a conversation.
    attachments {
        ATTACH = "Attach pictures or files";
        CAMERA = "Take a photo";
        ATTACHED = "Attached";
        UPLOAD = "Upload";
        LOOKING = "Being looked at";
        UPLOAD_AGAIN = "Try again";
        DROP_HERE = "Drop pictures or files to attach them";
        CLOSE_PICTURE = "Close";
        OPEN_ORIGINAL = "Open by itself";
        WAIT_FOR_UPLOADS = "Something is still being uploaded. Wait for it, or remove it.";
        REMOVE_FAILED = "Something could not be uploaded. Try it again, or remove it.";
        NO_EYES = "No model on this box can see pictures.";
        SENT_ANYWAY = "You can still send it; the answer is then written without it.";
        READ_ALOUD = "Read aloud";
        STOP_READING = "Stop reading";
        DICTATE = "Dictate";
        STOP_DICTATING = "Stop dictating";
        LISTENING = "Listening";
        UNDERSTANDING = "Being written down";
        MICROPHONE_HTTPS = "The browser lends the microphone only to https, or on this box itself. Whoever looks after Hearth can put a certificate in front of it.";
        MICROPHONE_REFUSED = "The microphone could not be used. Allow it for this page and try again.";
        VOICE = "Voice";
        VOICE_LOCAL = "Answers are read aloud with a voice of this device. Nothing leaves it.";
        VOICE_SERVER = "Answers are read aloud by the speech server of this house.";
        VOICE_NONE = "Reading aloud is off: this browser has no voice of its own, and one that sends your words elsewhere is not used.";
        DICTATION_LOCAL = "Dictation is understood on this device.";
        DICTATION_SERVER = "Dictation is understood by the speech server of this house.";
        DICTATION_NONE = "Dictation is off: this browser would send your voice elsewhere. A keyboard's own dictation still works, by its maker's rules.";

        remove(name) = "Remove {name}";
        picture(name) = "Picture: {name}";
        uploading(percent) = "Uploading, {percent} %";
        pages(n) = { one: "{n} page", other: "{n} pages" };
        lines(n) = { one: "{n} line", other: "{n} lines" };
        unread_pages(length, pages) = "{length}; pictures without text, not read: p. {pages}";
        cannot_see(model) = "{model} cannot see pictures.";
        ask_instead(model) = "Ask {model} instead";
        will_answer(model) = "{model} will answer; it can see pictures.";
        fetch_one(model) = "An administrator can fetch {model} on the page “Models”.";
        unseen_pictures(n) = { one: "The model did not see {n} picture", other: "The model did not see {n} pictures" };
        cut_pages(n) = { one: "the last page did not fit", other: "the last {n} pages did not fit" };
        cut_lines(n) = { one: "the last line did not fit", other: "the last {n} lines did not fit" };
    }

    /// The conversation page and its islands.
    chat {
        NEW_CONVERSATION = "New conversation";
        MESSAGE = "Message";
        WRITE_HERE = "Write a message";
        SEND = "Send";
        STOP = "Stop";
        RETRY = "Try again";
        COPY = "Copy";
        COPIED = "Copied";
        NOT_COPIED = "Could not be copied";
        COPY_MARKDOWN = "Copy as Markdown";
        EDIT = "Edit";
        EDIT_MESSAGE = "Edit the message";
        MORE = "More";
        ANSWER_AGAIN = "Answer again";
        ANSWER_WITH = "Another answer, by";
        ANSWER_THIS = "Answer this";
        NO_ANSWER = "This message has no answer.";
        CONTINUE = "Go on";
        CUT_OFF = "The answer had become as long as one may be.";
        VERSIONS = "Versions";
        PREVIOUS_VERSION = "Previous version";
        NEXT_VERSION = "Next version";
        DELETE_FROM_HERE = "Delete from here on";
        DELETE_FROM_HERE_SURE = "Delete this message with everything that follows it, other versions below it included? What Hearth remembers from it goes too. If it is all there is, the conversation goes. This cannot be undone.";
        YOU = "You";
        THE_MODEL = "The model";
        MODEL = "Model";
        HOUSE_DEFAULT = "House model";
        MEMORY = "Memory";
        MEMORY_ON = "With memory";
        MEMORY_OFF = "Without memory";
        TEMPORARY = "Temporary: nothing stays";
        TEMPORARY_TEXT = "A temporary conversation. It is in no list, nothing of it is remembered, and it is deleted when you end it, or by itself twelve hours after the last word.";
        END_TEMPORARY = "End and delete";
        CHANGE = "Change";
        OPTIONS = "Options";
        THINKING = "The model is thinking";
        WAITING = "Waiting for the model";
        YOU_ARE_NEXT = "You are next";
        MODEL_AWAY = "The model on this box is not reachable. Your message is kept, and the answer comes by itself when it is back.";
        NOT_SENT = "Not sent: Hearth is not reachable. What you wrote is still here; press Send again in a moment.";
        STOPPED = "Stopped. What was written is kept.";
        SUMMARY_BY_MODEL = "The model took these notes by itself. What was really said stays above.";
        EARLIER_MESSAGES = "Earlier messages";
        GREETING = "What is on your mind?";
        ANSWER_NOW = "Answer now";
        NEW_TEXT_BELOW = "New text below";
        SHOW_THOUGHTS = "Show what it thought";
        TO_NEWEST = "To the newest words";
        SAID_BY_YOU = "You said";
        SAID_BY_MODEL = "I said";
        USED_OTHERS_WORDS = "Used something said in a shared conversation";
        USED_OWN_WORDS = "Used something I said earlier";
        WOKEN = "A wake-up was sent. The computer needs about a minute; the answer then comes by itself.";
        STOPPING = "Stopping";
        WRITING = "The answer is being written";
        COMPLETE = "The answer is complete";
        SHOW_NEWER = "The answer is being written. Reload the page to see how far it is.";
        IDEA_LETTER = "Help me write a friendly letter to my landlord about the broken heating.";
        IDEA_DINNER = "What can I cook tonight with rice, eggs and leeks?";
        IDEA_REMEMBER = "Please remember: my dog is called Biscuit and is allergic to chicken.";

        said_by(name) = "{name} said";
        number_of(number, count) = "{number} of {count}";
        used_things(n) = { one: "Used {n} thing you told me", other: "Used {n} things you told me" };
        people_before(n) = { one: "{n} before you", other: "{n} before you" };
        loading(model) = "Loading {model}";
        loading_for(seconds) = ", {seconds} s";
        loading_for_of(seconds, usual) = ", {seconds} s; the last time it took {usual} s";
        thinking_for(time) = "Thinking, {time}";
        thought_for(time) = "Thought for {time}";
        thought_until_cut(time) = "Thought for {time}, then answered at once";
        unseen(n) = { one: "The model no longer sees the message above this line", other: "The model no longer sees the {n} messages above this line" };
        no_summary(n) = { one: "there is no summary of it yet.", other: "there is no summary of them yet." };
        partial_summary(n) = { one: "so far it has a summary of the first one.", other: "so far it has a summary of the first {n}." };
        whole_summary(n) = { one: "it has a summary of it.", other: "it has a summary of them." };
        older_left_out(n) = { one: "{n} older message no longer fitted the model's window", other: "{n} older messages no longer fitted the model's window" };
        recalled_left_out(n) = { one: "{n} memory did not fit", other: "{n} memories did not fit" };
    }

    /// The list of conversations.
    conversations {
        CONVERSATIONS = "Conversations";
        ALL_CONVERSATIONS = "All conversations";
        EARLIER = "Earlier conversations";
        RENAME = "Rename";
        TITLE = "Title";
        DELETE = "Delete";
        DELETE_SURE = "Delete this conversation with everything in it? What Hearth remembers from it goes too. This cannot be undone.";
        DELETE_FOR_GOOD = "Delete for good";
        EMPTY_TITLE = "Nothing here yet";
        EMPTY_TEXT = "Whatever you ask stays in this house. You could begin with one of these:";
        MORE_FOR = "Rename, pin, archive or delete";
        PINNED = "Pinned";
        PIN = "Pin";
        UNPIN = "No longer pin";
        ARCHIVE = "Put into the archive";
        UNARCHIVE = "Take out of the archive";
        THE_ARCHIVE = "Archive";
        ARCHIVE_EMPTY = "Nothing is in the archive. What you put there leaves the list and is remembered as before.";
        BACK_TO_LIST = "All conversations";
        MORE_ROWS = "More conversations";

    }

    /// What Hearth keeps about a person: the memory page, and notes in conversations.
    memory {
        MEMORY = "Memory";
        INTRO = "Everything Hearth keeps about you, in your own words. Nobody else in this house can see it.";
        SEARCH = "Search your memories";
        SEARCH_BUTTON = "Search";
        KIND = "Kind";
        ANY_KIND = "Every kind";
        PROFILE = "About you";
        PREFERENCE = "What you like";
        FACT = "Your world";
        EPISODE = "What happened";
        TIME = "Time";
        ANY_TIME = "Any time";
        WEEK = "The last 7 days";
        MONTH = "The last 30 days";
        YEAR = "The last 12 months";
        ADD = "Add something";
        ADD_LABEL = "What should Hearth remember?";
        ADD_BUTTON = "Remember this";
        ADD_HINT = "Write it as you would say it: I take my coffee black.";
        WAITING = "Shall Hearth keep these?";
        WAITING_HINT = "They are private, or you asked to be asked first. Until you say yes they are used for nothing.";
        YES = "Yes, keep it";
        NO = "No";
        KEPT = "What is kept";
        EARLIER = "Older memories";
        EMPTY_TITLE = "Nothing is kept yet";
        EMPTY_TEXT = "When you tell Hearth about yourself in a conversation, what may be useful later appears here. You can also say “Remember that …”, or write something down below.";
        NOTHING_FOUND = "Nothing that is kept fits this.";
        SHOW_ALL = "Show everything";
        BY_HAND = "written down by you";
        IMPORTED = "brought from another Hearth";
        SOURCE_GONE = "from a conversation that is no longer there";
        PINNED = "always in mind";
        ACTIONS = "Change or forget";
        EDIT = "Correct it";
        STATEMENT = "What is remembered";
        CHANGED = "This changed";
        CHANGED_LABEL = "What holds now";
        CHANGED_HINT = "Hearth keeps what was so before, and knows that it no longer is.";
        PIN = "Always keep in mind";
        UNPIN = "No longer always";
        FORGET = "Forget";
        FORGET_SURE = "Hearth forgets this for good. What you said stays in your conversation for you to read, but Hearth no longer uses it, not even there.";
        FORGET_FOR_GOOD = "Forget this";
        FORGET_ALL = "Forget everything";
        FORGET_ALL_SURE = "Hearth forgets every memory on this page for good, and no longer uses the messages they came from. Your conversations stay for you to read; delete them to remove those words too.";
        DONE_KEPT = "Remembered.";
        DONE_SAVED = "Saved.";
        LAYER = "Show";
        ANY_LAYER = "All memories";
        FADED_ONES = "Faded";
        TOGETHER_ONES = "Combined";
        FADED = "faded";
        FADED_HINT = "Not mentioned or used for a long time. Hearth still finds it when you ask.";
        NO_FADED = "No faded memories.";
        NO_TOGETHER = "No combined memories. Hearth combines memories that say the same, and events that happen again.";
        SEPARATE = "Separate again";
        SEPARATE_HINT = "Each is listed on its own again, and stays so.";
        DONE_SEPARATED = "Separated.";
        DONE_FORGOTTEN = "Forgotten. What you said stays in your conversations for you to read; Hearth no longer uses it.";
        WHY_HEALTH = "about health";
        WHY_SEXUALITY = "about love and sexuality";
        WHY_MONEY = "about money";
        WHY_BELIEFS = "about beliefs";
        WHY_THIRD_PERSON = "about somebody else";
        NOTED = "Noted:";
        REMEMBERED = "Remembered:";
        MAY_I = "Shall Hearth keep this?";
        UNDO = "Undo";
        WHICH = "Which of these should be forgotten?";
        FOUND_NOTHING = "There was nothing like that to forget.";
        MEMORY_IS_OFF = "Memory is off in this conversation, so nothing was kept.";
        TOO_LONG_TO_FORGET = "Nothing was forgotten: that is too long to look for. Say in one sentence what to forget.";
        NOT_RELEVANT = "Not relevant";

        you_said_this(when) = "you said this {when}";
        until(when) = "until {when}";
        since(when) = "since {when}";
        now(statement) = "now: {statement}";
        total(n) = { one: "{n} memory", other: "{n} memories" };
        events(n) = { one: "{n} memory of this", other: "{n} memories of this" };
        wordings(n) = { one: "{n} more in similar words", other: "{n} more in similar words" };
    }

    /// The page of the model server, and pulls of models.
    models {
        MODELS = "Models";
        SERVER = "Model server";
        REACHABLE = "Reachable";
        NOT_REACHABLE = "Not reachable. Start it, or check its address in Hearth's settings file; Hearth keeps looking.";
        WAKE = "Wake the model's computer";
        WAKE_HINT = "It needs about a minute to come up; this page notices by itself.";
        ADDRESS = "Address";
        VERSION = "Version";
        DEFAULT_MODEL = "Default model";
        DEFAULT_MODEL_HINT = "Used for new chats unless you pick another. Chats that have begun keep the model they began with.";
        DEFAULT_SET = "Set by HEARTH_CHAT_MODEL; it can only be changed there.";
        CHOOSE_DEFAULT = "Choose a model";
        EMBEDDING_MODEL = "The model that helps Hearth remember";
        EMBEDDING_MISSING = "There is none yet. Hearth still finds words you used before, but not what means the same.";
        EMBEDDING_CHANGE_HINT = "Everything that was said is made ready for it in the background. Until that is done, the present one answers.";
        EMBEDDING_COMES = "Being made ready in the background, whenever nobody waits for an answer. Until it is done, the one above answers.";
        EMBEDDING_PAUSED = "Paused. The one above answers.";
        EMBEDDING_PAUSE = "Pause";
        EMBEDDING_GO_ON = "Go on";
        EMBEDDER_GONE = "The model server does not have this model any longer. Fetch it again, or choose another one; until then Hearth recalls by words alone.";
        EMBEDDER_CHANGED = "Under this name there is another model than before: its vectors do not fit those that are stored. Choose another one, or fetch the earlier one; until then Hearth recalls by words alone.";
        EMBEDDER_FAILED = "The model server did not answer this model's last call. Hearth keeps trying.";
        CHAT_MODELS = "Models that can answer";
        NO_CHAT_MODELS = "There is none yet. Fetch one below.";
        RECOMMENDED = "Models that fit this box";
        OTHER_MODEL = "Another model, by its name at Ollama";
        CHOOSE_ANOTHER = "Choose another one";
        FETCH = "Fetch";
        FETCH_ALL = "Fetch them";
        PRESENT = "Here already";
        FOR_CHAT = "talks";
        FOR_MEMORY = "helps to remember";
        FETCHING = "Being fetched";
        FETCHED = "Fetched";
        FETCH_FAILED = "Not fetched.";

        default_lost(model) = "The default model {model} is no longer on the model server. Download it again, or choose another one; until then chats that use it get no answer.";
        only_left(model) = "The only model left is {model}.";
        cut_texts(n) = { one: "{n} text was longer than this model reads: it was read in parts, so what it means is known less exactly.", other: "{n} texts were longer than this model reads: they were read in parts, so what they mean is known less exactly." };
    }

    /// The page on which administrators manage people.
    people {
        PEOPLE = "People";
        ADMINISTRATOR = "Administrator";
        MEMBER = "Member";
        DISABLED = "disabled";
        YOU = "you";
        LAST_SEEN = "last here";
        NEVER_SEEN = "not been here yet";
        INVITE_TITLE = "Invite somebody";
        INVITE_TEXT = "They get a link that works once. You never see what they write.";
        INVITE_NAME = "Name (they can change it)";
        INVITE = "Make an invitation link";
        NEW_LINK = "Your new link";
        NEW_LINK_TEXT = "It is shown only now and works once. Send it, or let them point their phone's camera at the square.";
        LOCAL_LINK = "You opened Hearth by a name that only this machine knows, so the link works only here. Open Hearth by its network name and make the link there.";
        QR = "The link as a QR code";
        OPEN_LINKS = "Links that nobody has used yet";
        INVITATION = "Invitation";
        PASSWORD_RESET = "New password";
        GOOD_UNTIL = "good until";
        REVOKE = "Take it back";
        DISABLE = "Disable";
        DISABLE_TEXT = "They are signed out at once and cannot sign in; their conversations stay theirs.";
        ENABLE = "Enable again";
        MAKE_ADMINISTRATOR = "Make administrator";
        MAKE_MEMBER = "Make member";
        RESET_LINK = "Link for a new password";
        RESET_LINK_TEXT = "They are told at their next sign-in that you did this.";

        manage(name) = "Change something for {name}";
    }

    /// A sentence for everything that can go wrong: what happened, what was kept, the next step.
    problems {
        UNREACHABLE = "Hearth is not reachable right now. Nothing was changed; try again in a moment.";
        NOT_SIGNED_IN = "You are not signed in, or your session has ended. Sign in and try again.";
        NOT_ALLOWED = "Only an administrator of this house can do this.";
        NOT_FOUND = "This is not here, or it is not yours to see.";
        WRONG_CREDENTIALS = "Name and password do not go together. Check both and try again; if you forgot the password, an administrator can give you a link for a new one.";
        AT_ONCE = "You have several of these running already. Wait a moment and try again; nothing was changed.";
        LINK_INVALID = "This link was used already or has expired. Ask an administrator for a new one.";
        ALREADY_SET_UP = "Hearth has been set up already. Sign in, or ask an administrator for an invitation link.";
        LAST_ADMINISTRATOR = "Not changed: the house needs at least one administrator who can sign in. Make somebody else one first.";
        ANSWER_RUNNING = "An answer is still being written here. Wait for it or stop it, then try again.";
        NOT_RUNNING = "This answer has already ended; nothing was changed.";
        BAD_REQUEST = "Hearth could not read what was sent. Reload the page and try again.";
        DISK_FULL = "The disk of this box is full, so nothing was stored. Everything that is there can still be read. Ask whoever looks after the box to make room, then try again.";
        INTERNAL = "Something inside Hearth failed; it is in its log. What was stored before is kept. Try again in a moment.";

        NAME_EMPTY = "Enter a name.";
        NAME_LONG = "This name is too long. Take a shorter one.";
        NAME_TAKEN = "Somebody here has this name already. Take another one.";
        NAME_OTHER = "This name cannot be used. Take another one.";
        PASSWORD_SHORT = "This password is too short. Take at least 8 characters; a few words in a row are good.";
        PASSWORD_LONG = "This password is too long.";
        PASSWORD_OTHER = "This password cannot be used. Take another one.";
        CURRENT_PASSWORD_WRONG = "The current password is not right. Your password was not changed.";
        TEXT_EMPTY = "Write something first.";
        TEXT_LONG = "This message is too long for one turn. Nothing was sent; shorten it or send it in parts.";
        TITLE_BAD = "Take a title between 1 and 200 characters.";
        MODEL_UNKNOWN = "The model server does not have this model. Choose another one.";
        TIME_ZONE_UNKNOWN = "Hearth does not know this time zone. Choose one from the list.";
        LANGUAGE_UNKNOWN = "Hearth does not speak this language yet.";
        STATEMENT_LONG = "This is too long to remember as one thing; 500 characters are the most.";
        SEARCH_LONG = "That is more than can be searched for at once; 500 characters are the most.";
        DATES_WRONG = "These dates do not fit together: the first day must be a day, and not after the last.";
        STATEMENT_EMPTY = "Write what Hearth should remember.";

        FILE_TOO_LARGE = "This is larger than 25 MB. Nothing was kept; send a smaller one.";
        FILE_TOO_LONG = "This text is longer than 2 MB. Nothing was kept; send the part that matters.";
        FILE_PIXELS = "This picture has more than 64 million pixels. Nothing was kept; send a smaller one.";
        FILE_NARROW = "This picture is so long and narrow that a model could not read it. Nothing was kept; cut it into pieces.";
        FILE_EMPTY = "This file is empty.";
        FILE_UNKNOWN = "Hearth reads pictures (JPEG, PNG, WebP, GIF), PDF, and text or code. This file is none of them.";
        FILE_HEIC = "This photo is in Apple's HEIC format, which Hearth cannot read. Save it as JPEG, or choose “Most Compatible” in the camera's settings.";
        FILE_BROKEN = "This file is damaged, or is not what it says it is. Nothing was kept.";
        FILE_PROTECTED = "This PDF needs a password. Save it without one and try again.";
        FILE_NO_TEXT = "This PDF holds no text, only pictures of pages, such as a scan. Send photos of its pages to a model that can see.";
        FILE_TOO_MUCH = "Reading this file took more time or memory than one file may have. Nothing was kept.";
        FILE_TOO_MANY = "A message takes ten pictures and files. Remove one, or send another message.";
        FILE_DISK_FULL = "The disk of this box is full. Nothing was kept; whoever looks after the box can make room.";

        SPEECH_OFF = "This house has no speech server.";
        SPEECH_UNREACHABLE = "The speech server of this house is not reachable. Try again in a moment.";
        SPEECH_STALLED = "The speech server took too long. Try again, or say less at once.";
        SPEECH_FAILED = "The speech server could not do this. An administrator can look at its settings.";
        SPEECH_NOTHING = "Nothing was understood. Try again, nearer to the microphone.";
        SPEECH_TOO_LONG = "This recording is too long. Say it in parts.";

        UNREACHABLE_MODEL = "The model on this box is not reachable. Your message is kept; an answer comes when it is back.";
        MODEL_MISSING = "The model server no longer has this model. Your message is kept; choose another model and try again.";
        MODEL_BUSY = "The model server has too much to do. Your message is kept; try again in a moment.";
        MODEL_STALLED = "The model said nothing for too long. What it wrote is kept; try again.";
        MODEL_FAILED = "The model server failed in the middle. What was written is kept; try again.";
        MODEL_ENDED_EARLY = "The answer broke off before its end. What was written is kept; try again.";
        MODEL_GARBAGE = "The model server sent something that is no answer. Your message is kept; try again, or tell an administrator.";
        MODEL_SAID_NOTHING = "The model said nothing. Your message is kept; try again, or choose another model.";
        MODEL_WITHHELD = "The model server’s content filter withheld the answer, or the rest of it. Your message is kept; try again, or ask in other words.";
        MODEL_REPEATING = "The model kept repeating itself, so it was stopped. What it wrote before that is kept; try again.";
        MODEL_TOO_LONG = "This is longer than the model can take in. Your message is kept; send a shorter one.";
        MODEL_REFUSED = "The model server refused the request. Your message is kept; an administrator can look at its settings.";
        MODEL_INTERRUPTED = "Hearth stopped while answering. What was written is kept; try again.";
        NO_MODEL = "There is no chat model on this box yet. Your message is kept; an administrator can fetch one on the page “Models”.";

        too_many_attempts(wait) = "Too many attempts. Wait {wait} and try again.";
        too_many_waiting(most) = "{most} of your messages are waiting for an answer. Nothing was sent and your text is kept; send it once some are answered, or stop some.";
        quota_full(size) = "Your {size} of storage are full. Nothing was stored and your text is kept; delete conversations or files you no longer need, or ask an administrator for more room.";
    }

    /// Searching conversations and memories.
    search {
        SEARCH = "Search";
        WORDS = "Words to look for";
        SEARCH_BUTTON = "Search";
        NARROW = "Narrow it down";
        FROM = "From";
        TO = "To";
        WHO = "Said by";
        ANYBODY = "Anybody";
        ME = "Me";
        HEARTH = "Hearth";
        OTHERS = "Others, in shared conversations";
        WHERE = "In";
        EVERYWHERE = "Conversations and memories";
        CONVERSATIONS = "Conversations";
        MEMORIES = "Memories";
        ARCHIVED = "Also in the archive";
        EMPTY_TITLE = "Find something again";
        EMPTY_TEXT = "Search looks through your conversations, those that are shared with you, and your memories: for words, and for what means something alike.";
        TIP_PHRASE = "Put quotation marks around words that must stand together: “apple pie”.";
        TIP_BEGINNING = "The beginning of the last word is enough.";
        TIP_GONE = "What was forgotten, and temporary conversations, are never found.";
        RESULTS = "What was found";
        NOTHING_FOUND = "Nothing was found.";
        TRY_OTHER_WORDS = "Try fewer words, or others that mean the same.";
        TRY_WITHOUT_MARKS = "Try it without quotation marks.";
        TRY_EVERYWHERE = "Search everywhere and at any time";
        TRY_ARCHIVE = "Search the archive as well";
        MORE = "More results";
        CUT = "More fits than is shown here: these are the newest. With dates you come to the others.";
        LATE = "Only the words were looked for: the model for what means something alike did not answer in time.";
        SIMILAR = "means something alike";
        ABANDONED = "in an earlier version";
        TITLE = "title of a conversation";
        MEMORY = "Memory";
        WAITS = "waits for your yes";

    }

    /// The first minutes.
    setup {
        WELCOME = "Welcome to Hearth";
        WELCOME_TEXT = "An assistant that lives on this box. What you write stays in this house.";
        STEP_ACCOUNT = "Your account";
        STEP_ACCOUNT_TEXT = "You are the first here, so you look after this house: you can invite the others and choose the models. You cannot read what they write.";
        STEP_MODEL = "The model";
        CREATE = "Create the account";
        SERVER_MISSING = "Hearth looked for a model server and found none yet.";
        SERVER_MISSING_HOW = "Answers come from a program named Ollama. Install it on this box from ollama.com, start it, and this page goes on by itself.";
        SERVER_MISSING_WHERE = "Hearth keeps looking at";
        SERVER_FOUND = "The model server was found.";
        FETCH_TEXT = "Hearth needs models; these fit this box.";
        FETCH_MORE = "This one helps Hearth remember better; it can come later.";
        FETCHING_TEXT = "You can close this page; the models keep coming.";
        COMING = "The models are on their way.";
        CANNOT_FETCH = "This model server cannot fetch models by itself; whoever runs it can add one.";
        READY = "Everything is ready.";
        START = "Begin a conversation";
        START_ANYWAY = "Go on without waiting";
        LOOK_AGAIN = "Look again";

    }

    /// Conversations that several people have.
    sharing {
        SHARE = "Share";
        WITH_WHOM = "With";
        THEY_MAY = "They may";
        READ = "read";
        JOIN = "read and write";
        WHAT_THEY_SEE = "Whoever you share this with sees everything in it, also what came before. You can take it back at any time; their memory keeps nothing of it.";
        WHAT_IS_USED = "While others have it, Hearth uses nobody's memory here.";
        TAKE_BACK = "Take back";
        NOBODY_LEFT = "There is nobody else in this house to share it with.";
        LEAVE = "Leave this conversation";
        LEAVE_SURE = "You will no longer see it. Whoever shared it can share it with you again.";
        LEAVE_NOW = "Leave";

        take_back_from(name) = "Take back from {name}";
        only_to_read(owner) = "{owner} shared this with you to read.";
        shared_with(names) = "shared with {names}";
        shared_by(owner) = "from {owner}";
        shared_by_with(owner, names) = "from {owner}, with {names}";
    }

    /// The sheet of keyboard shortcuts.
    shortcuts {
        SHORTCUTS = "Keys";
        SHORTCUTS_TEXT = "They work while you are not writing.";
        SINGLE_KEYS = "Use these keys on this device";
        SHOW_SHEET = "Show this sheet";
        NEW = "New conversation";
        WRITE = "Write a message";
        NEXT = "Next conversation";
        PREVIOUS = "Previous conversation";
        ALL = "All conversations";
        SEARCH = "Search";
        STOP = "Stop the answer";
        COPY = "Copy the newest answer";
        NEWEST = "To the newest words";
        IN_COMPOSER = "While you write";
        SEND = "Send";
        NEW_LINE = "New line";
        LEAVE = "Leave the text field";
        ENTER = "Enter";
        SHIFT_ENTER = "Shift + Enter";
        ESCAPE = "Esc";

    }

    /// Parts of the world, under which time zones are listed.
    time_zones {
        AFRICA = "Africa";
        AMERICA = "Americas";
        ANTARCTICA = "Antarctica";
        ARCTIC = "Arctic";
        ASIA = "Asia";
        ATLANTIC = "Atlantic";
        AUSTRALIA = "Australia";
        EUROPE = "Europe";
        INDIAN = "Indian Ocean";
        PACIFIC = "Pacific";
    }

    /// Export and import.
    transfer {
        TITLE = "Take your words with you";
        EXPORT = "Download everything";
        EXPORT_HINT = "All your conversations with their pictures and files, and everything that Hearth remembers about you, as one zip file: to read by yourself, or to bring to another Hearth. The file is not encrypted.";
        IMPORT = "Bring your words here";
        IMPORT_HINT = "Choose a file that was downloaded from a Hearth. What is here already is left as it is.";
        FILE = "The file";
        IMPORT_BUTTON = "Bring it in";
        LAST = "How the last import went";
        RUNNING = "Your words are being brought in";
        RUNNING_HINT = "You can close this page; it goes on, and tells here how it went.";
        LOOK_AGAIN = "Look again";
        INTERRUPTED = "Hearth stopped before everything was brought in. Choose the same file again: only what is missing is taken.";
        NOTHING_NEW = "Everything in this file was here already.";
        NOTHING_IN_IT = "There was nothing in this file to take.";
        SEE_CONVERSATIONS = "See your conversations";
        BACK = "Back to the settings";


        NO_FILE = "Choose a file first.";
        TOO_LARGE = "This file is larger than 16 GB. Nothing was taken.";
        BROKEN = "This file did not arrive whole, or it is damaged or no zip file. Nothing was taken; download it once more where it came from, and try again.";
        NOT_HEARTHS = "This zip file was not made by Hearth. Nothing was taken; choose the file as it was downloaded there.";
        NEWER = "This file was made by a newer Hearth than this one. Nothing was taken; whoever looks after this box can update it.";
        PROTECTED = "This file needs a password, which Hearth never sets. Nothing was taken; pack it again without one.";
        TOO_MUCH = "Unpacked, this file would be far larger than words and pictures are. Nothing was taken.";
        RUNNING_ALREADY = "An import is running already. Wait until it has ended.";
        DISK_FULL = "The disk of this box is full. Ask whoever looks after it to make room, then choose the same file again: only what is missing is taken.";
        QUOTA_FULL = "Your storage space is used up. What was brought in before that is kept; delete what you no longer need, then choose the same file again: only what is missing is taken.";
        INTERNAL = "Something inside Hearth failed; it is in its log. Choose the same file again in a moment: only what is missing is taken.";

        so_far(n, done) = { one: "{done} of {n} conversation so far.", other: "{done} of {n} conversations so far." };
        brought_in(list) = "Brought in: {list}.";
        already_here(list) = "Here already and left as they are: {list}.";
        unreadable(n) = { one: "{n} file in it could not be read:", other: "{n} files in it could not be read:" };
        shortened_messages(n) = { one: "{n} message was longer than Hearth keeps. Its beginning was brought in; the rest is in your file.", other: "{n} messages were longer than Hearth keeps. Their beginnings were brought in; the rest is in your file." };
        conversations(n) = { one: "{n} conversation", other: "{n} conversations" };
        memories(n) = { one: "{n} memory", other: "{n} memories" };
        pictures(n) = { one: "{n} picture", other: "{n} pictures" };
        files(n) = { one: "{n} file", other: "{n} files" };
    }
}
