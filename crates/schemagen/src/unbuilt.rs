//! Reads which methods have no service yet from where the server lists them, so that the reference page says what the
//! server does.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use anyhow::Result;
use syn::Ident;
use syn::Item;
use syn::LitStr;
use syn::Token;
use syn::Type;
use syn::parse::Parse;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;

/// The server's list.
const LIST: &str = "crates/server/src/handlers/unbuilt.rs";

/// The names of the methods whose handlers only say that they are missing.
pub fn read(workspace: &Path) -> Result<BTreeSet<String>> {
    let path = workspace.join(LIST);
    let text = std::fs::read_to_string(&path).with_context(|| format!("failed to read {LIST}"))?;
    let file = syn::parse_file(&text).with_context(|| format!("failed to parse {LIST}"))?;
    let list = file.items.iter().find_map(|item| match item {
        Item::Macro(item) if item.mac.path.is_ident("unbuilt") => Some(&item.mac),
        _ => None,
    });
    let list = list.with_context(|| format!("no list `unbuilt! {{ … }}` in {LIST}"))?;
    let rows = list
        .parse_body_with(Punctuated::<Row, Token![;]>::parse_terminated)
        .with_context(|| {
            format!("the list in {LIST} is not of rows `handler(Params) -> Result, \"method\";`")
        })?;
    Ok(rows.into_iter().map(|row| row.method).collect())
}

/// `handler(Params) -> Result, "method"`.
struct Row {
    method: String,
}

impl Parse for Row {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Ident>()?;
        let params;
        syn::parenthesized!(params in input);
        params.parse::<Type>()?;
        input.parse::<Token![->]>()?;
        input.parse::<Type>()?;
        input.parse::<Token![,]>()?;
        let method = input.parse::<LitStr>()?.value();
        Ok(Self { method })
    }
}
