//! The reference page.

use crate::model::Model;

/// The page.
pub fn page(_model: &Model) -> String {
    String::new()
}
