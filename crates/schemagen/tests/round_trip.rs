//! Whatever the schema of a params or result type allows survives being read and written.

use std::fs;

use codex_protocol::*;
use proptest::collection::btree_map;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestRunner;
use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use serde_json::json;

/// Reads `text`, writes it, and does so again with the outcome.
type RoundTrip = fn(&str) -> Result<(String, String), serde_json::Error>;

fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned>(
    text: &str,
) -> Result<(String, String), serde_json::Error> {
    let once = serde_json::to_string(&serde_json::from_str::<T>(text)?)?;
    let twice = serde_json::to_string(&serde_json::from_str::<T>(&once)?)?;
    Ok((once, twice))
}

macro_rules! of_requests {
    ($($Variant:ident $name:literal $handler:ident($Params:tt) -> $Result:ident,
       $stability:ident, $scope:ident $(($($arg:tt)*))?;)*) => {
        fn types_of_requests() -> Vec<(&'static str, RoundTrip)> {
            vec![$((stringify!($Params), round_trip::<$Params>), (stringify!($Result), round_trip::<$Result>),)*]
        }
    };
}

for_each_client_request!(of_requests);

macro_rules! of_server_requests {
    ($($Variant:ident $name:literal ($Params:ident) -> $Result:ident;)*) => {
        fn types_of_server_requests() -> Vec<(&'static str, RoundTrip)> {
            vec![$((stringify!($Params), round_trip::<$Params>), (stringify!($Result), round_trip::<$Result>),)*]
        }
    };
}

for_each_server_request!(of_server_requests);

macro_rules! of_notifications {
    ($($Variant:ident $name:literal ($Payload:ident), $stability:ident;)*) => {
        fn types_of_notifications() -> Vec<(&'static str, RoundTrip)> {
            vec![$((stringify!($Payload), round_trip::<$Payload>),)*]
        }
    };
}

for_each_server_notification!(of_notifications);

