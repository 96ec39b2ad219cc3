//! What the formats share: texts with places, trees of values, the names that collections give to their parts.

pub(super) mod asides;
pub(super) mod instruct;
pub(super) mod lines;
pub(super) mod names;
pub(super) mod passage;
pub(super) mod record;
pub(super) mod signs;
pub(super) mod tree;
