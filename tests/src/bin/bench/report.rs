//! What was measured.

use serde::Serialize;

/// One case.
#[derive(Debug, Default, Serialize)]
#[allow(clippy::struct_field_names, reason = "the field is called so in the report")]
pub(crate) struct Case {
    pub(crate) case: &'static str,
    pub(crate) residents: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) p99_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) floor_p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) floor_p99_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rss_mb: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<f64>,
}

/// Prints cases as they come.
#[derive(Debug)]
pub(crate) struct Report {
    json: bool,
}

impl Report {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    #[expect(clippy::print_stdout, reason = "a command line answers on standard output")]
    pub(crate) fn put(&mut self, case: &Case) {
        if self.json {
            println!("{}", serde_json::to_string(case).unwrap_or_default());
            return;
        }
        let number = |name: &str, value: Option<f64>| value.map(|v| format!("  {name}={v:.2}")).unwrap_or_default();
        let ratio = case.p50_ms.zip(case.floor_p50_ms).map(|(own, floor)| own / floor);
        println!(
            "{:<18} residents={:<7}{}{}{}{}{}{}{}",
            case.case,
            case.residents,
            number("p50_ms", case.p50_ms),
            number("p99_ms", case.p99_ms),
            number("floor_p50_ms", case.floor_p50_ms),
            number("floor_p99_ms", case.floor_p99_ms),
            number("ratio", ratio),
            number("rss_mb", case.rss_mb),
            number("bytes", case.bytes),
        );
    }
}

/// The value below which this part of the samples lies.
pub(crate) fn quantile(samples: &mut [f64], part: f64) -> Option<f64> {
    samples.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place")]
    let place = (samples.len().saturating_sub(1) as f64 * part).round() as usize;
    samples.get(place).copied()
}
