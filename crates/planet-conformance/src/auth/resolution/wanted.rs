//! What a case must come to.

use std::collections::{BTreeMap, BTreeSet};

use planet::AuthFailure;

use super::recorded::{Cli, Expect, File, Recorded, Request};

/// What a case must come to. It begins as what Python did.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// What is found. `None`: the constructor fails.
    pub(super) found: Option<Found>,
    pub(super) request: Sent,
    pub(super) authority: Vec<Request>,
    /// Those of the recorded cases, and `file_ignored` and `token_not_saved`.
    pub(super) warnings: BTreeSet<String>,
    pub(super) files: BTreeMap<String, File>,
    pub(super) cli: Option<Cli>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Found {
    pub(super) kind: String,
    pub(super) client_type: Option<String>,
    pub(super) profile_name: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) auth_server: Option<String>,
    pub(super) token_file: Option<String>,
    pub(super) is_initialized: bool,
}

/// What becomes of a request to the API.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sent {
    /// It is sent, with this header.
    With(Option<String>),
    /// It is not sent, and the error is one of these.
    Not(Vec<AuthFailure>),
}

impl Wanted {
    pub(super) fn as_recorded(case: &Recorded) -> Self {
        let Expect { error, authorization, authority_requests, warnings, files_written, .. } = case.expect.clone();
        Self {
            found: error.is_none().then(|| found(&case.expect)),
            request: Sent::With(authorization),
            authority: authority_requests,
            warnings: warnings.into_iter().collect(),
            files: files_written,
            cli: case.expect_cli.clone(),
        }
    }
}

fn found(expect: &Expect) -> Found {
    let Expect { kind, client_type, profile_name, client_id, auth_server, token_file, is_initialized, .. } =
        expect.clone();
    Found {
        kind: kind.unwrap_or_default(),
        client_type,
        profile_name,
        client_id,
        auth_server,
        token_file,
        is_initialized: is_initialized.unwrap_or_default(),
    }
}
