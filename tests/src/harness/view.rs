//! A view as the headless kiosk prints it.

use serde_json::Value;

/// What is on the screen.
#[derive(Clone, Debug, Default)]
pub struct Seen(pub Value);

impl Seen {
    /// The screen's name ("Verdict").
    pub fn screen(&self) -> &str {
        match &self.0["screen"] {
            Value::Object(map) => map.keys().next().map_or("", String::as_str),
            _ => "",
        }
    }

    /// What the screen holds.
    pub fn body(&self) -> &Value {
        self.0["screen"].as_object().and_then(|map| map.values().next()).unwrap_or(&Value::Null)
    }

    /// The person's 券番号, on screens that show one.
    pub fn number(&self) -> &str {
        self.body()["person"]["voucher"]["number"].as_str().unwrap_or_default()
    }

    /// The verdict's level.
    pub fn level(&self) -> &str {
        self.body()["level"].as_str().unwrap_or_default()
    }

    /// The names of the reasons, or of the outcome screen's notes.
    pub fn reasons(&self) -> Vec<String> {
        let body = self.body();
        let list = body["reasons"].as_array().or(body["notes"].as_array());
        let name = |reason: &Value| match reason {
            Value::String(name) => name.clone(),
            Value::Object(map) => map.keys().next().cloned().unwrap_or_default(),
            _ => String::new(),
        };
        list.into_iter().flatten().map(name).collect()
    }

    /// Whether the line to the centre is open and everything has arrived.
    pub fn is_connected(&self) -> bool {
        self.0["status"]["link"].get("Connected").is_some()
    }

    /// Own entries that the centre has not confirmed.
    pub fn unsent(&self) -> u64 {
        self.0["status"]["unsent"].as_u64().unwrap_or(u64::MAX)
    }

    /// Ids of the last acknowledged facts, newest first.
    pub fn recent(&self) -> Vec<String> {
        let list = self.body()["recent"].as_array().cloned().unwrap_or_default();
        list.iter().filter_map(|fact| fact["id"].as_str().map(str::to_owned)).collect()
    }
}
