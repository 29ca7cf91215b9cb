//! Logistic regression with few features, by Newton's method.

/// Features of a pair of texts.
pub(super) const FEATURES: usize = 4;

/// Newton's method on this convex function needs about ten steps.
const STEPS: usize = 25;

/// Weight of the squared coefficients of the standardised features. Few pairs separate perfectly, and coefficients
/// without a limit would grow for ever.
const RIDGE: f64 = 0.01;

/// A pair of texts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub features: [f64; FEATURES],
    pub related: bool,
    /// How much it counts.
    pub weight: f64,
}

/// Coefficients of the features and the intercept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub coefficients: [f64; FEATURES],
    pub intercept: f64,
}

/// Fits the log odds of being related. A feature that is not `used` has the coefficient 0. Shifting and scaling a
/// feature by the same numbers in all samples does not change what is fitted.
pub(super) fn fit(samples: &[Sample], used: [bool; FEATURES]) -> Fit {
    let (mean, deviation) = moments(samples);
    let standardised = |sample: &Sample| -> [f64; FEATURES + 1] {
        std::array::from_fn(|at| match used.get(at) {
            Some(true) if deviation[at] > 0.0 => (sample.features[at] - mean[at]) / deviation[at],
            Some(_) => 0.0,
            None => 1.0,
        })
    };
    let rows: Vec<_> = samples
        .iter()
        .map(|sample| (standardised(sample), sample))
        .collect();
    let mut b = [0.0; FEATURES + 1];
    for _ in 0..STEPS {
        let step = newton_step(&rows, &b);
        for (value, step) in b.iter_mut().zip(step) {
            *value += step;
        }
    }
    let coefficients = std::array::from_fn(|at| {
        if deviation[at] > 0.0 {
            b[at] / deviation[at]
        } else {
            0.0
        }
    });
    let shift: f64 = mean.iter().zip(&coefficients).map(|(mean, c)| mean * c).sum();
    Fit {
        coefficients,
        intercept: b[FEATURES] - shift,
    }
}

fn moments(samples: &[Sample]) -> ([f64; FEATURES], [f64; FEATURES]) {
    let total: f64 = samples.iter().map(|sample| sample.weight).sum();
    let weighted = |of: &dyn Fn(&Sample) -> f64| -> f64 {
        samples
            .iter()
            .map(|sample| sample.weight * of(sample))
            .sum::<f64>()
            / total
    };
    let mean: [f64; FEATURES] = std::array::from_fn(|at| weighted(&|sample| sample.features[at]));
    let deviation =
        std::array::from_fn(|at| weighted(&|sample| (sample.features[at] - mean[at]).powi(2)).sqrt());
    (mean, deviation)
}

fn newton_step(rows: &[([f64; FEATURES + 1], &Sample)], b: &[f64; FEATURES + 1]) -> [f64; FEATURES + 1] {
    let mut gradient = [0.0; FEATURES + 1];
    let mut hessian = [[0.0; FEATURES + 1]; FEATURES + 1];
    for (x, sample) in rows {
        let odds: f64 = x.iter().zip(b).map(|(x, b)| x * b).sum();
        let p = 1.0 / (1.0 + (-odds).exp());
        let error = f64::from(u8::from(sample.related)) - p;
        for (at, value) in x.iter().enumerate() {
            gradient[at] += sample.weight * error * value;
            for (other, second) in x.iter().enumerate() {
                hessian[at][other] += sample.weight * p * (1.0 - p) * value * second;
            }
        }
    }
    for at in 0..FEATURES {
        gradient[at] -= RIDGE * b[at];
        hessian[at][at] += RIDGE;
    }
    solve(hessian, gradient)
}

/// Gaussian elimination; the ridge makes the matrix positive definite, so that no pivot is 0.
fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> [f64; N] {
    for at in 0..N {
        let pivot = matrix[at];
        for row in at + 1..N {
            let factor = matrix[row][at] / pivot[at];
            for (value, above) in matrix[row].iter_mut().zip(pivot).skip(at) {
                *value -= factor * above;
            }
            right[row] -= factor * right[at];
        }
    }
    let mut solution = [0.0; N];
    for at in (0..N).rev() {
        let known: f64 = (at + 1..N).map(|other| matrix[at][other] * solution[other]).sum();
        solution[at] = (right[at] - known) / matrix[at][at];
    }
    solution
}

#[cfg(test)]
mod tests {
    use super::{FEATURES, Sample, fit};

    fn sample(first: f64, related: bool) -> Sample {
        let mut features = [0.0; FEATURES];
        features[0] = first;
        Sample {
            features,
            related,
            weight: 0.1,
        }
    }

    #[test]
    fn the_odds_are_even_in_the_middle_of_two_equal_groups() {
        let samples: Vec<Sample> = [
            (0.1, false),
            (0.2, false),
            (0.3, false),
            (0.5, true),
            (0.6, true),
            (0.7, true),
        ]
        .map(|(value, related)| sample(value, related))
        .into();
        let fit = fit(&samples, [true; FEATURES]);
        assert!(fit.coefficients[0] > 0.0, "{fit:?}");
        assert!(
            (fit.coefficients[0] * 0.4 + fit.intercept).abs() < 1e-6,
            "{fit:?}"
        );
    }

    #[test]
    fn a_squeezed_and_shifted_feature_gives_the_same_odds() {
        let values = [(0.1, false), (0.35, false), (0.3, true), (0.7, true)];
        let (narrow, wide) = (
            values.map(|(value, related)| sample(0.9 + value / 20.0, related)),
            values.map(|(value, related)| sample(value, related)),
        );
        let (narrow, wide) = (fit(&narrow, [true; FEATURES]), fit(&wide, [true; FEATURES]));
        for value in [0.0, 0.4, 0.9] {
            let of_narrow = narrow.coefficients[0] * (0.9 + value / 20.0) + narrow.intercept;
            let of_wide = wide.coefficients[0] * value + wide.intercept;
            assert!((of_narrow - of_wide).abs() < 1e-6, "{of_narrow} {of_wide}");
        }
    }
}
