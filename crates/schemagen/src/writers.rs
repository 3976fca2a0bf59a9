//! Who writes a type: it decides what may be left out of it.

use std::collections::BTreeSet;

use crate::model::Model;
use crate::table::NOTIFICATIONS;
use crate::table::REQUESTS;
use crate::table::SERVER_REQUESTS;

/// The types that clients write, in params or answers.
pub fn clients(model: &Model) -> BTreeSet<String> {
    let params = REQUESTS.iter().filter_map(|request| request.params);
    closure(
        model,
        params.chain(SERVER_REQUESTS.iter().map(|request| request.result)),
    )
}

/// The types that clients write and the server does not.
pub fn clients_alone(model: &Model) -> BTreeSet<String> {
    let results = REQUESTS.iter().map(|request| request.result);
    let asked = SERVER_REQUESTS.iter().map(|request| request.params);
    let told = NOTIFICATIONS.iter().map(|notification| notification.payload);
    let by_server = closure(model, results.chain(asked).chain(told));
    clients(model).difference(&by_server).cloned().collect()
}

fn closure<'a>(model: &Model, names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    model.closure(&names.map(str::to_owned).collect())
}
