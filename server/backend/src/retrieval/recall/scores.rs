//! Arithmetic of scores.

/// Factor for each "not relevant" vote.
const NOT_RELEVANT: f32 = 0.7;

/// Normalises to 0…1 over the candidates; an unknown value counts as the least.
pub(super) fn normalised(values: Vec<Option<f32>>) -> Vec<f32> {
    let present = || values.iter().flatten().copied();
    let low = present().fold(f32::INFINITY, f32::min);
    let width = present().fold(f32::NEG_INFINITY, f32::max) - low;
    values
        .iter()
        .map(|value| match value {
            Some(value) if width > 0.0 => (value - low) / width,
            Some(_) => 1.0,
            None => 0.0,
        })
        .collect()
}

/// Factor for votes that a passage or memory was not relevant. It never reaches 0: another question may need it.
pub(super) fn vote_factor(not_relevant: i32) -> f32 {
    NOT_RELEVANT.powi(not_relevant.clamp(0, 3))
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn unknown_values_count_as_the_least() {
        let values = normalised(vec![Some(0.2), None, Some(0.6), Some(0.4)]);
        for (value, wanted) in values.iter().zip([0.0, 0.0, 1.0, 0.5]) {
            assert!((value - wanted).abs() < 1e-6, "{values:?}");
        }
    }
}
