//! Where a text stands in Markdown's code and quotes: a mark there is quoted and marks nothing.

/// A line's quoted part is looked for this far, in characters.
const SPAN: usize = 200;

/// The state after some text. Follows fences and code spans as far as one pass allows; a code span ends with its line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Code {
    /// Backticks or tildes just before.
    run: usize,
    tilde: bool,
    /// Length of the fence that is open; 0 for none.
    fence: usize,
    fence_tilde: bool,
    /// This line may close the fence, if nothing else stands on it.
    closing: bool,
    /// A line looked like the opening of another fence inside the open one.
    reopened: bool,
    /// Length of the code span's backticks; 0 outside.
    span: usize,
    /// Whether something other than white space and quote marks stands on the line.
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

    /// Decides what the run of backticks or tildes that has just ended is.
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

    /// Whether the next character stands at the beginning of a line, but for white space.
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

/// Looks ahead from a mark that may be quoted, until that is decided.
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
    /// None when a mark at this place is not in anything that could quote it.
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

    /// Takes the next character in. True when what quoted the mark was closed behind it, false when it will not be,
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

    /// At the end of the text: a fence on its last line closes.
    pub fn at_end(mut self) -> bool {
        self.push('\n') == Some(true)
    }

    pub fn code(self) -> Code {
        self.code
    }
}

/// Whether these two neighbours quote what is between them.
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
