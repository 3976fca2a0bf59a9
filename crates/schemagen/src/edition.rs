//! The two editions of everything generated: with what is experimental, and without.

use codex_protocol::EXPERIMENTAL_FIELDS;

use crate::model::Body;
use crate::model::Model;
use crate::table::REQUESTS;
use crate::table::Request;
use crate::table::Stability;

/// Which edition is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// Without experimental methods, their types, and experimental fields of other types.
    Stable,
    /// With everything.
    Experimental,
}

impl Edition {
    /// The edition's folder in the checked-in tree.
    pub fn folder(self) -> &'static str {
        match self {
            Edition::Stable => "stable",
            Edition::Experimental => "experimental",
        }
    }

    /// The client's requests of this edition.
    pub fn requests(self) -> impl Iterator<Item = &'static Request> {
        REQUESTS.iter().filter(move |request| {
            self == Edition::Experimental || request.stability != Stability::Experimental
        })
    }

    /// Takes out of `model` what is not part of this edition.
    pub fn apply(self, mut model: Model) -> Model {
        if self == Edition::Experimental {
            return model;
        }
        for request in REQUESTS
            .iter()
            .filter(|request| request.stability == Stability::Experimental)
        {
            for name in request.params.iter().chain([&request.result]) {
                model.types.remove(*name);
            }
        }
        for (type_name, field_name) in EXPERIMENTAL_FIELDS {
            if let Some(def) = model.types.get_mut(*type_name)
                && let Body::Struct(members) = &mut def.body
            {
                members.fields.retain(|field| field.name != *field_name);
            }
        }
        for module in &mut model.modules {
            module.types.retain(|name| model.types.contains_key(name));
        }
        model
    }
}
