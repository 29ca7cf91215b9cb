//! Paths in Rust source, without a compiler.

/// Words, `::` and single characters, without comments and strings.
pub fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(end) = string_end(rest) {
            end
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        if !token.starts_with(['/', '"']) && !token.ends_with('"') && !token.trim().is_empty() {
            tokens.push(token.to_owned());
        }
        rest = after;
    }
    tokens
}

/// The length of the string that the source begins with.
fn string_end(source: &str) -> Option<usize> {
    if let Some(raw) = source
        .strip_prefix("r#")
        .or(source.strip_prefix('r'))
        .filter(|raw| raw.starts_with(['#', '"']))
    {
        let hashes = source.len() - raw.len() - 1 + raw.find('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let begin = source.find('"')? + 1;
        return Some(begin + source[begin..].find(&end)? + end.len());
    }
    if source.starts_with("'\"'") {
        return Some(3);
    }
    let mut escaped = false;
    let inside = source.strip_prefix('"')?;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return Some(at + 2),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    None
}

/// Every path of at least two names, with trees such as `a::{b, c::d}` written out.
pub fn paths(tokens: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = at == 0 || tokens[at - 1] != "::";
        if begins && is_name(&tokens[at]) && tokens.get(at + 1).is_some_and(|next| next == "::") {
            at = tree(tokens, at, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads a path or a tree of paths below `prefix`; returns the place behind it.
fn tree(tokens: &[String], mut at: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => {
                at += 1;
                while at < tokens.len() && tokens[at] != "}" {
                    at = tree(tokens, at, &path, found);
                    at += usize::from(tokens.get(at).is_some_and(|next| next == ","));
                }
                return at + 1;
            }
            name if is_name(name) && name != "self" => path.push(name.to_owned()),
            _ => {}
        }
        at += 1;
        if tokens.get(at).is_none_or(|next| next != "::") {
            break;
        }
        at += 1;
    }
    found.push(path);
    // `as` and the new name.
    if tokens.get(at).is_some_and(|next| next == "as") {
        at + 2
    } else {
        at
    }
}

fn is_name(token: &str) -> bool {
    token.chars().all(|c| c.is_alphanumeric() || c == '_')
}
