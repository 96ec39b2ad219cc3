//! The words a rule file may choose from: kinds, places, severities, measures.

use serde::{Deserialize, Serialize};

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }
    };
}

choice! {
    /// Whose words.
    Speaker {
        /// The agent's.
        #[default] Reply,
        /// The customer's.
        Customer,
    }
}
choice! {
    /// What sort of signal it is.
    KindDecl {
        /// A helper for other signals and rules.
        #[default] Cue,
        /// Part of a good reply; shown in the line per reply.
        Element,
        /// What the reply is about.
        Situation,
    }
}
choice! {
    /// Where in a reply.
    PlaceDecl {
        /// The first two lines.
        #[default] Opening,
        /// The last four lines.
        Closing,
        /// Everything but the first and the last line.
        Body,
    }
}
choice! {
    /// How much a finding matters.
    SeverityDecl {
        /// Shown in a line.
        Suggestion,
        /// Fails a run by default.
        #[default] Warning,
        /// Must not be sent.
        Error,
    }
}
choice! {
    /// Which profile a rule belongs to.
    ProfileDecl {
        /// On unless silenced.
        #[default] Default,
        /// On only where asked for.
        Strict,
    }
}
choice! {
    /// What `limit:` counts by itself.
    MeasureDecl {
        /// Words of the reply.
        #[default] Words,
        /// Words of the longest sentence.
        SentenceWords,
        /// `!`
        ExclamationMarks,
        /// `?`
        QuestionMarks,
        /// Words in capitals.
        CapitalWords,
        /// Emoji and other signs.
        Emoji,
        /// Words of the longest line or paragraph.
        ParagraphWords,
    }
}
choice! {
    /// Per what a limit holds.
    PerDecl {
        /// The whole reply.
        #[default] Reply,
        /// Any sentence.
        Sentence,
        /// A hundred words.
        #[serde(rename = "100-words")] HundredWords,
    }
}
choice! {
    /// A check digit.
    ChecksumDecl {
        /// ISO/IEC 7812: card numbers.
        #[default] Luhn,
    }
}
choice! {
    /// What `answer:` asks for.
    AnswerDecl {
        /// Every question in the customer's message is taken up.
        #[default] Questions,
        /// Some word of the customer's message comes back.
        Words,
        /// The greeting uses the name that the customer signed with.
        Name,
    }
}
choice! {
    /// What `ignored:` looks for in what a file tells replylint to ignore.
    IgnoredDecl {
        /// It was not understood.
        #[default] Malformed,
        /// There was nothing to ignore.
        Unused,
    }
}
choice! {
    /// Whether letter case matters.
    CaseDecl {
        /// It does not.
        #[default] Any,
        /// It does.
        Sensitive,
    }
}
