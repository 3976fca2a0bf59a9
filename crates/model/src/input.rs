//! The history as a request's `input`: the recorded items without the service's own ids, which mean nothing to a
//! service that was asked not to store them. Written straight from the items; nothing is copied.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io;
use std::sync::Arc;

use codex_protocol::ResponseItem;
use serde::ser::{Error as _, Impossible, SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

/// What may stand in a request's `input`: an item, or something that knows where one is kept.
pub trait InputItem {
    /// The item. Fails if it can't be read from where it is kept.
    fn item(&self) -> io::Result<Cow<'_, ResponseItem>>;

    /// About how many bytes have to be read for it; none for what is in memory.
    fn bytes(&self) -> usize {
        0
    }
}

impl InputItem for ResponseItem {
    fn item(&self) -> io::Result<Cow<'_, ResponseItem>> {
        Ok(Cow::Borrowed(self))
    }
}

impl<T: InputItem + ?Sized> InputItem for &T {
    fn item(&self) -> io::Result<Cow<'_, ResponseItem>> {
        (**self).item()
    }

    fn bytes(&self) -> usize {
        (**self).bytes()
    }
}

impl<T: InputItem + ?Sized> InputItem for Arc<T> {
    fn item(&self) -> io::Result<Cow<'_, ResponseItem>> {
        (**self).item()
    }

    fn bytes(&self) -> usize {
        (**self).bytes()
    }
}

/// `input` of a request.
pub(crate) struct Input<'a, I> {
    pub(crate) items: &'a [I],
    /// Whether the service keeps items and so wants their ids back (Azure).
    pub(crate) keep_ids: bool,
}

impl<I: InputItem> Serialize for Input<'_, I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.items.len()))?;
        for item in self.items {
            let item = item.item().map_err(S::Error::custom)?;
            let item = &*item;
            // An image has no meaning for the service but by its id.
            if self.keep_ids || matches!(item, ResponseItem::ImageGenerationCall { .. }) {
                seq.serialize_element(item)?;
            } else {
                seq.serialize_element(&WithoutId(item))?;
            }
        }
        seq.end()
    }
}

struct WithoutId<'a>(&'a ResponseItem);

impl Serialize for WithoutId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(Filter(serializer))
    }
}

/// Passes an object on without its member `id`.
struct Filter<S>(S);

struct FilterMap<M> {
    inner: M,
    skipping: bool,
}

/// Compares a key that is written in pieces with `id`.
struct KeyIsId {
    rest: &'static str,
    same: bool,
}

impl fmt::Write for KeyIsId {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        match self.rest.strip_prefix(piece) {
            Some(rest) => self.rest = rest,
            None => self.same = false,
        }
        Ok(())
    }
}

struct KeyText<'a, K: ?Sized>(&'a K);

impl<K: Serialize + ?Sized> fmt::Display for KeyText<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.serialize(f)
    }
}

fn is_id<K: Serialize + ?Sized>(key: &K) -> bool {
    let mut compare = KeyIsId {
        rest: "id",
        same: true,
    };
    write!(compare, "{}", KeyText(key)).is_ok() && compare.same && compare.rest.is_empty()
}

impl<M: SerializeMap> SerializeMap for FilterMap<M> {
    type Ok = M::Ok;
    type Error = M::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), M::Error> {
        self.skipping = is_id(key);
        if self.skipping {
            Ok(())
        } else {
            self.inner.serialize_key(key)
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), M::Error> {
        if self.skipping {
            Ok(())
        } else {
            self.inner.serialize_value(value)
        }
    }

    fn end(self) -> Result<M::Ok, M::Error> {
        self.inner.end()
    }
}

impl<M: SerializeStruct> SerializeStruct for FilterMap<M> {
    type Ok = M::Ok;
    type Error = M::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), M::Error> {
        if key == "id" {
            self.inner.skip_field(key)
        } else {
            self.inner.serialize_field(key, value)
        }
    }

    fn end(self) -> Result<M::Ok, M::Error> {
        self.inner.end()
    }
}

