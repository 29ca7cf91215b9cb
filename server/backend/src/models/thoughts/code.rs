//! Tracks code and quotes in Markdown: a mark inside them is a quotation and has no effect.

/// Longest quotation within a line, in characters, that is followed.
const SPAN: usize = 200;

/// The state after some text. Follows fences and code spans as far as one pass allows; a code span ends with its
/// line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Code {
    /// Length of the run of backticks or tildes just before.
    run: usize,
    tilde: bool,
    /// Length of the open fence; 0 for none.
    fence: usize,
    fence_tilde: bool,
    /// This line may close the fence, if nothing else is on it.
    closing: bool,
    /// A line inside the open fence looked like the opening of another one.
    reopened: bool,
    /// Length of the code span's backticks; 0 outside.
    span: usize,
    /// Whether the line has anything but white space and quote marks.
    inside_line: bool,
    /// Whether a double quote is open on the line.
    quote: bool,
    pub last: Option<char>,
}

impl Code {
    pub fn push(&mut self, c: char) {
        if c == '`' || c == '~' && !self.inside_line {
            if self.run > 0 && self.tilde != (c == '~') {
                self.settle();
            }
            self.tilde = c == '~';
            self.run += 1;
        } else {
            self.settle();
            self.other(c);
        }
        self.last = Some(c);
    }

    fn other(&mut self, c: char) {
        if c == '\n' {
            if self.closing {
                self.fence = 0;
            }
            (self.span, self.inside_line, self.quote, self.closing) = (0, false, false, false);
        } else if !c.is_whitespace() && c != '>' {
            self.reopened |= self.closing;
            (self.inside_line, self.closing) = (true, false);
            match c {
                '"' => self.quote = !self.quote,
                '“' | '「' | '『' | '«' => self.quote = true,
                '”' | '」' | '』' | '»' => self.quote = false,
                _ => {}
            }
        }
    }

    /// Classifies the run of backticks or tildes that has just ended.
    fn settle(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run == 0 {
            return;
        }
        let begins_line = !std::mem::replace(&mut self.inside_line, true);
        if self.fence > 0 {
            self.closing = begins_line && run >= self.fence && self.tilde == self.fence_tilde;
        } else if begins_line && run >= 3 {
            (self.fence, self.fence_tilde) = (run, self.tilde);
        } else if self.tilde {
        } else if self.span == run {
            self.span = 0;
        } else if self.span == 0 {
            self.span = run;
        }
    }

    fn settled(mut self) -> Self {
        self.settle();
        self
    }

    /// Whether only white space precedes on the line.
    pub fn begins_line(self) -> bool {
        !self.settled().inside_line
    }

    pub fn in_fence(self) -> bool {
        self.settled().fence > 0
    }

    pub fn in_span(self) -> bool {
        self.settled().span > 0
    }

    pub fn in_quote(self) -> bool {
        self.quote
    }
}

/// Looks ahead from a mark that may be quoted until that is decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ahead {
    code: Code,
    kind: Kind,
    letters: usize,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Fence,
    Span,
    Quote,
}

impl Ahead {
    /// None if nothing at this position could quote a mark.
    pub fn of(code: Code, spaced: bool) -> Option<Self> {
        let kind = if code.in_fence() {
            Kind::Fence
        } else if code.in_span() {
            Kind::Span
        } else if code.in_quote() && spaced {
            Kind::Quote
        } else {
            return None;
        };
        Some(Self {
            code: Code {
                reopened: false,
                ..code.settled()
            },
            kind,
            letters: 0,
        })
    }

    /// Takes the next character. True if the quotation around the mark was closed after it, false if it will not be,
    /// none while that is open.
    pub fn push(&mut self, c: char) -> Option<bool> {
        self.code.push(c);
        self.letters += 1;
        let far = self.letters > SPAN;
        match self.kind {
            Kind::Fence if self.code.reopened => Some(false),
            Kind::Fence => (!self.code.in_fence()).then_some(true),
            _ if c == '\n' || far => Some(false),
            Kind::Span => (!self.code.in_span()).then_some(true),
            Kind::Quote => (!self.code.in_quote()).then_some(true),
        }
    }

    /// At the end of the text, a fence may close on the last line.
    pub fn at_end(mut self) -> bool {
        self.push('\n') == Some(true)
    }

    pub fn code(self) -> Code {
        self.code
    }
}

/// Whether these two neighbouring characters quote what is between them.
pub(super) fn quoted_by(before: Option<char>, after: Option<char>) -> bool {
    let pairs = [
        ('`', '`'),
        ('"', '"'),
        ('\'', '\''),
        ('“', '”'),
        ('‘', '’'),
        ('„', '“'),
        ('「', '」'),
        ('『', '』'),
        ('«', '»'),
        ('(', ')'),
        ('（', '）'),
    ];
    pairs
        .iter()
        .any(|(open, close)| before == Some(*open) && after == Some(*close))
}
