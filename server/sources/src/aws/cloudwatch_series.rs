//! What GetMetricData is asked: metrics and expressions, put together so that many of them fit into one call.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat, StandardUnit};

/// One series of numbers: a metric, or an expression with the metrics that it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricSeries {
    /// Its queries; exactly one of them is returned.
    pub parts: Vec<MetricPart>,
}

/// One query of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricPart {
    /// What expressions of the same series call it.
    pub id: String,
    /// What is asked.
    pub query: MetricQuery,
    /// The account that the metric is in, where it is not the identity's own.
    pub account_id: Option<String>,
    /// Whether its numbers are the series'.
    pub is_returned: bool,
}

/// A metric, or an expression over others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MetricQuery {
    /// A statistic of one metric.
    Stat {
        /// Such as `AWS/ApplicationELB`.
        namespace: String,
        /// Such as `RequestCount`.
        metric_name: String,
        /// All dimensions of the metric; CloudWatch adds up over none of them.
        dimensions: Vec<(String, String)>,
        /// Such as `Sum`.
        stat: String,
        /// Only numbers that were put with this unit; any where none is given.
        unit: Option<String>,
    },
    /// Metric math.
    Expression(String),
}

impl MetricSeries {
    /// A series of one query.
    #[must_use]
    pub fn single(query: MetricQuery, account_id: Option<String>) -> Self {
        let part = MetricPart { id: "m".to_owned(), query, account_id, is_returned: true };
        Self { parts: vec![part] }
    }

    /// Whether something of it is calculated, which CloudWatch does not hand out page by page.
    #[must_use]
    pub fn is_calculated(&self) -> bool {
        self.parts.iter().any(|part| matches!(part.query, MetricQuery::Expression(_)))
    }

    /// What people recognise it by: the metric's name, or the expression.
    #[must_use]
    pub fn word(&self) -> String {
        let returned = self.parts.iter().find(|part| part.is_returned).or(self.parts.first());
        match returned.map(|part| &part.query) {
            Some(MetricQuery::Stat { namespace, metric_name, .. }) => format!("{namespace} {metric_name}"),
            Some(MetricQuery::Expression(text)) => text.clone(),
            None => String::new(),
        }
    }

    /// The unit that it insists on, if it does.
    pub(super) fn unit(&self) -> Option<&str> {
        self.parts.iter().find_map(|part| match &part.query {
            MetricQuery::Stat { unit, .. } => unit.as_deref(),
            MetricQuery::Expression(_) => None,
        })
    }

    /// The same series whatever its unit.
    pub(super) fn of_any_unit(&self) -> Self {
        let mut series = self.clone();
        for part in &mut series.parts {
            if let MetricQuery::Stat { unit, .. } = &mut part.query {
                *unit = None;
            }
        }
        series
    }

    /// The id of the series' numbers in an answer, where the series is asked for at a position of the call.
    pub(super) fn id_at(&self, position: usize) -> String {
        let returned = self.parts.iter().find(|part| part.is_returned).or(self.parts.first());
        prefixed(position, returned.map_or("", |part| part.id.as_str()))
    }

    /// Its queries with ids that no other series of the call has.
    pub(super) fn queries_at(&self, position: usize, period: i32) -> Vec<MetricDataQuery> {
        let own: BTreeSet<&str> = self.parts.iter().map(|part| part.id.as_str()).collect();
        let mut queries = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let query = MetricDataQuery::builder()
                .id(prefixed(position, &part.id))
                .return_data(part.is_returned)
                .set_account_id(part.account_id.clone());
            let query = match &part.query {
                MetricQuery::Expression(text) => {
                    query.expression(renamed(text, position, &own)).period(period)
                }
                MetricQuery::Stat { namespace, metric_name, dimensions, stat, unit } => {
                    let mut metric = Metric::builder().namespace(namespace).metric_name(metric_name);
                    for (name, value) in dimensions {
                        metric = metric.dimensions(Dimension::builder().name(name).value(value).build());
                    }
                    let stat = MetricStat::builder()
                        .metric(metric.build())
                        .period(period)
                        .stat(stat)
                        .set_unit(unit.as_deref().map(StandardUnit::from));
                    query.metric_stat(stat.build())
                }
            };
            queries.push(query.build());
        }
        queries
    }
}

fn prefixed(position: usize, id: &str) -> String {
    format!("s{position}_{id}")
}

/// An expression with the names of its own series' queries as they are called in the whole call. What stands
/// in quotes is left alone, as are functions, constants and names that the series does not have.
fn renamed(expression: &str, position: usize, own: &BTreeSet<&str>) -> String {
    let mut text = String::with_capacity(expression.len() + 16);
    let (mut word, mut quote) = (String::new(), None);
    let end = |word: &mut String, text: &mut String| {
        if own.contains(word.as_str()) {
            text.push_str(&prefixed(position, word));
        } else {
            text.push_str(word);
        }
        word.clear();
    };
    for letter in expression.chars() {
        let is_of_word = letter.is_ascii_alphanumeric() || letter == '_';
        if quote.is_none() && is_of_word {
            word.push(letter);
            continue;
        }
        end(&mut word, &mut text);
        text.push(letter);
        quote = match quote {
            None if letter == '\'' || letter == '"' => Some(letter),
            Some(open) if open == letter => None,
            unchanged => unchanged,
        };
    }
    end(&mut word, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_name_the_queries_of_their_own_series() {
        let own = BTreeSet::from(["m1", "m10", "errors"]);
        for (expression, expected) in [
            ("m1", "s3_m1"),
            ("m10-m1", "s3_m10-s3_m1"),
            ("FILL(errors, 0)*100/SUM([m1,m10])", "FILL(s3_errors, 0)*100/SUM([s3_m1,s3_m10])"),
            ("SEARCH('{AWS/EC2} m1', \"Sum\")", "SEARCH('{AWS/EC2} m1', \"Sum\")"),
            ("m11 + xm1", "m11 + xm1"),
        ] {
            assert_eq!(renamed(expression, 3, &own), expected);
        }
    }

    #[test]
    fn ids_are_as_cloudwatch_wants_them() {
        let stat = MetricQuery::Stat {
            namespace: "A".to_owned(),
            metric_name: "B".to_owned(),
            dimensions: vec![("C".to_owned(), "D".to_owned())],
            stat: "Sum".to_owned(),
            unit: None,
        };
        let series = MetricSeries::single(stat, None);
        let queries = series.queries_at(7, 300);
        assert_eq!((queries[0].id(), series.id_at(7).as_str()), (Some("s7_m"), "s7_m"));
        assert_eq!(queries[0].metric_stat().and_then(MetricStat::period), Some(300));
        assert_eq!(series.word(), "A B");
        assert!(!series.is_calculated());
    }
}
