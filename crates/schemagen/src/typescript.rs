//! TypeScript of a single type.

use std::collections::BTreeSet;

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

/// First lines of every file.
pub const HEADER: &str = "// GENERATED CODE! DO NOT MODIFY BY HAND!\n\n";

/// Writes one type.
pub struct Writer<'a> {
    model: &'a Model,
    /// Whether the type is written by clients, who may leave out what has a default.
    written_by_clients: bool,
    /// The types that are used and have to be imported.
    imports: BTreeSet<String>,
}

/// The file of `def`, which lies in folder `v2` or beside it.
pub fn file(model: &Model, def: &TypeDef, in_v2: bool, written_by_clients: bool) -> String {
    let mut writer = Writer {
        model,
        written_by_clients,
        imports: BTreeSet::new(),
    };
    let body = writer.body(def);
    writer.imports.remove(&def.name);
    assemble(&def.name, in_v2, &comment(&def.doc), &body, &writer.imports)
}

/// Puts header, imports and declaration together.
pub fn assemble(name: &str, in_v2: bool, comment: &str, body: &str, used: &BTreeSet<String>) -> String {
    let mut imports: Vec<(String, &str)> = used
        .iter()
        .map(|name| {
            let from_v2 = !layout::is_top_level_in_typescript(name)
                || in_v2 && layout::IN_BOTH_PLACES.contains(&name.as_str());
            let folder = match (name.as_str(), in_v2, from_v2) {
                (JSON_VALUE, true, _) => "../serde_json/",
                (JSON_VALUE, false, _) => "./serde_json/",
                (_, false, true) => "./v2/",
                (_, true, false) => "../",
                _ => "./",
            };
            let path = format!("{folder}{}", layout::typescript_name(name));
            (path, layout::typescript_name(name))
        })
        .collect();
    imports.sort();
    let mut out = HEADER.to_owned();
    for (path, name) in &imports {
        out.push_str(&format!("import type {{ {name} }} from \"{path}\";\n"));
    }
    if !imports.is_empty() {
        out.push('\n');
    }
    out.push_str(&format!(
        "{comment}export type {} = {body};",
        layout::typescript_name(name)
    ));
    out.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

/// The type of values of any shape; it has a file of its own.
pub const JSON_VALUE: &str = "JsonValue";

impl Writer<'_> {
    fn body(&mut self, def: &TypeDef) -> String {
        match &def.body {
            Body::Alias(inner) => self.value(inner),
            Body::Struct(members) => self.object(None, members),
            Body::Enum { tagging, variants } => self.alternatives(tagging, variants),
        }
    }

    fn alternatives(&mut self, tagging: &Tagging, variants: &[Variant]) -> String {
        let shapes: Vec<String> = variants
            .iter()
            .map(|variant| self.alternative(tagging, variant))
            .collect();
        shapes.join(" | ")
    }

    fn alternative(&mut self, tagging: &Tagging, variant: &Variant) -> String {
        let comment = comment(&variant.doc);
        let lead = if comment.is_empty() {
            String::new()
        } else {
            format!("\n{comment}")
        };
        let shape = match (tagging, &variant.content) {
            (Tagging::Internal(tag), Content::Nothing) => format!("{{ \"{tag}\": \"{}\" }}", variant.name),
            (Tagging::Internal(tag), Content::Members(members)) => {
                self.object(Some((tag, &variant.name)), members)
            }
            (Tagging::Internal(tag), Content::Value(inner)) => {
                format!("{{ \"{tag}\": \"{}\" }} & {}", variant.name, self.value(inner))
            }
            (Tagging::External, Content::Nothing) => format!("\"{}\"", variant.name),
            (Tagging::External, Content::Members(members)) => {
                format!("{{ \"{}\": {} }}", variant.name, self.object(None, members))
            }
            (Tagging::External, Content::Value(inner)) => {
                format!("{{ \"{}\": {} }}", variant.name, self.value(inner))
            }
            (Tagging::Untagged, Content::Nothing) => "null".to_owned(),
            (Tagging::Untagged, Content::Members(members)) => self.object(None, members),
            (Tagging::Untagged, Content::Value(inner)) => self.value(inner),
        };
        format!("{lead}{shape}")
    }

    fn object(&mut self, tag: Option<(&str, &str)>, members: &Struct) -> String {
        let mut out = String::new();
        if let Some((tag, name)) = tag {
            out.push_str(&format!(" \"{tag}\": \"{name}\","));
        }
        for field in &members.fields {
            let comment = comment(&field.doc);
            let lead = if comment.is_empty() {
                " ".to_owned()
            } else {
                format!("\n{comment}")
            };
            out.push_str(&format!("{lead}{},", self.member(field)));
        }
        let own = if out.is_empty() {
            "Record<string, never>".to_owned()
        } else {
            format!("{{{out} }}")
        };
        match &members.flattened {
            None => own,
            Some(flattened) => {
                let more = match flattened {
                    Type::Named(name) => self.inline(name),
                    other => self.value(other),
                };
                if out.is_empty() {
                    more
                } else {
                    format!("{own} & ({more})")
                }
            }
        }
    }

    /// What clients write they may leave out where there is a default. What the server writes is
    /// null or left out, as the type says.
    fn member(&mut self, field: &Field) -> String {
        let (optional, ty) = match &field.ty {
            Type::Nullable(_) if self.written_by_clients => (true, self.value(&field.ty)),
            Type::Nullable(inner) if field.omitted => (true, self.value(inner)),
            ty => (
                field.omitted || self.written_by_clients && !field.required,
                self.value(ty),
            ),
        };
        format!("{}{}: {ty}", field.name, if optional { "?" } else { "" })
    }

    fn value(&mut self, ty: &Type) -> String {
        match ty {
            Type::String => "string".to_owned(),
            Type::Bool => "boolean".to_owned(),
            Type::Integer { .. } | Type::Number => "number".to_owned(),
            Type::Any => {
                self.imports.insert(JSON_VALUE.to_owned());
                JSON_VALUE.to_owned()
            }
            Type::List(inner) => format!("Array<{}>", self.value(inner)),
            Type::Map(inner) => format!("{{ [key in string]?: {} }}", self.value(inner)),
            Type::Nullable(inner) => {
                let inner = self.value(inner);
                if inner.ends_with("| null") {
                    inner
                } else {
                    format!("{inner} | null")
                }
            }
            Type::Named(name) if layout::INLINE_IN_TYPESCRIPT.contains(&name.as_str()) => self.inline(name),
            Type::Named(name) => {
                self.imports.insert(name.clone());
                layout::typescript_name(name).to_owned()
            }
        }
    }

    fn inline(&mut self, name: &str) -> String {
        match self.model.types.get(name) {
            Some(def) => self.body(def),
            None => panic!("{name} is not a type of the protocol"),
        }
    }
}

/// A doc comment, or nothing if there is nothing to say.
pub fn comment(doc: &str) -> String {
    if doc.is_empty() {
        return String::new();
    }
    let mut out = "/**\n".to_owned();
    for (i, line) in doc.lines().enumerate() {
        if line.is_empty() {
            if i > 0 {
                out.push_str(" *\n");
            }
            continue;
        }
        let mut width = 0;
        for word in line.split_whitespace() {
            if width == 0 {
                out.push_str(" *");
            } else if width + word.len() > 90 {
                out.push_str("\n *");
                width = 0;
            }
            out.push(' ');
            out.push_str(&word.replace("*/", "*\\/"));
            width += word.len() + 1;
        }
        out.push('\n');
    }
    out.push_str(" */\n");
    out
}
