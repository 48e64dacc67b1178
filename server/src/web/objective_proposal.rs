//! `POST /api/objective/patch` takes a `.tf` file beside a proposal, `GET` hands its patch out again;
//! `…/openslo.yaml` is objectives as documents, `POST /api/objective/terraform` takes a state in.

use app::backend::{AppError, Backend, ProposalLook};
use app::context::segment;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::problem::Problem;
use crate::access::Door;
use crate::backend::PatchRequest;

/// Takes a file in, uploaded or pasted; what was uploaded keeps its line ends.
pub async fn upload(door: Door, mut form: Multipart) -> Response {
    let mut request = PatchRequest {
        objective: String::new(),
        number: 0,
        address: String::new(),
        path: String::new(),
        text: String::new(),
        actor: door.actor(),
    };
    let (mut file_name, mut pasted) = (String::new(), String::new());
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => return refused("The form cannot be read."),
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            file_name = field.file_name().unwrap_or_default().to_owned();
        }
        let Ok(bytes) = field.bytes().await else { return refused("The form cannot be read.") };
        let Ok(text) = String::from_utf8(bytes.to_vec()) else {
            return refused("The file is not UTF-8.");
        };
        match name.as_str() {
            "objective" => request.objective = text,
            "number" => request.number = text.parse().unwrap_or_default(),
            "address" => request.address = text,
            "path" => request.path = text,
            "file" => request.text = text,
            "text" => pasted = text,
            _ => {}
        }
    }
    if request.text.is_empty() {
        // Browsers send what is pasted with line ends of their own.
        request.text = pasted.replace("\r\n", "\n");
    }
    if request.path.trim().is_empty() {
        request.path = if file_name.is_empty() { "main.tf".to_owned() } else { file_name };
    }
    let page = format!("/objectives/{}/proposal?number={}", segment(&request.objective), request.number);
    match door.proposal_patch(request).await {
        Ok(index) => see(&format!("{page}#patch-{index}")),
        Err(AppError::Invalid(_)) => see(&format!("{page}&problem=file#carry")),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Takes in a state of terraform, as `teirei import terraform` does, and leads back to the objective it was sent for.
pub async fn state(door: Door, mut form: Multipart) -> Response {
    let (mut objective, mut name, mut bytes) = (String::new(), String::new(), Vec::new());
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => return refused("The form cannot be read."),
        };
        let key = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let Ok(held) = field.bytes().await else { return refused("The form cannot be read.") };
        match key.as_str() {
            "objective" => objective = String::from_utf8_lossy(&held).into_owned(),
            "file" => (name, bytes) = (file_name.unwrap_or_default(), held.to_vec()),
            _ => {}
        }
    }
    let page = format!("/objectives/{}/proposal", segment(&objective));
    match door.terraform_take(&name, bytes).await {
        Ok(()) => see(&format!("{page}#carry")),
        Err(AppError::Invalid(_)) => see(&format!("{page}?problem=state#carry")),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Which patch is wanted.
#[derive(Deserialize)]
pub struct Wanted {
    objective: String,
    number: i64,
    index: usize,
}

/// Hands a patch out, byte for byte.
pub async fn download(door: Door, Query(wanted): Query<Wanted>) -> Result<Response, Problem> {
    let found = door.proposal_patch_text(&wanted.objective, wanted.number, wanted.index).await?;
    let patch = found.ok_or(AppError::NotFound)?;
    let disposition = format!("attachment; filename=\"proposal-{}.patch\"", wanted.number);
    let headers =
        [(CONTENT_TYPE, "text/x-patch; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, disposition)];
    Ok((headers, patch).into_response())
}

/// All objectives in force as OpenSLO documents.
pub async fn documents(door: Door) -> Result<Response, Problem> {
    Ok(yaml("objectives", door.objective_documents().await?))
}

/// One objective as an OpenSLO document.
pub async fn document(door: Door, Path(id): Path<String>) -> Result<Response, Problem> {
    Ok(yaml("objective", door.objective_openslo(&id).await?))
}

/// The proposed definition as an OpenSLO document.
pub async fn proposed(
    door: Door,
    Path(id): Path<String>,
    Query(look): Query<Tried>,
) -> Result<Response, Problem> {
    let look = ProposalLook { number: look.number, target: look.target, window: look.window };
    let page = door.objective_proposal(&id, look).await?;
    Ok(yaml("proposal", page.document.ok_or(AppError::NotFound)?))
}

/// What is tried, as the page's own address has it.
#[derive(Deserialize)]
pub struct Tried {
    number: Option<i64>,
    target: Option<String>,
    window: Option<String>,
}

/// A document to keep as a file; the id is free text and does not stand in the header.
fn yaml(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"teirei-{name}.openslo.yaml\"");
    let headers = [(CONTENT_TYPE, "application/yaml".to_owned()), (CONTENT_DISPOSITION, disposition)];
    (headers, text).into_response()
}

fn refused(what: &str) -> Response {
    Problem::new(StatusCode::BAD_REQUEST, what).into_response()
}

/// Leads on, so that a reload sends nothing twice.
fn see(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, path.to_owned())]).into_response()
}
