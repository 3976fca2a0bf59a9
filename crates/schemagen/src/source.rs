//! Reads the sources of `codex-protocol` into the [`Model`].
//!
//! The declarations there are plain data with serde's derives, so the sources say all there is to
//! know, doc comments included, and the shipped program carries no reflection of its types.

use std::path::Path;

use anyhow::Context;
use anyhow::Result;
use anyhow::bail;
use serde_json::Value;
use serde_json::json;
use syn::Fields;
use syn::FieldsNamed;
use syn::GenericArgument;
use syn::Item;
use syn::PathArguments;

use crate::attrs::Serde;
use crate::attrs::doc;
use crate::case;
use crate::layout;
use crate::model::Body;
use crate::model::Content;
use crate::model::Field;
use crate::model::Model;
use crate::model::Module;
use crate::model::Struct;
use crate::model::Tagging;
use crate::model::Type;
use crate::model::TypeDef;
use crate::model::Variant;

/// Reads every module in `folder` that declares wire types.
pub fn read(folder: &Path) -> Result<Model> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| format!("failed to list {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.sort();
    let mut model = Model::default();
    let mut defaults = Vec::new();
    for file in files {
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if layout::MODULES_WITHOUT_TYPES.contains(&name.as_str()) {
            continue;
        }
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
        let syntax = syn::parse_file(&text).with_context(|| format!("failed to parse {}", file.display()))?;
        let mut module = Module {
            name,
            doc: doc(&syntax.attrs),
            types: Vec::new(),
        };
        for item in &syntax.items {
            let context = || format!("in {}", file.display());
            if let Some(def) = declaration(item, &mut defaults).with_context(context)? {
                module.types.push(def.name.clone());
                model.types.insert(def.name.clone(), def);
            }
        }
        model.modules.push(module);
    }
    fill_in_defaults(&mut model, &defaults);
    Ok(model)
}

/// The default variants of enums: their name and the variant's.
type Defaults = Vec<(String, String)>;

fn declaration(item: &Item, defaults: &mut Defaults) -> Result<Option<TypeDef>> {
    let (name, attrs, body) = match item {
        Item::Struct(item) => {
            let serde = Serde::read(&item.attrs)?;
            if serde.is_extension {
                return Ok(None);
            }
            let body = match &item.fields {
                Fields::Named(fields) => {
                    Body::Struct(members(fields, serde.rename_all.as_deref(), serde.closed)?)
                }
                Fields::Unnamed(fields) => match fields.unnamed.first() {
                    Some(field) if fields.unnamed.len() == 1 => Body::Alias(ty(&field.ty)?),
                    _ => bail!("{} is a tuple", item.ident),
                },
                Fields::Unit => return Ok(None),
            };
            (item.ident.to_string(), &item.attrs, body)
        }
        Item::Enum(item) if Serde::read(&item.attrs)?.is_extension => return Ok(None),
        Item::Enum(item) => (item.ident.to_string(), &item.attrs, alternatives(item, defaults)?),
        Item::Type(item) => (item.ident.to_string(), &item.attrs, Body::Alias(ty(&item.ty)?)),
        _ => return Ok(None),
    };
    Ok(Some(TypeDef {
        doc: doc(attrs),
        name,
        body,
    }))
}

fn alternatives(item: &syn::ItemEnum, defaults: &mut Defaults) -> Result<Body> {
    let serde = Serde::read(&item.attrs)?;
    let tagging = match (&serde.tag, serde.untagged) {
        (Some(tag), _) => Tagging::Internal(tag.clone()),
        (None, true) => Tagging::Untagged,
        (None, false) => Tagging::External,
    };
    let mut variants = Vec::new();
    for variant in &item.variants {
        let attrs = Serde::read(&variant.attrs)?;
        let rust_name = variant.ident.to_string();
        let renamed = || match &serde.rename_all {
            Some(rule) => case::variant(rule, &rust_name),
            None => rust_name.clone(),
        };
        let name = attrs.rename.clone().unwrap_or_else(renamed);
        if attrs.is_default_variant {
            defaults.push((item.ident.to_string(), name.clone()));
        }
        let catch_all = attrs.untagged || attrs.skip || rust_name == layout::CATCH_ALL && serde.untagged;
        if catch_all && !layout::WITH_NAMED_OTHER.contains(&item.ident.to_string().as_str()) {
            continue;
        }
        let content = match &variant.fields {
            _ if catch_all => Content::Nothing,
            Fields::Unit => Content::Nothing,
            Fields::Named(fields) => {
                let rule = attrs.rename_all.as_deref().or(serde.rename_all_fields.as_deref());
                Content::Members(members(fields, rule, false)?)
            }
            Fields::Unnamed(fields) => match fields.unnamed.first() {
                Some(field) if fields.unnamed.len() == 1 => Content::Value(ty(&field.ty)?),
                _ => bail!("{} of {} is a tuple", variant.ident, item.ident),
            },
        };
        variants.push(Variant {
            name,
            doc: doc(&variant.attrs),
            content,
        });
    }
    Ok(Body::Enum { tagging, variants })
}

