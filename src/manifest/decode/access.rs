//! Mappings and lists, one entry after the other.
//!
//! In: a decoder that stands at a container. Out: a decoder for each value. Fields that a struct does not have are reported
//! here; the type then skips them.

use serde::de::{DeserializeSeed, Error, IntoDeserializer, MapAccess, SeqAccess};

use super::{Decoder, Hint, Node, Unreadable, fields};
use crate::finding::Code;

/// The entries of a mapping, checked against the legal fields if it is a struct.
pub(super) struct Entries<'d, 'p, 'a, I> {
    pub(super) decoder: Decoder<'d, 'p, 'a>,
    pub(super) rest: Option<I>,
    pub(super) value: Option<(Node<'a>, Node<'a>)>,
    /// The struct; empty for a map, whose keys are free.
    pub(super) name: &'static str,
    pub(super) fields: &'static [&'static str],
}

impl<'a, I: Iterator<Item = (Node<'a>, Node<'a>)>> MapAccess<'a> for Entries<'_, '_, 'a, I> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Unreadable> {
        let Decoder {
            place,
            remarks,
            edition,
            ..
        } = self.decoder;
        let is_root = !self.name.is_empty() && place.parent().is_none();
        for (key, value) in self.rest.iter_mut().flatten() {
            let Some(name) = key.text() else {
                remarks.at(
                    &place.entry(key, key),
                    Code::WRONG_TYPE,
                    "a key",
                    "is not text",
                    "write a plain key",
                );
                continue;
            };
            // Which type it is has been decided before; items of a list may inherit it.
            if is_root && matches!(name, "apiVersion" | "kind") {
                continue;
            }
            if !self.name.is_empty() && !edition.allows(self.name, name, self.fields) {
                let entry = place.entry(key, value);
                fields::refuse(&entry, self.name, self.fields, edition, remarks);
            }
            self.value = Some((key, value));
            return seed.deserialize(name.into_deserializer()).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        let Some((key, value)) = self.value.take() else {
            return Err(Error::custom("a value was asked for before its key"));
        };
        let place = self.decoder.place.entry(key, value);
        let hint = match (self.name, place.name().unwrap_or_default()) {
            ("", _) => self.decoder.hint,
            ("Secret", "data") | ("ConfigMap", "binaryData") => Hint::Bytes,
            ("ServicePort", "targetPort") => Hint::IntOrString,
            _ => Hint::None,
        };
        let decoder = Decoder {
            place: &place,
            hint,
            ..self.decoder
        };
        seed.deserialize(decoder)
            .map_err(|error| error.or_at(value.origin()))
    }
}

/// The items of a list.
pub(super) struct Items<'d, 'p, 'a, I> {
    pub(super) decoder: Decoder<'d, 'p, 'a>,
    pub(super) rest: Option<I>,
    pub(super) index: usize,
}

impl<'a, I: ExactSizeIterator<Item = Node<'a>>> SeqAccess<'a> for Items<'_, '_, 'a, I> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Unreadable> {
        let Some(node) = self.rest.as_mut().and_then(Iterator::next) else {
            return Ok(None);
        };
        let place = self.decoder.place.item(self.index, node);
        self.index += 1;
        let decoder = Decoder {
            place: &place,
            ..self.decoder
        };
        seed.deserialize(decoder)
            .map(Some)
            .map_err(|error| error.or_at(node.origin()))
    }

    fn size_hint(&self) -> Option<usize> {
        self.rest.as_ref().map(ExactSizeIterator::len)
    }
}
