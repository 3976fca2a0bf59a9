//! What the attributes of a declaration say: serde's instructions and the doc comment.

use anyhow::Result;
use syn::Attribute;
use syn::Expr;
use syn::ExprLit;
use syn::Lit;
use syn::LitStr;
use syn::Meta;
use syn::Token;

/// serde's instructions, those of containers, variants and fields in one.
#[derive(Debug, Default)]
pub struct Serde {
    /// The name on the wire.
    pub rename: Option<String>,
    /// How the names of members or alternatives are spelled.
    pub rename_all: Option<String>,
    /// How the names of the alternatives' members are spelled.
    pub rename_all_fields: Option<String>,
    /// The member that tells the alternatives apart.
    pub tag: Option<String>,
    /// Whether the shapes tell the alternatives apart.
    pub untagged: bool,
    /// Whether unknown members are refused.
    pub closed: bool,
    /// Whether the members stand among those of the container.
    pub flatten: bool,
    /// Whether serde does not know of it.
    pub skip: bool,
    /// Whether it is an extension of our own (`#[doc(hidden)]`), which the generated files leave out.
    pub is_extension: bool,
    /// `default` is `Some(None)`, `default = "f"` is `Some(Some("f"))`.
    pub default: Option<Option<String>>,
    /// Whether it is left out when written, if it holds nothing.
    pub omitted: bool,
    /// Whether it is the alternative that stands for none.
    pub is_default_variant: bool,
}

impl Serde {
    /// Reads the attributes of one declaration. Instructions this tool does not know are an error:
    /// the schemas would not say what serde does.
    pub fn read(attrs: &[Attribute]) -> Result<Self> {
        let mut out = Serde::default();
        for attr in attrs {
            if attr.path().is_ident("default") {
                out.is_default_variant = true;
            }
            if attr.path().is_ident("doc")
                && matches!(&attr.meta, Meta::List(list) if list.tokens.to_string() == "hidden")
            {
                out.is_extension = true;
            }
            if !attr.path().is_ident("serde") {
                continue;
            }
            attr.parse_nested_meta(|meta| {
                let value = if meta.input.peek(Token![=]) {
                    Some(meta.value()?.parse::<LitStr>()?.value())
                } else {
                    None
                };
                let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                match name.as_str() {
                    "rename" => out.rename = value,
                    "rename_all" => out.rename_all = value,
                    "rename_all_fields" => out.rename_all_fields = value,
                    "tag" => out.tag = value,
                    "untagged" => out.untagged = true,
                    "deny_unknown_fields" => out.closed = true,
                    "flatten" => out.flatten = true,
                    "skip" => out.skip = true,
                    "default" => out.default = Some(value),
                    "skip_serializing_if" => out.omitted = true,
                    "alias" | "with" | "remote" | "transparent" => {}
                    _ => return Err(meta.error("not an instruction the schemas reflect")),
                }
                Ok(())
            })?;
        }
        Ok(out)
    }
}

/// The doc comment: lines of a paragraph joined, paragraphs parted by a blank line.
pub fn doc(attrs: &[Attribute]) -> String {
    let mut out = String::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("doc")) {
        let Meta::NameValue(meta) = &attr.meta else {
            continue;
        };
        let Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) = &meta.value
        else {
            continue;
        };
        let line = text.value();
        let line = line.trim();
        if line.is_empty() {
            out.push_str("\n\n");
        } else {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push(if line.starts_with("- ") { '\n' } else { ' ' });
            }
            out.push_str(line);
        }
    }
    out.trim().to_owned()
}
