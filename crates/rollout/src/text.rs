//! Previews and titles: what of a user's message is shown where threads are listed (persistence.md §7).

/// What stands before the request itself in messages of editors.
const REQUEST_MARK: &str = "## My request for Codex:";

/// What first_user_message says of a message that is only images.
pub const IMAGE_ONLY: &str = "[Image]";

/// The request in a user's message: what follows the editors' mark, if it is there, else everything; trimmed.
pub fn request(message: &str) -> &str {
    message
        .find(REQUEST_MARK)
        .map_or(message, |at| &message[at + REQUEST_MARK.len()..])
        .trim()
}

/// The `first_user_message` that a message makes: its request, or a mark if it is only images; `None` if it is empty.
pub fn first_user_message(event: &crate::record::UserMessage) -> Option<String> {
    let text = request(&event.message);
    if !text.is_empty() {
        return Some(text.to_owned());
    }
    let images =
        event.images.as_ref().is_some_and(|images| !images.is_empty()) || !event.local_images.is_empty();
    images.then(|| IMAGE_ONLY.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_request_is_what_follows_the_first_mark() {
        assert_eq!(request("  plain \n"), "plain");
        assert_eq!(request("files\n## My request for Codex:\n do it "), "do it");
        assert_eq!(
            request("## my request for codex: x"),
            "## my request for codex: x"
        );
        assert_eq!(
            request("## My request for Codex: a ## My request for Codex: b"),
            "a ## My request for Codex: b"
        );
    }
}
