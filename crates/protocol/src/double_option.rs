//! Members for which null and absence mean different things: `Option<Option<T>>`.
//!
//! Used as `#[serde(default, with = "double_option", skip_serializing_if = "Option::is_none")]`:
//! absent is `None`, null is `Some(None)`, a value is `Some(Some(value))`.

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

pub(crate) fn serialize<T: Serialize, S: Serializer>(
    member: &Option<Option<T>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    member.as_ref().and_then(Option::as_ref).serialize(serializer)
}

pub(crate) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
