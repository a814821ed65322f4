//! The routes of the control endpoint.

use http::Method;

use super::call::{Answer, Call};
use super::{about, authority, faults, orders, requests, time};

/// What can be asked of the control endpoint.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) method: Method,
    /// Below the prefix; `{id}` stands for any segment.
    pub(super) path: &'static str,
    /// The parameters of the query that it knows.
    pub(super) parameters: &'static [&'static str],
    /// For a reader.
    pub(super) about: &'static str,
    pub(super) run: fn(&Call<'_>) -> Answer,
}

impl Route {
    const fn get(path: &'static str, about: &'static str, run: fn(&Call<'_>) -> Answer) -> Self {
        Self { method: Method::GET, path, parameters: &[], about, run }
    }

    const fn post(path: &'static str, about: &'static str, run: fn(&Call<'_>) -> Answer) -> Self {
        Self { method: Method::POST, path, parameters: &[], about, run }
    }

    const fn delete(path: &'static str, about: &'static str, run: fn(&Call<'_>) -> Answer) -> Self {
        Self { method: Method::DELETE, path, parameters: &[], about, run }
    }

    pub(super) fn matches(&self, path: &[&str]) -> bool {
        let mut own = self.path.split('/').filter(|part| !part.is_empty());
        let all_fit = path.iter().all(|segment| own.next().is_some_and(|part| part == "{id}" || part == *segment));
        all_fit && own.next().is_none()
    }
}

pub(super) static ROUTES: &[Route] = &[
    Route::get("", "What this is: version, addresses, credentials, and these routes.", about::show),
    Route {
        method: Method::GET,
        path: "requests",
        parameters: requests::PARAMETERS,
        about: "The requests received so far, oldest first; `since` a number: only later ones.",
        run: requests::list,
    },
    Route::delete("requests", "Forgets them. Later ones are numbered on.", requests::forget),
    Route::get("faults", "The fault rules, oldest first, with their ids and how often each has struck.", faults::list),
    Route::post("faults", "Adds a rule, or a list of rules: all, or none if one is wrong.", faults::add),
    Route::delete("faults", "Removes all rules.", faults::clear),
    Route::delete("faults/{id}", "Removes one rule.", faults::remove),
    Route::get("clock", "The time of the sandbox.", time::clock),
    Route::post("clock", "Moves the clock on: {\"advance_seconds\": 4}.", time::advance),
    Route::get("limits", "Whether rate limits are enforced.", time::limits),
    Route::post("limits", "Switches them: {\"enforced\": false}.", time::set_limits),
    Route::get("orders", "The ids of all orders, oldest first.", orders::list),
    Route::post("orders/fail-next", "Lets the next order fail: {\"error_hints\": [\"...\"]}.", orders::fail_next),
    Route::get("authority", "The user codes that wait for somebody, and what becomes of browsers.", authority::show),
    Route::post(
        "authority/approve",
        "Approves a login by device code: {\"user_code\": \"BCDF-GHJK\"}.",
        authority::approve,
    ),
    Route::post("authority/deny", "Refuses it.", authority::deny),
    Route::post("authority/consent", "{\"consent\": \"automatic\"}, \"page\" or \"denied\".", authority::set_consent),
    Route::post("authority/revoke-all-tokens", "Revokes all that the authority has given out.", authority::revoke_all),
];
