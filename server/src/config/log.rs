//! `[log]`: what is logged, and in which form.

use super::{ConfigError, Values, text};

/// The key of what is logged.
pub(super) const FILTER: &str = "log.filter";
/// The key of its form.
pub(super) const FORMAT: &str = "log.format";

/// What is logged when nothing else is said: AWS' client tells at length where it found credentials.
const USUAL: &str = "info,aws_config=warn,aws_runtime=warn,aws_smithy_runtime=warn";

/// What people read at a terminal has no line for each request.
const NO_REQUESTS: &str = ",server::web::observe=warn";

/// How the program logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// `filter`: what is logged, such as `info,sqlx=warn`.
    pub filter: String,
    /// `format`: whether every line is one JSON object.
    pub is_json: bool,
}

pub(super) fn of(values: &Values) -> Result<LogConfig, ConfigError> {
    let is_json = match text(values, FORMAT)? {
        None => false,
        Some((word, _)) if word == "text" => false,
        Some((word, _)) if word == "json" => true,
        Some((_, place)) => {
            let what = "is text or json".to_owned();
            return Err(ConfigError::Value { place, key: FORMAT.to_owned(), what });
        }
    };
    let usual = || format!("{USUAL}{}", if is_json { "" } else { NO_REQUESTS });
    let filter = text(values, FILTER)?.map_or_else(usual, |(filter, _)| filter);
    Ok(LogConfig { filter, is_json })
}

#[cfg(test)]
mod tests {
    use super::super::tests::config;
    use super::*;

    #[test]
    fn lines_are_texts_unless_json_is_asked_for() {
        let usual = LogConfig { filter: format!("{USUAL}{NO_REQUESTS}"), is_json: false };
        assert_eq!(config("", &[]).unwrap().log, usual);
        let every_request = LogConfig { filter: USUAL.to_owned(), is_json: true };
        assert_eq!(config("[log]\nformat = \"json\"\n", &[]).unwrap().log, every_request);
        let read = config("[log]\nfilter = \"debug\"\nformat = \"json\"\n", &[]).unwrap().log;
        assert_eq!(read, LogConfig { filter: "debug".to_owned(), is_json: true });
        let told = config("[log]\nformat = \"xml\"\n", &[]).unwrap_err().to_string();
        assert_eq!(told, "teirei.toml:2: log.format is text or json");
    }
}
