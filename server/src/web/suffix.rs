//! Turns the suffix of `/reviews/2026-W47.json` into a value beside the request, because the router's
//! patterns cannot end in the middle of a segment.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::response::Response;
use tower::{Service, ServiceExt};

/// The form in which a page's value is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `.json`
    Json,
    /// `.csv`
    Csv,
    /// `.md`
    Markdown,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Json, Self::Csv, Self::Markdown];

    /// The suffix without its dot.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Markdown => "md",
        }
    }

    /// What the answer says it is.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }
}

/// The form in which a picture is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// `.png`
    Png,
    /// `.svg`
    Svg,
}

impl Picture {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Png, Self::Svg];

    /// The suffix without its dot.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
        }
    }

    /// What the answer says it is.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        }
    }
}

/// What a suffix asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Text(Form),
    Picture(Picture),
}

/// The paths whose pages have other forms; a suffix anywhere else is part of a name.
const PAGES: [&str; 8] = [
    "/reviews/",
    "/reviews.",
    "/products/",
    "/products.",
    "/objectives",
    "/imports",
    "/incidents",
    "/actions.",
];

/// Sends requests with a suffix to one router, without it, and all others to the other.
#[derive(Clone)]
pub struct BySuffix {
    /// Pages, files, machines.
    pub pages: Router,
    /// The other forms of pages.
    pub exports: Router,
    /// Their pictures.
    pub pictures: Router,
}

impl Service<Request> for BySuffix {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let Some((uri, asked)) = split(request.uri()) else {
            return Box::pin(self.pages.clone().oneshot(request));
        };
        *request.uri_mut() = uri;
        let router = match asked {
            Asked::Text(form) => {
                request.extensions_mut().insert(form);
                &self.exports
            }
            Asked::Picture(picture) => {
                request.extensions_mut().insert(picture);
                &self.pictures
            }
        };
        Box::pin(router.clone().oneshot(request))
    }
}

/// The address without its suffix, and the form that the suffix asks for.
fn split(uri: &Uri) -> Option<(Uri, Asked)> {
    let path = uri.path();
    if !PAGES.iter().any(|page| path.starts_with(page)) {
        return None;
    }
    let (stem, suffix) = path.rsplit_once('.')?;
    let form = Form::ALL.into_iter().find(|form| form.suffix() == suffix).map(Asked::Text);
    let picture = || Picture::ALL.into_iter().find(|one| one.suffix() == suffix).map(Asked::Picture);
    let asked = form.or_else(picture)?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    Some((format!("{stem}{query}").parse().ok()?, asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_are_taken_off_pages_only() {
        for (address, expected) in [
            (
                "/reviews/2026-W47.json?version=1",
                Some(("/reviews/2026-W47?version=1", Asked::Text(Form::Json))),
            ),
            (
                "/reviews/2026-W47/restatements.json",
                Some(("/reviews/2026-W47/restatements", Asked::Text(Form::Json))),
            ),
            ("/products/telemed.csv", Some(("/products/telemed", Asked::Text(Form::Csv)))),
            ("/objectives.csv?owner=a", Some(("/objectives?owner=a", Asked::Text(Form::Csv)))),
            ("/incidents.json?period=13w", Some(("/incidents?period=13w", Asked::Text(Form::Json)))),
            ("/actions.md?state=all", Some(("/actions?state=all", Asked::Text(Form::Markdown)))),
            ("/reviews.csv?q=a", Some(("/reviews?q=a", Asked::Text(Form::Csv)))),
            ("/imports.md", Some(("/imports", Asked::Text(Form::Markdown)))),
            (
                "/reviews/2026-W47.png?chart=movers",
                Some(("/reviews/2026-W47?chart=movers", Asked::Picture(Picture::Png))),
            ),
            ("/imports.exe", None),
            ("/pkg/main.json", None),
            ("/reviews/2026-W47", None),
        ] {
            let found = split(&address.parse().unwrap());
            let expected = expected.map(|(uri, form)| (uri.parse().unwrap(), form));
            assert_eq!(found, expected, "{address}");
        }
    }
}
