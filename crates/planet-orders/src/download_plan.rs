//! Which files of an order are to be fetched, and what is known of each.

use std::collections::HashSet;

use http::Uri;
use planet_core::transfer::{Digests, link, relative_path};
use planet_core::{Error, ErrorKind, Result, Session};

use crate::Order;
use crate::manifest::{MANIFEST, Manifest};

/// A file that the order offers.
pub(crate) struct Offered {
    /// Its path below the directory, or nothing if the order does not tell it.
    pub(crate) name: String,
    pub(crate) link: Uri,
}

/// What the order offers, in its order.
pub(crate) fn offered(session: &Session, order: &Order) -> Result<Vec<Offered>> {
    let mut offered: Vec<Offered> = Vec::new();
    for result in order.results() {
        let Some(location) = result.location() else { continue };
        let name = result.name().to_owned();
        result.path()?;
        if !name.is_empty() && offered.iter().any(|other| other.name == name) {
            return Err(fault(format!("order {} offers two files of the name {name}", order.id())));
        }
        offered.push(Offered { link: link_to(session, &name, location)?, name });
    }
    if offered.is_empty() {
        let message = format!(
            "order {} has no files to download: it was delivered elsewhere, or its results are gone",
            order.id()
        );
        return Err(Error::new(ErrorKind::NotFound, message));
    }
    Ok(offered)
}

/// The link that the service gave to a file.
pub(crate) fn link_to(session: &Session, name: &str, location: &str) -> Result<Uri> {
    link(session, location)
        .map_err(|cause| Error::new(ErrorKind::Decode, format!("the link to {name} cannot be used")).with_source(cause))
}

/// Without a manifest nothing else tells that a file is missing.
pub(crate) fn complete(order: &Order) -> Result<()> {
    match order.results().find(|result| result.location().is_none()) {
        None => Ok(()),
        Some(result) => Err(fault(format!("order {} offers {} without a link", order.id(), result.name()))),
    }
}

pub(crate) fn take(offered: &mut Vec<Offered>, name: &str) -> Option<Uri> {
    let at = offered.iter().position(|file| file.name == name)?;
    Some(offered.remove(at).link)
}

pub(crate) fn fault(message: String) -> Error {
    Error::new(ErrorKind::Integrity, message)
}

/// One file to fetch.
pub(crate) struct Planned {
    pub(crate) name: String,
    pub(crate) link: Uri,
    pub(crate) size: Option<u64>,
    pub(crate) digests: Digests,
}

impl Planned {
    /// It can be checked by its length only.
    pub(crate) fn unchecked(file: Offered) -> Self {
        Self { name: file.name, link: file.link, size: None, digests: Digests::default() }
    }
}

/// Every file of the manifest with its link, then what the order offers beyond the manifest.
pub(crate) fn plan(
    order: &Order,
    manifest: &Manifest,
    folder: &str,
    mut offered: Vec<Offered>,
) -> Result<Vec<Planned>> {
    let mut plan = Vec::with_capacity(offered.len());
    for file in manifest.files() {
        let (path, digests) = (file.path(), file.digests());
        relative_path(path)?;
        let name = format!("{folder}{path}");
        let link = take(&mut offered, &name).ok_or_else(|| {
            fault(format!("the manifest of order {} lists {path}, but the order offers no such file", order.id()))
        })?;
        if digests.strongest().is_none() {
            return Err(fault(format!("the manifest of order {} has no digest of {path}", order.id())));
        }
        plan.push(Planned { name, link, size: Some(file.size()), digests });
    }
    plan.extend(offered.into_iter().map(Planned::unchecked));
    if plan.iter().any(|file| file.name.is_empty()) {
        let message = format!("order {} offers a file without a name, which could take that of another", order.id());
        return Err(fault(message));
    }
    match one_name_for_two(&plan, &format!("{folder}{MANIFEST}")) {
        Some(name) => {
            Err(fault(format!("order {} has two files that are {name} where case does not count", order.id())))
        }
        None => Ok(plan),
    }
}

/// A name that is there twice on a disk that ignores case.
fn one_name_for_two<'a>(plan: &'a [Planned], manifest: &str) -> Option<&'a str> {
    let mut names = HashSet::from([manifest.to_lowercase()]);
    plan.iter().find(|file| !names.insert(file.name.to_lowercase())).map(|file| file.name.as_str())
}
