//! JSON Schema (draft 7) of a single type.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::case;
use crate::layout;
use crate::model::Body;
use crate::model::Content;
use crate::model::Field;
use crate::model::Model;
use crate::model::Struct;
use crate::model::Tagging;
use crate::model::Type;
use crate::model::TypeDef;
use crate::model::Variant;

/// Writes schemas of types, with references as `reference` spells them.
pub struct Schemas<'a> {
    /// The types.
    pub model: &'a Model,
    /// The reference to a type, by its name in Rust.
    pub reference: &'a dyn Fn(&str) -> String,
}

impl Schemas<'_> {
    /// The schema of a type.
    pub fn of(&self, def: &TypeDef) -> Value {
        let name = layout::json_name(&def.name);
        let mut schema = match &def.body {
            Body::Alias(inner) => self.value(inner),
            Body::Struct(members) => {
                self.object(members, !layout::MAPS_NOT_IN_JSON.contains(&def.name.as_str()))
            }
            Body::Enum { tagging, variants } => self.alternatives(&name, tagging, variants),
        };
        describe(&mut schema, &def.doc);
        schema.into()
    }

    fn object(&self, members: &Struct, with_map: bool) -> Map<String, Value> {
        let mut schema = Map::new();
        schema.insert("type".into(), "object".into());
        let mut fields: Vec<&Field> = members.fields.iter().collect();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let required: Vec<&str> = fields
            .iter()
            .filter(|field| field.required)
            .map(|field| field.name.as_str())
            .collect();
        match &members.flattened {
            Some(Type::Map(_)) if !with_map => {}
            Some(Type::Map(inner)) => {
                schema.insert(
                    "additionalProperties".into(),
                    any_as_true(self.value(inner).into()),
                );
            }
            Some(Type::Named(name)) => schema.extend(self.inline(name)),
            Some(_) | None => {}
        }
        if members.closed {
            schema.insert("additionalProperties".into(), false.into());
        }
        if !required.is_empty() {
            schema.insert("required".into(), json!(required));
        }
        if !fields.is_empty() {
            let properties: Map<String, Value> = fields
                .iter()
                .map(|field| (field.name.clone(), self.member(field)))
                .collect();
            schema.insert("properties".into(), properties.into());
        }
        schema
    }

    fn inline(&self, name: &str) -> Map<String, Value> {
        match self.model.types.get(name).map(|def| &def.body) {
            Some(Body::Enum { tagging, variants }) => self.alternatives("", tagging, variants),
            Some(Body::Struct(members)) => self.object(members, true),
            Some(Body::Alias(inner)) => self.value(inner),
            None => panic!("{name} is not a type of the protocol"),
        }
    }

    fn member(&self, field: &Field) -> Value {
        let mut schema = self.value(&field.ty);
        if schema.is_empty() && field.doc.is_empty() && field.default.is_none() {
            return true.into();
        }
        if !field.doc.is_empty() || field.default.is_some() {
            // Draft 7 ignores what stands beside a reference.
            if schema.contains_key("$ref") {
                schema = Map::from_iter([("allOf".into(), json!([schema]))]);
            }
        }
        let mut out = Map::new();
        if !field.doc.is_empty() {
            out.insert("description".into(), field.doc.clone().into());
        }
        if let Some(default) = &field.default {
            out.insert("default".into(), default.clone());
        }
        out.extend(schema);
        out.into()
    }

    fn value(&self, ty: &Type) -> Map<String, Value> {
        let schema = match ty {
            Type::String => json!({"type": "string"}),
            Type::Bool => json!({"type": "boolean"}),
            Type::Integer {
                format,
                minimum: None,
            } => json!({"type": "integer", "format": format}),
            Type::Integer { format, minimum } => {
                json!({"type": "integer", "format": format, "minimum": minimum})
            }
            Type::Number => json!({"type": "number", "format": "double"}),
            Type::Any => json!({}),
            Type::List(inner) => json!({"type": "array", "items": any_as_true(self.value(inner).into())}),
            Type::Map(inner) => {
                json!({"type": "object", "additionalProperties": any_as_true(self.value(inner).into())})
            }
            Type::Nullable(inner) => return self.nullable(inner),
            Type::Named(name) if layout::INLINE_IN_JSON.contains(&name.as_str()) => return self.inline(name),
            Type::Named(name) => json!({"$ref": (self.reference)(name)}),
        };
        match schema {
            Value::Object(schema) => schema,
            other => panic!("{other} is no schema"),
        }
    }

    fn nullable(&self, inner: &Type) -> Map<String, Value> {
        let mut schema = self.value(inner);
        match schema.get("type") {
            Some(Value::String(kind)) => {
                let kinds = json!([kind, "null"]);
                schema.insert("type".into(), kinds);
            }
            Some(_) => {}
            None if schema.is_empty() => {}
            None => return Map::from_iter([("anyOf".into(), json!([schema, {"type": "null"}]))]),
        }
        schema
    }

    fn alternatives(&self, name: &str, tagging: &Tagging, variants: &[Variant]) -> Map<String, Value> {
        match tagging {
            Tagging::Untagged => {
                let shapes: Vec<Value> = variants.iter().map(|variant| self.untagged(variant)).collect();
                Map::from_iter([("anyOf".into(), shapes.into())])
            }
            Tagging::Internal(tag) => {
                let shapes: Vec<Value> = variants
                    .iter()
                    .map(|variant| self.internally_tagged(name, tag, variant))
                    .collect();
                Map::from_iter([("oneOf".into(), shapes.into())])
            }
            Tagging::External => self.externally_tagged(name, variants),
        }
    }

    fn untagged(&self, variant: &Variant) -> Value {
        let mut schema = match &variant.content {
            Content::Nothing => Map::from_iter([("type".into(), "null".into())]),
            Content::Value(inner) => self.value(inner),
            Content::Members(members) => self.object(members, true),
        };
        if !schema.contains_key("$ref") {
            describe(&mut schema, &variant.doc);
        }
        schema.into()
    }

    fn internally_tagged(&self, name: &str, tag: &str, variant: &Variant) -> Value {
        let mut members = match &variant.content {
            Content::Nothing => Struct::default(),
            Content::Members(members) => members.clone(),
            Content::Value(Type::Named(inner)) => match self.model.types.get(inner).map(|def| &def.body) {
                Some(Body::Struct(members)) => members.clone(),
                _ => panic!("{inner} cannot be tagged"),
            },
            Content::Value(other) => panic!("{other:?} cannot be tagged"),
        };
        let title = format!("{}{name}", case::title(&variant.name));
        members.fields.push(Field {
            name: tag.to_owned(),
            doc: String::new(),
            ty: Type::String,
            required: true,
            default: None,
            omitted: false,
        });
        let mut schema = self.object(&members, true);
        if let Some(Value::Object(property)) = schema["properties"].get_mut(tag) {
            property.insert("enum".into(), json!([variant.name]));
            if !name.is_empty() {
                property.insert("title".into(), format!("{title}{}", case::title(tag)).into());
            }
        }
        if !name.is_empty() {
            schema.insert("title".into(), title.into());
        }
        describe(&mut schema, &variant.doc);
        schema.into()
    }

    /// Names without a meaning of their own go into one list, as far as they stand together.
    fn externally_tagged(&self, name: &str, variants: &[Variant]) -> Map<String, Value> {
        let is_plain = |variant: &Variant| matches!(variant.content, Content::Nothing);
        if variants
            .iter()
            .all(|variant| is_plain(variant) && variant.doc.is_empty())
        {
            let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
            return Map::from_iter([("type".into(), "string".into()), ("enum".into(), json!(names))]);
        }
        let mut shapes = Vec::new();
        let bare: Vec<&str> = variants
            .iter()
            .filter(|variant| is_plain(variant) && variant.doc.is_empty())
            .map(|variant| variant.name.as_str())
            .collect();
        if !bare.is_empty() {
            shapes.push(json!({"type": "string", "enum": bare}));
        }
        for variant in variants {
            let inner = match &variant.content {
                Content::Nothing if variant.doc.is_empty() => continue,
                Content::Nothing => {
                    shapes
                        .push(json!({"description": variant.doc, "type": "string", "enum": [variant.name]}));
                    continue;
                }
                Content::Value(inner) => self.value(inner),
                Content::Members(members) => self.object(members, true),
            };
            let mut schema = Map::new();
            schema.insert("type".into(), "object".into());
            schema.insert("required".into(), json!([variant.name]));
            schema.insert("properties".into(), json!({variant.name.as_str(): inner}));
            schema.insert("additionalProperties".into(), false.into());
            schema.insert(
                "title".into(),
                format!("{}{name}", case::title(&variant.name)).into(),
            );
            describe(&mut schema, &variant.doc);
            shapes.push(schema.into());
        }
        Map::from_iter([("oneOf".into(), shapes.into())])
    }
}

fn describe(schema: &mut Map<String, Value>, doc: &str) {
    if !doc.is_empty() {
        schema.shift_insert(0, "description".into(), doc.into());
    }
}

/// A schema that allows everything is written `true`.
fn any_as_true(schema: Value) -> Value {
    match &schema {
        Value::Object(members) if members.is_empty() => true.into(),
        _ => schema,
    }
}
