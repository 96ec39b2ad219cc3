//! The JSON Schemas under `examples/editors/schemas`, which `replylint schema` prints: derived from the declarations and
//! their comments. Values that may be written in more than one way are described here. It is built for the tests alone,
//! which keep the files as they must be, so that the program needs no generator.

use crate::config::{ConfigDecl, Level, Names};
use crate::rules::declaration::{
    CaseDecl, Entries, ExampleDecl, InsteadDecl, LanguageDecl, PhraseDecl, Phrases, ReplaceDecl, Replaces, SetDecl,
    WhenDecl,
};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

macro_rules! schema {
    ($type:ty, $name:literal, |$generator:ident| $schema:expr) => {
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }
            fn json_schema($generator: &mut SchemaGenerator) -> Schema {
                $schema
            }
        }
    };
}

impl<T: JsonSchema> JsonSchema for Entries<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}ByName", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["object", "null"], "additionalProperties": generator.subschema_for::<T>()})
    }
}

schema!(PhraseDecl, "Phrase", |generator| json_schema!({
    "description": "Plain words, `(a|b)`, `(a)?`, `<list>`, `..`, `^`, `$`; or a regular expression.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "re": {"type": "string", "description": "A regular expression; matched in time linear in the text."},
                "text": {"type": "string", "description": "A phrase."},
                "case": generator.subschema_for::<CaseDecl>(),
            },
            "additionalProperties": false,
            "oneOf": [{"required": ["re"]}, {"required": ["text"]}],
        },
    ],
}));

schema!(Phrases, "Phrases", |generator| json_schema!({
    "type": "array",
    "items": generator.subschema_for::<PhraseDecl>(),
}));

schema!(ExampleDecl, "Example", |_generator| json_schema!({
    "description": "A reply, or a reply with the words that must be marked and the customer's message.",
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {
                "text": {"type": "string", "description": "The reply."},
                "at": {"type": ["string", "null"], "description": "The words that the finding must mark."},
                "customer": {"type": ["string", "null"], "description": "What the customer had written."},
            },
            "required": ["text"],
            "additionalProperties": false,
        },
    ],
}));

schema!(InsteadDecl, "Rewrite", |_generator| json_schema!({
    "description": "Words to write instead, or `signal: words` for replies that show this signal.",
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "propertyNames": {"pattern": "^[^ ]+$"},
            "additionalProperties": {"type": "string"},
            "minProperties": 1,
            "maxProperties": 1,
        },
    ],
}));

schema!(Replaces, "Replace", |generator| {
    let edit = generator.subschema_for::<ReplaceDecl>();
    json_schema!({
        "description": "An edit that a program may make, or several, of which the first that fits the words is meant.",
        "anyOf": [edit.clone(), {"type": "array", "items": edit}],
    })
});

schema!(WhenDecl, "When", |_generator| {
    let signals = json_schema!({"type": "array", "items": {"type": "string"}});
    json_schema!({
        "description": "A signal, or signals that must, may or must not be there, and the length of the reply in words.",
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {
                    "any": signals.clone(),
                    "all": signals.clone(),
                    "none": signals,
                    "min-words": {"type": ["integer", "null"], "minimum": 0, "description": "Fewest words."},
                    "max-words": {"type": ["integer", "null"], "minimum": 0, "description": "Most words."},
                },
                "additionalProperties": false,
            },
        ],
    })
});

schema!(Names, "Names", |_generator| json_schema!({
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
}));

// A bare `off` is a truth value to some readers of YAML.
schema!(Level, "Level", |_generator| json_schema!({"enum": ["off", "suggestion", "warning", "error", false]}));

fn schema_of<T: JsonSchema>() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    format!("{}\n", serde_json::to_string_pretty(&schema).expect("a schema is JSON"))
}

/// `UPDATE_SCHEMAS=1 cargo test --lib schema` writes them anew.
#[test]
fn the_shipped_schemas_are_those_of_the_declarations() {
    let schemas = [
        ("rules", schema_of::<SetDecl>()),
        ("config", schema_of::<ConfigDecl>()),
        ("language", schema_of::<LanguageDecl>()),
    ];
    for (of, schema) in schemas {
        let path = format!("{}/examples/editors/schemas/{of}.json", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &schema).expect("the working tree can be written");
        }
        let shipped = std::fs::read_to_string(&path).expect("the schemas are shipped").replace("\r\n", "\n");
        assert!(shipped == schema, "{path} is old: run the line above");
    }
}
