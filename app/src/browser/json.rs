//! JSON as both halves exchange it.
//!
//! serde compiles a deserialiser for each type and each kind of input. Islands' properties and events come as text, so
//! answers of server functions are read as text, too: the browser gets one deserialiser for each type.

use serde::{Deserialize, Serialize, Serializer, de::DeserializeOwned};
use serde_json::Error;
use server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};

/// The encoding of a server function's answer: JSON.
pub type Json = Post<JsonText>;

/// JSON, read as text.
pub struct JsonText;

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = Error;

    fn encode(output: &T) -> Result<Bytes, Error> {
        serde_json::to_vec(output).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = Error;

    fn decode(bytes: Bytes) -> Result<T, Error> {
        read(&bytes)
    }
}

/// Reads a value.
///
/// # Errors
/// The bytes are not UTF-8, or not JSON of this shape.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let text = str::from_utf8(bytes).map_err(<Error as serde::de::Error>::custom)?;
    serde_json::from_str(text)
}

/// A property of an island. Only the server serialises it, so the browser needs no serialiser for it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Property<T>(pub T);

impl<T: Serialize> Serialize for Property<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if cfg!(target_arch = "wasm32") {
            serializer.serialize_unit()
        } else {
            self.0.serialize(serializer)
        }
    }
}
