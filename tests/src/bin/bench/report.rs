//! What was measured.

use serde::Serialize;

/// One case.
#[derive(Clone, Debug, Default, Serialize)]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) facts: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) entries: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seconds: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) floor_seconds: Option<f64>,
    /// Of the seconds, those with a processor: of the kiosk, and of the centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) busy: Option<(f64, f64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) floor_busy: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) floor_bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_ms: Option<f64>,
    /// Of `bytes`, those that came in, and those that were sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) received: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sent: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) handshake_bytes: Option<u64>,
    /// Frames, and their bytes without what a line puts around them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frames: Option<(u64, u64)>,
    /// What a process held before; `rss_mb` is above it then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) idle_mb: Option<f64>,
    /// What the bar of a filling said last, and how often it went back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) held_of: Option<(u64, u64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) backwards: Option<usize>,
    /// The machine's load when the case ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) load: Option<f64>,
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
        let case = &Case { load: load(), ..case.clone() };
        if self.json {
            println!("{}", serde_json::to_string(case).unwrap_or_default());
            return;
        }
        let number = |name: &str, value: Option<f64>| value.map(|v| format!("  {name}={v:.2}")).unwrap_or_default();
        let ratio = case.p50_ms.zip(case.floor_p50_ms).map(|(own, floor)| own / floor);
        let floor_bytes = case.floor_bytes.map(|bytes| mean(bytes as u64, 1));
        let of_seconds = case.seconds.zip(case.floor_seconds).map(|(own, floor)| own / floor);
        let of_bytes = case.bytes.zip(floor_bytes).map(|(own, floor)| own / floor);
        let count = |name: &str, value: Option<u64>| value.map(|v| format!("  {name}={v}")).unwrap_or_default();
        let pair = |name: &str, value: Option<(u64, u64)>| {
            value.map(|(one, other)| format!("  {name}={one}/{other}")).unwrap_or_default()
        };
        let values = [
            number("p50_ms", case.p50_ms),
            number("p99_ms", case.p99_ms),
            number("floor_p50_ms", case.floor_p50_ms),
            number("floor_p99_ms", case.floor_p99_ms),
            number("ratio", ratio),
            number("rss_mb", case.rss_mb),
            number("bytes", case.bytes),
            count("facts", case.facts.map(|facts| facts as u64)),
            count("entries", case.entries.map(|entries| entries as u64)),
            number("max_ms", case.max_ms),
            number("seconds", case.seconds),
            number("floor_seconds", case.floor_seconds),
            number("of_floor_seconds", of_seconds),
            number("busy_kiosk", case.busy.map(|(kiosk, _)| kiosk)),
            number("busy_centre", case.busy.map(|(_, centre)| centre)),
            number("floor_busy", case.floor_busy),
            number("floor_bytes", floor_bytes),
            number("of_floor_bytes", of_bytes),
            count("handshake_bytes", case.handshake_bytes),
            pair("frames", case.frames),
            pair("held", case.held_of),
            count("backwards", case.backwards.map(|backwards| backwards as u64)),
            number("idle_mb", case.idle_mb),
            number("load", case.load),
        ];
        println!("{:<18} residents={:<7}{}", case.case, case.residents, values.concat());
    }
}

/// How busy the machine was in the last minute: others may use it as well.
fn load() -> Option<f64> {
    std::fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// The mean of a sum.
#[expect(clippy::cast_precision_loss, reason = "sums are far below 2⁵³")]
pub(crate) fn mean(sum: u64, count: u64) -> f64 {
    sum as f64 / count.max(1) as f64
}

/// The value below which this part of the samples lies.
pub(crate) fn quantile(samples: &mut [f64], part: f64) -> Option<f64> {
    samples.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place")]
    let place = (samples.len().saturating_sub(1) as f64 * part).round() as usize;
    samples.get(place).copied()
}
