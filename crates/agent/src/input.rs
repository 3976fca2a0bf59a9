//! What the user says: for the model, for the item, for the record (turns.md §3).

use std::path::Path;

use codex_protocol::{ContentItem, ImageDetail, ResponseItem, ThreadItem, UserInput};

use crate::images;

/// The user's message as the model gets it.
pub(crate) fn to_model(input: &[UserInput]) -> ResponseItem {
    let mut parts = Vec::new();
    let mut images_so_far = 0;
    for part in input {
        match part {
            UserInput::Text { text, .. } => parts.push(ContentItem::input_text(text.as_str())),
            UserInput::Image { url } => {
                images_so_far += 1;
                parts.push(ContentItem::input_text("<image>"));
                parts.push(ContentItem::input_image(url.as_str(), Some(ImageDetail::High)));
                parts.push(ContentItem::input_text("</image>"));
            }
            UserInput::LocalImage { path } => {
                images_so_far += 1;
                local_image(path, images_so_far, &mut parts);
            }
            UserInput::Skill { .. } | UserInput::Mention { .. } => {}
        }
    }
    ResponseItem::message("user", parts)
}

fn local_image(path: &Path, number: usize, parts: &mut Vec<ContentItem>) {
    match images::load(path, images::Fit::Scaled) {
        Ok(image) => {
            parts.push(ContentItem::input_text(format!("<image name=[Image #{number}]>")));
            parts.push(ContentItem::input_image(
                image.data_url(),
                Some(ImageDetail::High),
            ));
            parts.push(ContentItem::input_text("</image>"));
        }
        Err(images::ImageError::Read(error)) => {
            parts.push(ContentItem::input_text(format!(
                "Codex could not read the local image at `{}`: {error}",
                path.display()
            )));
        }
        Err(images::ImageError::Unsupported(kind)) => {
            parts.push(ContentItem::input_text(format!(
                "Codex cannot attach image at `{}`: unsupported image `{kind}`.",
                path.display()
            )));
        }
    }
}

/// The item that shows the message.
pub(crate) fn to_item(input: Vec<UserInput>) -> ThreadItem {
    ThreadItem::UserMessage {
        id: uuid::Uuid::new_v4().to_string(),
        content: input,
    }
}

/// Steered input as it is recorded: a local image is held as its data, mentions are lost (turns.md §5).
pub(crate) fn steered(input: Vec<UserInput>) -> Vec<UserInput> {
    input
        .into_iter()
        .filter_map(|part| match part {
            UserInput::LocalImage { path } => match images::load(&path, images::Fit::Scaled) {
                Ok(image) => Some(UserInput::Image {
                    url: image.data_url(),
                }),
                Err(_) => Some(UserInput::LocalImage { path }),
            },
            UserInput::Skill { .. } | UserInput::Mention { .. } => None,
            other => Some(other),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(t: &str) -> UserInput {
        UserInput::Text {
            text: t.into(),
            text_elements: Vec::new(),
        }
    }

    #[test]
    fn images_are_wrapped_and_mentions_say_nothing_to_the_model() {
        let mention = UserInput::Mention {
            name: "App".into(),
            path: "app://x".into(),
        };
        let ResponseItem::Message { content, .. } = to_model(&[
            UserInput::Image {
                url: "https://x/a.png".into(),
            },
            text("what?"),
            mention,
        ]) else {
            panic!("a message")
        };
        let texts: Vec<_> = content.iter().map(|part| part.text()).collect();
        assert_eq!(texts, [Some("<image>"), None, Some("</image>"), Some("what?")]);
    }

    #[test]
    fn an_image_that_is_not_there_becomes_a_sentence() {
        let ResponseItem::Message { content, .. } = to_model(&[UserInput::LocalImage {
            path: "/no/such.png".into(),
        }]) else {
            panic!("a message")
        };
        assert_eq!(
            content[0].text(),
            Some(
                "Codex could not read the local image at `/no/such.png`: No such file or directory (os error 2)"
            )
        );
    }
}
