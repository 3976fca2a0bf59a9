//! Text of others, made fit for a terminal: what a model, a command or a server says must not move the cursor, or redraw
//! the question that asks for leave.

use std::borrow::Cow;

/// The first of the pictures that Unicode has for control characters.
const PICTURES: u32 = 0x2400;
const PICTURE_OF_DEL: char = '\u{2421}';

/// `text` with a visible form in the place of everything a terminal obeys, except line breaks and tabs.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if !is_obeyed(c) => out.push(c),
            '\0'..='\x1f' => out.extend(char::from_u32(PICTURES + u32::from(c))),
            '\x7f' => out.push(PICTURE_OF_DEL),
            other => out.extend(other.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

/// Control characters, and those that turn the direction in which the rest of a line is shown.
fn is_obeyed(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() && !matches!(c, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_becomes_visible_and_the_rest_stays() {
        for (text, shown) in [
            ("a\n\tb – ü ␛", "a\n\tb – ü ␛"),
            ("ls\r\x1b[2Kdate", "ls␍␛[2Kdate"),
            ("\x07\x08\x7f\0", "␇␈␡␀"),
            ("\u{9b}2K", "\\u{9b}2K"),
            ("safe \u{202e}txt.sh", "safe \\u{202e}txt.sh"),
        ] {
            assert_eq!(printable(text), shown);
        }
    }
}
