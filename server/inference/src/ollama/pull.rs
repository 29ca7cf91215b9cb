//! The progress of a pull: one JSON object per line, complete only with `success`.

use std::collections::VecDeque;

use serde_json::Value;

use crate::{
    Foreign, InferenceError, PullProgress,
    http::{in_stream, is_missing_manifest},
    sse::{Piece, Reader},
    stream::BodyReader,
    values::{count, is_set},
};

pub(super) struct PullReader {
    model: Foreign,
    body: Reader,
    readable: bool,
    unreadable: usize,
}

impl PullReader {
    pub(super) fn new(model: &str) -> Self {
        Self {
            model: Foreign::new(model),
            body: Reader::default(),
            readable: false,
            unreadable: 0,
        }
    }

    fn take(&mut self, pieces: Vec<Piece>, out: &mut VecDeque<PullProgress>) -> Result<(), InferenceError> {
        for piece in pieces {
            let value = match &piece {
                Piece::Json(json) | Piece::Event { data: json, .. } => serde_json::from_slice(json).ok(),
                Piece::Unreadable(_) => None,
            };
            match value {
                Some(Value::Object(fields)) => out.extend(self.report(&Value::Object(fields))?),
                _ => self.unreadable += 1,
            }
        }
        Ok(())
    }

    /// `None` for a line without a status.
    fn report(&mut self, line: &Value) -> Result<Option<PullProgress>, InferenceError> {
        let error = &line["error"];
        if is_set(error) {
            let model = self.model.clone();
            return Err(if is_missing_manifest(error) {
                InferenceError::ModelNotFound { model }
            } else {
                in_stream(error)
            });
        }
        self.readable = true;
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        Ok(text("status").map(|status| PullProgress {
            status,
            completed: count(&line["completed"]),
            total: count(&line["total"]),
            digest: text("digest"),
        }))
    }
}

impl BodyReader for PullReader {
    type Event = PullProgress;

    fn push(&mut self, chunk: &[u8], out: &mut VecDeque<PullProgress>) -> Result<(), InferenceError> {
        let mut pieces = Vec::new();
        self.body.push(chunk, &mut pieces);
        self.take(pieces, out)
    }

    fn finish(&mut self, out: &mut VecDeque<PullProgress>) -> Result<(), InferenceError> {
        let mut pieces = Vec::new();
        self.body.finish(&mut pieces);
        self.take(pieces, out)?;
        if !self.readable && self.unreadable > 0 {
            return Err(InferenceError::Garbage {
                detail: format!("{} lines of a pull", self.unreadable),
            });
        }
        Ok(())
    }

    fn is_last(event: &PullProgress) -> bool {
        event.status == "success"
    }
}
