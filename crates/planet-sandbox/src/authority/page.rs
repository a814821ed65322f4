//! The pages that a user sees in a browser.

use http::StatusCode;
use http::header::CACHE_CONTROL;

use super::grants::Grant;
use crate::respond::{self, Response};

pub(super) fn enter_code() -> Response {
    let form = "<form><label>Code <input name=\"user_code\" autofocus></label> <button>Continue</button></form>";
    page(StatusCode::OK, "Log in on a device", form)
}

pub(super) fn confirm_device(user_code: &str, grant: &Grant) -> Response {
    let code = escape(user_code);
    let text = format!(
        "{}<p>Its screen shows <b>{code}</b>.</p>\
        <form method=\"post\" action=\"/activate\"><input type=\"hidden\" name=\"user_code\" value=\"{code}\">{BUTTONS}</form>",
        who_asks(grant)
    );
    page(StatusCode::OK, "Log in on a device", &text)
}

/// The form goes to the page's own address, query and all.
pub(super) fn confirm_browser(grant: &Grant) -> Response {
    let text = format!("{}<form method=\"post\">{BUTTONS}</form>", who_asks(grant));
    page(StatusCode::OK, "Log in", &text)
}

pub(super) fn done(text: &str) -> Response {
    page(StatusCode::OK, "Log in", &format!("<p>{}</p>", escape(text)))
}

pub(super) fn error(text: &str) -> Response {
    page(StatusCode::BAD_REQUEST, "This did not work", &format!("<p>{}</p>", escape(text)))
}

const BUTTONS: &str = "<button name=\"decision\" value=\"approve\">Approve</button> \
    <button name=\"decision\" value=\"deny\">Deny</button>";

fn who_asks(grant: &Grant) -> String {
    let (client, scopes) = (escape(&grant.client), escape(&grant.scopes.join(", ")));
    format!("<p><b>{client}</b> asks for: {scopes}.</p>")
}

fn page(status: StatusCode, title: &str, content: &str) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
        <h1>{title}</h1><p>This is the sandbox: no account, no password.</p>{content}</html>"
    );
    respond::response(status, "text/html; charset=utf-8", text.into()).with_header(CACHE_CONTROL, "no-store")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
