//! What editors are told of the parts of a rule file that may be written in more than one way. All else of the JSON Schema
//! is derived from the declarations and their comments.

use super::declaration::{
    CaseDecl, Entries, ExampleDecl, InsteadDecl, PhraseDecl, Phrases, ReplaceDecl, Replaces, WhenDecl,
};
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