fn members(fields: &FieldsNamed, rule: Option<&str>, closed: bool) -> Result<Struct> {
    let mut out = Struct {
        closed,
        ..Struct::default()
    };
    for field in &fields.named {
        let serde = Serde::read(&field.attrs)?;
        let rust_name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
        if serde.flatten && rust_name == layout::UNKNOWN_FIELDS || serde.is_extension {
            continue;
        }
        let ty = ty(&field.ty)?;
        if serde.flatten {
            out.flattened = Some(ty);
            continue;
        }
        let name = match (&serde.rename, rule) {
            (Some(name), _) => name.clone(),
            (None, Some(rule)) => case::field(rule, &rust_name),
            (None, None) => rust_name,
        };
        let nullable = matches!(ty, Type::Nullable(_));
        let default = match &serde.default {
            Some(_) if serde.omitted => None,
            Some(function) => Some(default_value(function.as_deref(), &ty)?),
            None => None,
        };
        out.fields.push(Field {
            name,
            doc: doc(&field.attrs),
            required: !nullable && serde.default.is_none(),
            ty,
            default,
            omitted: serde.omitted,
        });
    }
    Ok(out)
}

/// What a default stands for. That of a named type is its name for now, see [`fill_in_defaults`].
fn default_value(function: Option<&str>, ty: &Type) -> Result<Value> {
    Ok(match (function, ty) {
        (Some("default_true"), _) => json!(true),
        (Some("all_input_modalities"), _) => json!(["text", "image"]),
        (Some(other), _) => bail!("unknown default {other}"),
        (None, Type::Bool) => json!(false),
        (None, Type::String) => json!(""),
        (None, Type::Integer { .. }) => json!(0),
        (None, Type::Nullable(_)) => Value::Null,
        (None, Type::List(_)) => json!([]),
        (None, Type::Map(_)) => json!({}),
        (None, Type::Named(name)) => json!(name),
        (None, other) => bail!("no default for {other:?}"),
    })
}

fn fill_in_defaults(model: &mut Model, defaults: &Defaults) {
    let fill = |members: &mut Struct| {
        for field in &mut members.fields {
            let (Type::Named(name), Some(default)) = (&field.ty, &mut field.default) else {
                continue;
            };
            if let Some((_, variant)) = defaults.iter().find(|(of, _)| of == name) {
                *default = json!(variant);
            }
        }
    };
    for def in model.types.values_mut() {
        match &mut def.body {
            Body::Alias(_) => {}
            Body::Struct(members) => fill(members),
            Body::Enum { variants, .. } => {
                for variant in variants {
                    if let Content::Members(members) = &mut variant.content {
                        fill(members);
                    }
                }
            }
        }
    }
}

fn ty(syntax: &syn::Type) -> Result<Type> {
    let syn::Type::Path(path) = syntax else {
        bail!("a type that is no path")
    };
    let Some(segment) = path.path.segments.last() else {
        bail!("a type without a name")
    };
    let mut arguments = Vec::new();
    if let PathArguments::AngleBracketed(list) = &segment.arguments {
        for argument in &list.args {
            if let GenericArgument::Type(argument) = argument {
                arguments.push(ty(argument)?);
            }
        }
    }
    let unsigned = |format, minimum| Type::Integer {
        format,
        minimum: Some(minimum),
    };
    let signed = |format| Type::Integer {
        format,
        minimum: None,
    };
    let mut last = || {
        arguments
            .pop()
            .map(Box::new)
            .context("a type argument is missing")
    };
    Ok(match segment.ident.to_string().as_str() {
        "String" | "PathBuf" => Type::String,
        "bool" => Type::Bool,
        "i32" => signed("int32"),
        "i64" => signed("int64"),
        "u16" => unsigned("uint16", 0.0),
        "u32" => unsigned("uint32", 0.0),
        "u64" => unsigned("uint64", 0.0),
        "usize" => unsigned("uint", 0.0),
        "NonZeroUsize" => unsigned("uint", 1.0),
        "f64" => Type::Number,
        "Value" => Type::Any,
        "Vec" => Type::List(last()?),
        "BTreeMap" => Type::Map(last()?),
        "Map" => Type::Map(Box::new(Type::Any)),
        "Option" => Type::Nullable(last()?),
        name => Type::Named(name.to_owned()),
    })
}