#[test]
fn what_the_schemas_allow_survives_a_round_trip() {
    let schemas = Schemas::load();
    let mut tested = 0;
    let types = [
        types_of_requests(),
        types_of_server_requests(),
        types_of_notifications(),
    ]
    .concat();
    for (name, round_trip) in types {
        let Some(schema) = schemas.find(name) else {
            continue;
        };
        tested += 1;
        let config = ProptestConfig {
            cases: 48,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        let outcome = TestRunner::new(config).run(&schemas.values(schema, 5), |value| {
            let (once, twice) = round_trip(&value.to_string())
                .map_err(|error| TestCaseError::fail(format!("{name} refuses {value}: {error}")))?;
            prop_assert_eq!(&once, &twice);
            let written = serde_json::from_str(&once).expect("JSON");
            prop_assert!(keeps(&value, &written), "{value} became {once}");
            Ok(())
        });
        if let Err(error) = outcome {
            panic!("{name}: {error}");
        }
    }
    assert!(tested > 250, "only {tested} types have a schema");
}

/// Whether all that `read` says is still said by `written`, which may say more. What says nothing may
/// be left out.
fn keeps(read: &Value, written: &Value) -> bool {
    match (read, written) {
        (Value::Object(read), Value::Object(written)) => read.iter().all(|(name, member)| {
            let nothing = [Value::Null, json!(false), json!([])].contains(member);
            written
                .get(name)
                .map_or(nothing, |written| keeps(member, written))
        }),
        (Value::Array(read), Value::Array(written)) => {
            read.len() == written.len()
                && read
                    .iter()
                    .zip(written)
                    .all(|(read, written)| keeps(read, written))
        }
        (read, written) => read == written,
    }
}

/// The schemas by their references.
struct Schemas {
    bundle: Value,
}

impl Schemas {
    fn load() -> Self {
        let path = codex_schemagen::workspace()
            .join("schema/json/experimental/codex_app_server_protocol.schemas.json");
        let text = fs::read_to_string(path).expect("the bundle is checked in");
        Schemas {
            bundle: serde_json::from_str(&text).expect("the bundle is JSON"),
        }
    }

    fn find(&self, name: &str) -> Option<&Value> {
        let definitions = &self.bundle["definitions"];
        definitions["v2"].get(name).or_else(|| definitions.get(name))
    }

    /// Values that `schema` allows, the smaller the less `depth` is left.
    fn values(&self, schema: &Value, depth: u32) -> BoxedStrategy<Value> {
        let Value::Object(schema) = schema else {
            return anything();
        };
        if let Some(Value::String(reference)) = schema.get("$ref") {
            if reference.ends_with("/AbsolutePathBuf") {
                return "(/[a-z.]{1,4}){0,3}/".prop_map(Value::from).boxed();
            }
            let target = self
                .bundle
                .pointer(reference.trim_start_matches('#'))
                .expect("references lead somewhere");
            return self.values(target, depth.saturating_sub(1));
        }
        if let Some(Value::Array(allowed)) = schema.get("enum") {
            return select(allowed.clone()).boxed();
        }
        let alternatives = ["oneOf", "anyOf", "allOf"]
            .iter()
            .find_map(|key| schema.get(*key)?.as_array());
        match (alternatives, schema.get("type")) {
            (Some(alternatives), None) => self.any_of(alternatives, depth),
            (Some(alternatives), Some(_)) => {
                let more = self.any_of(alternatives, depth);
                (self.object(schema, depth), more)
                    .prop_map(|(own, more)| merged(own, more))
                    .boxed()
            }
            (None, Some(Value::Array(kinds))) => {
                let kinds = kinds
                    .iter()
                    .map(|kind| self.of_kind(kind.as_str().unwrap_or_default(), schema, depth));
                union(kinds.collect())
            }
            (None, Some(Value::String(kind))) => self.of_kind(kind, schema, depth),
            (None, _) => anything(),
        }
    }

    fn any_of(&self, alternatives: &[Value], depth: u32) -> BoxedStrategy<Value> {
        union(
            alternatives
                .iter()
                .map(|alternative| self.values(alternative, depth))
                .collect(),
        )
    }

    fn of_kind(&self, kind: &str, schema: &Map<String, Value>, depth: u32) -> BoxedStrategy<Value> {
        let most = if depth == 0 { 0 } else { 2 };
        match kind {
            "null" => Just(Value::Null).boxed(),
            "boolean" => any::<bool>().prop_map(Value::from).boxed(),
            "string" => "[ -~é]{0,6}".prop_map(Value::from).boxed(),
            "number" => any::<i16>()
                .prop_map(|number| json!(f64::from(number) / 4.0))
                .boxed(),
            "integer" => integer(schema),
            "array" => vec(self.values(&schema["items"], depth.saturating_sub(1)), 0..=most)
                .prop_map(Value::from)
                .boxed(),
            "object" => self.object(schema, depth),
            other => panic!("no values of kind {other}"),
        }
    }

    fn object(&self, schema: &Map<String, Value>, depth: u32) -> BoxedStrategy<Value> {
        let required = |name: &String| {
            schema
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|names| names.iter().any(|n| n == name))
        };
        let mut members: BoxedStrategy<Map<String, Value>> = Just(Map::new()).boxed();
        for (name, member) in schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            let value = self.values(member, depth.saturating_sub(1));
            let value = match (required(name), depth) {
                (true, _) => value.prop_map(Some).boxed(),
                (false, 0) => Just(None).boxed(),
                (false, _) => proptest::option::of(value).boxed(),
            };
            let name = name.clone();
            members = (members, value)
                .prop_map(move |(mut members, value)| {
                    members.extend(value.map(|value| (name.clone(), value)));
                    members
                })
                .boxed();
        }
        let free = match schema.get("additionalProperties") {
            None | Some(Value::Bool(false)) => return members.prop_map(Value::Object).boxed(),
            Some(free) => btree_map(
                "free_[a-z]{1,3}",
                self.values(free, depth.saturating_sub(1)),
                0..=2,
            ),
        };
        (members, free)
            .prop_map(|(mut members, free)| {
                members.extend(free);
                Value::Object(members)
            })
            .boxed()
    }
}

fn integer(schema: &Map<String, Value>) -> BoxedStrategy<Value> {
    let least = schema.get("minimum").and_then(Value::as_f64);
    match (schema["format"].as_str().unwrap_or_default(), least) {
        ("int32", _) => any::<i32>().prop_map(Value::from).boxed(),
        ("int64", _) => any::<i64>().prop_map(Value::from).boxed(),
        ("uint16", _) => any::<u16>().prop_map(Value::from).boxed(),
        ("uint32", _) => any::<u32>().prop_map(Value::from).boxed(),
        ("uint64", _) => any::<u64>().prop_map(Value::from).boxed(),
        ("uint", Some(least)) if least >= 1.0 => (1..=u64::MAX).prop_map(Value::from).boxed(),
        ("uint", _) => any::<u64>().prop_map(Value::from).boxed(),
        (other, _) => panic!("no integers of format {other}"),
    }
}

fn anything() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(|number| Value::Number(Number::from(number))),
        "[ -~é]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map("[a-z]{1,4}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}

fn union(strategies: Vec<BoxedStrategy<Value>>) -> BoxedStrategy<Value> {
    proptest::strategy::Union::new(strategies).boxed()
}

fn merged(own: Value, more: Value) -> Value {
    match (own, more) {
        (Value::Object(mut own), Value::Object(more)) => {
            own.extend(more);
            Value::Object(own)
        }
        (own, more) => panic!("{own} and {more} cannot be one object"),
    }
}
