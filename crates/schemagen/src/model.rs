//! The protocol's types as data: what the sources of `codex-protocol` declare, in terms of the wire.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

/// All types, and the families they come in.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// The families, in the order of their file names.
    pub modules: Vec<Module>,
    /// The types by name.
    pub types: BTreeMap<String, TypeDef>,
}

/// A source file: a family of types.
#[derive(Debug, Clone)]
pub struct Module {
    /// The file's name without its ending.
    pub name: String,
    /// What the file says of itself.
    pub doc: String,
    /// Its types, in the order of their declaration.
    pub types: Vec<String>,
}

/// One type.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Its name in Rust.
    pub name: String,
    /// What it means: paragraphs, parted by blank lines.
    pub doc: String,
    /// Its shape.
    pub body: Body,
}

/// The shape of a type.
#[derive(Debug, Clone)]
pub enum Body {
    /// Another shape under a name of its own.
    Alias(Type),
    /// An object with named members.
    Struct(Struct),
    /// One of several shapes.
    Enum {
        /// How the alternatives are told apart.
        tagging: Tagging,
        /// The alternatives, in the order of their declaration.
        variants: Vec<Variant>,
    },
}

/// An object with named members.
#[derive(Debug, Clone, Default)]
pub struct Struct {
    /// The members, in the order of their declaration.
    pub fields: Vec<Field>,
    /// The type whose members stand among these.
    pub flattened: Option<Type>,
    /// Whether other members are refused.
    pub closed: bool,
}

/// A member of an object.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// What it holds.
    pub ty: Type,
    /// Whether it must be there when read.
    pub required: bool,
    /// What stands for it when it is absent, if that is not just null.
    pub default: Option<Value>,
    /// Whether it is left out when written, if it holds nothing.
    pub omitted: bool,
}

/// How the alternatives of an enum are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tagging {
    /// By a text, or an object whose one member has the alternative's name.
    External,
    /// By a member of this name.
    Internal(String),
    /// By their shapes.
    Untagged,
}

/// An alternative of an enum.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its name on the wire.
    pub name: String,
    /// What it means.
    pub doc: String,
    /// What comes with it.
    pub content: Content,
}

/// What comes with an alternative.
#[derive(Debug, Clone)]
pub enum Content {
    /// Nothing.
    Nothing,
    /// A value.
    Value(Type),
    /// Members.
    Members(Struct),
}

/// What a member holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Text.
    String,
    /// True or false.
    Bool,
    /// A whole number.
    Integer {
        /// Name of its range, such as `int64`.
        format: &'static str,
        /// The least value, for ranges without negative numbers.
        minimum: Option<f64>,
    },
    /// A number.
    Number,
    /// Anything.
    Any,
    /// A list.
    List(Box<Type>),
    /// An object with members of any names.
    Map(Box<Type>),
    /// A value or null.
    Nullable(Box<Type>),
    /// A type of the protocol.
    Named(String),
}

impl Type {
    /// Adds the names of the protocol's types in this one to `names`.
    pub fn collect_names(&self, names: &mut BTreeSet<String>) {
        match self {
            Type::Named(name) => {
                names.insert(name.clone());
            }
            Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) => inner.collect_names(names),
            Type::String | Type::Bool | Type::Integer { .. } | Type::Number | Type::Any => {}
        }
    }
}

impl Struct {
    fn collect_names(&self, names: &mut BTreeSet<String>) {
        for field in &self.fields {
            field.ty.collect_names(names);
        }
        if let Some(flattened) = &self.flattened {
            flattened.collect_names(names);
        }
    }
}

impl TypeDef {
    /// The names of the protocol's types this one is made of.
    pub fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        match &self.body {
            Body::Alias(inner) => inner.collect_names(&mut names),
            Body::Struct(members) => members.collect_names(&mut names),
            Body::Enum { variants, .. } => {
                for variant in variants {
                    match &variant.content {
                        Content::Nothing => {}
                        Content::Value(inner) => inner.collect_names(&mut names),
                        Content::Members(members) => members.collect_names(&mut names),
                    }
                }
            }
        }
        names
    }

    /// Whether the type is an object that is tagged by a member, or an object without a tag.
    pub fn is_object(&self) -> bool {
        matches!(
            &self.body,
            Body::Struct(_)
                | Body::Enum {
                    tagging: Tagging::Internal(_),
                    ..
                }
        )
    }
}

impl Model {
    /// `roots` and all types they are made of.
    pub fn closure(&self, roots: &BTreeSet<String>) -> BTreeSet<String> {
        let mut closure = BTreeSet::new();
        let mut open: Vec<String> = roots.iter().cloned().collect();
        while let Some(name) = open.pop() {
            if let Some(def) = self.types.get(&name)
                && closure.insert(name)
            {
                open.extend(def.names());
            }
        }
        closure
    }
}
