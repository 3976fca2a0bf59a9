//! What the items of a conversation with the model are made of: parts of messages, of thoughts and
//! of what tools yield.
//!
//! Like the items they keep the fields and kinds they do not know.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Map;
use serde_json::Value;

/// How closely a model looks at an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ImageDetail {
    Auto,
    Low,
    High,
    Original,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ContentItem {
    /// Text for the model.
    InputText {
        /// The text.
        text: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// An image for the model.
    InputImage {
        /// Address of the image, usually a `data:` one.
        image_url: String,
        /// How closely the model should look.
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<ImageDetail>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// Text of the model.
    OutputText {
        /// The text.
        text: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A part of another kind, kept as it came.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

/// A part of what the model thought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ReasoningItemContent {
    /// A thought.
    ReasoningText {
        /// The text.
        text: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A thought, in the spelling of some providers.
    Text {
        /// The text.
        text: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A part of another kind, kept as it came.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

/// A part of the summary of what the model thought.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ReasoningItemReasoningSummary {
    /// A paragraph.
    SummaryText {
        /// The text.
        text: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A part of another kind, kept as it came.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

/// What a tool yielded: a text, or texts and images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FunctionCallOutputBody {
    /// A text.
    Text(String),
    /// Texts and images.
    Items(Vec<FunctionCallOutputContentItem>),
    /// An output in another form, kept as it came.
    Other(Value),
}

/// A part of what a tool yielded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FunctionCallOutputContentItem {
    /// A text.
    InputText {
        /// The text.
        text: String,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// An image.
    InputImage {
        /// Address of the image, usually a `data:` one.
        image_url: String,
        /// How closely the model should look.
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<ImageDetail>,
        /// Fields not known here.
        #[serde(flatten)]
        extra: Map<String, Value>,
    },
    /// A part of another kind, kept as it came.
    #[serde(untagged)]
    Other(Map<String, Value>),
}

impl ContentItem {
    /// Text for the model.
    pub fn input_text(text: impl Into<String>) -> Self {
        ContentItem::InputText {
            text: text.into(),
            extra: Map::new(),
        }
    }

    /// An image for the model.
    pub fn input_image(image_url: impl Into<String>, detail: Option<ImageDetail>) -> Self {
        ContentItem::InputImage {
            image_url: image_url.into(),
            detail,
            extra: Map::new(),
        }
    }

    /// Text of the model.
    pub fn output_text(text: impl Into<String>) -> Self {
        ContentItem::OutputText {
            text: text.into(),
            extra: Map::new(),
        }
    }

    /// The text, if this part is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            ContentItem::InputText { text, .. } | ContentItem::OutputText { text, .. } => Some(text),
            ContentItem::InputImage { .. } | ContentItem::Other(_) => None,
        }
    }
}

impl FunctionCallOutputContentItem {
    /// A text.
    pub fn input_text(text: impl Into<String>) -> Self {
        FunctionCallOutputContentItem::InputText {
            text: text.into(),
            extra: Map::new(),
        }
    }

    /// An image.
    pub fn input_image(image_url: impl Into<String>, detail: Option<ImageDetail>) -> Self {
        FunctionCallOutputContentItem::InputImage {
            image_url: image_url.into(),
            detail,
            extra: Map::new(),
        }
    }
}

impl From<String> for FunctionCallOutputBody {
    fn from(text: String) -> Self {
        FunctionCallOutputBody::Text(text)
    }
}

impl From<&str> for FunctionCallOutputBody {
    fn from(text: &str) -> Self {
        FunctionCallOutputBody::Text(text.to_owned())
    }
}

impl From<Vec<FunctionCallOutputContentItem>> for FunctionCallOutputBody {
    fn from(items: Vec<FunctionCallOutputContentItem>) -> Self {
        FunctionCallOutputBody::Items(items)
    }
}