/// The many methods of a serializer that an item, being an object, never calls.
macro_rules! refuse {
    ($($method:ident($($kind:ty),*) -> $out:ident;)*) => {
        $(fn $method(self, $(_: $kind),*) -> Result<Self::$out, S::Error> {
            Err(S::Error::custom("a response item is an object"))
        })*
    };
}

impl<S: Serializer> Serializer for Filter<S> {
    type Ok = S::Ok;
    type Error = S::Error;
    type SerializeSeq = Impossible<S::Ok, S::Error>;
    type SerializeTuple = Impossible<S::Ok, S::Error>;
    type SerializeTupleStruct = Impossible<S::Ok, S::Error>;
    type SerializeTupleVariant = Impossible<S::Ok, S::Error>;
    type SerializeMap = FilterMap<S::SerializeMap>;
    type SerializeStruct = FilterMap<S::SerializeStruct>;
    type SerializeStructVariant = Impossible<S::Ok, S::Error>;

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, S::Error> {
        // The length may shrink by one; only formats that need it up front would care, and JSON does not.
        let _ = len;
        Ok(FilterMap {
            inner: self.0.serialize_map(None)?,
            skipping: false,
        })
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Self::SerializeStruct, S::Error> {
        Ok(FilterMap {
            inner: self.0.serialize_struct(name, len)?,
            skipping: false,
        })
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom("a response item is an object"))
    }

    refuse! {
        serialize_bool(bool) -> Ok;
        serialize_i8(i8) -> Ok;
        serialize_i16(i16) -> Ok;
        serialize_i32(i32) -> Ok;
        serialize_i64(i64) -> Ok;
        serialize_u8(u8) -> Ok;
        serialize_u16(u16) -> Ok;
        serialize_u32(u32) -> Ok;
        serialize_u64(u64) -> Ok;
        serialize_f32(f32) -> Ok;
        serialize_f64(f64) -> Ok;
        serialize_char(char) -> Ok;
        serialize_str(&str) -> Ok;
        serialize_bytes(&[u8]) -> Ok;
        serialize_none() -> Ok;
        serialize_unit() -> Ok;
        serialize_unit_struct(&'static str) -> Ok;
        serialize_unit_variant(&'static str, u32, &'static str) -> Ok;
        serialize_seq(Option<usize>) -> SerializeSeq;
        serialize_tuple(usize) -> SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> SerializeStructVariant;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn sent(keep_ids: bool, item: Value) -> Value {
        let item: ResponseItem = serde_json::from_value(item).unwrap();
        let mut list = serde_json::to_value(Input {
            items: &[item],
            keep_ids,
        })
        .unwrap();
        list[0].take()
    }

    #[test]
    fn ids_of_the_service_are_not_sent_back() {
        let content = json!([{"type": "output_text", "text": "hi", "id": "inner"}]);
        let message = json!({"type": "message", "id": "m", "role": "assistant", "content": content});
        let expected = json!({"type": "message", "role": "assistant", "content": content});
        assert_eq!(sent(false, message), expected);
        let reasoning =
            json!({"type": "reasoning", "id": "r", "summary": [], "content": [], "encrypted_content": "x"});
        assert_eq!(
            sent(false, reasoning),
            json!({"type": "reasoning", "summary": [], "content": [], "encrypted_content": "x"})
        );
        let call =
            json!({"type": "function_call", "id": "f", "call_id": "c", "name": "n", "arguments": "{}"});
        assert_eq!(sent(false, call)["id"], Value::Null);
        let unknown = json!({"type": "brand_new", "id": "n", "identity": 1});
        assert_eq!(sent(false, unknown), json!({"type": "brand_new", "identity": 1}));
    }

    #[test]
    fn images_and_services_that_store_keep_their_ids() {
        let image =
            json!({"type": "image_generation_call", "id": "i", "status": "completed", "result": "b64"});
        assert_eq!(sent(false, image.clone()), image);
        let message = json!({"type": "message", "id": "m", "role": "assistant", "content": []});
        assert_eq!(sent(true, message.clone()), message);
    }
}
