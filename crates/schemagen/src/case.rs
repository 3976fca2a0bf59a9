//! The spellings serde's `rename_all` knows.

/// Renames a field, which is written in snake case.
pub fn field(rule: &str, name: &str) -> String {
    match rule {
        "camelCase" => {
            let pascal = field("PascalCase", name);
            lower_first(&pascal)
        }
        "PascalCase" => name.split('_').map(upper_first).collect(),
        "snake_case" => name.to_owned(),
        other => panic!("no field is renamed by {other}"),
    }
}

/// Renames a variant, which is written in Pascal case.
pub fn variant(rule: &str, name: &str) -> String {
    match rule {
        "camelCase" => lower_first(name),
        "lowercase" => name.to_lowercase(),
        "snake_case" => snake(name),
        "kebab-case" => snake(name).replace('_', "-"),
        "SCREAMING_SNAKE_CASE" => snake(name).to_uppercase(),
        "PascalCase" => name.to_owned(),
        other => panic!("no variant is renamed by {other}"),
    }
}

/// The words of a name on the wire, each beginning with a capital, as titles in schemas have them.
pub fn title(name: &str) -> String {
    name.split(['_', '-']).map(upper_first).collect()
}

fn upper_first(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

fn lower_first(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}

fn snake(name: &str) -> String {
    let mut out = String::new();
    for (i, letter) in name.char_indices() {
        if letter.is_uppercase() && i > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}
