//! Smooth noise that depends only on a seed and a place.

/// Noise in five octaves, from 0 to 1.
pub(super) fn fractal(seed: u64, x: f64, y: f64) -> f64 {
    let mut sum = 0.0;
    let (mut weight, mut total, mut scale) = (1.0, 0.0, 1.0);
    for octave in 0..5 {
        sum += weight * smooth(mix(seed + octave), x * scale, y * scale);
        total += weight;
        weight *= 0.5;
        scale *= 2.0;
    }
    sum / total
}

/// Values at whole coordinates, blended between them.
fn smooth(seed: u64, x: f64, y: f64) -> f64 {
    let (column, row) = (x.floor(), y.floor());
    let ease = |t: f64| t * t * (3.0 - 2.0 * t);
    let (tx, ty) = (ease(x - column), ease(y - row));
    let at = |dx: i64, dy: i64| lattice(seed, column as i64 + dx, row as i64 + dy);
    let blend = |a: f64, b: f64, t: f64| a + (b - a) * t;
    blend(blend(at(0, 0), at(1, 0), tx), blend(at(0, 1), at(1, 1), tx), ty)
}

fn lattice(seed: u64, column: i64, row: i64) -> f64 {
    let hash = mix(seed ^ mix(column as u64 ^ mix(row as u64)));
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

/// The finishing step of SplitMix64.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A seed from a text.
pub(super) fn seed(text: &str) -> u64 {
    text.bytes().fold(0, |hash, byte| mix(hash ^ u64::from(byte)))
}
