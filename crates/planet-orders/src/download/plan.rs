//! Which files of an order are to be fetched, and what is known of each.

use std::collections::{HashMap, HashSet};
use std::result::Result as StdResult;

use http::Uri;
use planet_core::transfer::{link, relative_path};
use planet_core::{Error, ErrorKind, Fault, FaultKind, Result, Session};

use super::layout::Layout;
use super::offers::Offered;
use super::options::Options;
use super::places::Places;
use crate::manifest::{MANIFEST, Manifest, ManifestFile};
use crate::{Order, OrderState};

/// One file to fetch.
pub(crate) struct Planned {
    /// As the order calls it.
    pub(crate) name: String,
    /// Below the order's own directory, as the manifest has it.
    pub(crate) path: String,
    /// Where it goes, below the directory of the download. Nothing: the answer tells.
    pub(crate) place: String,
    /// The link, or why there is none.
    pub(crate) link: StdResult<Uri, String>,
    /// What the manifest says of it.
    pub(crate) entry: Option<ManifestFile>,
}

/// What a download of an order is to do.
pub(crate) struct Plan {
    pub(crate) files: Vec<Planned>,
    /// Paths of files that an order of type `partial` names and did not deliver.
    pub(crate) missing: Vec<String>,
}

impl Plan {
    /// Every wanted file that the manifest lists, then what the order offers beyond it; without a manifest, all that is
    /// offered.
    pub(crate) fn new(
        order: &Order,
        manifest: Option<&(String, Manifest)>,
        offered: Vec<Offered>,
        options: &Options,
    ) -> Result<Self> {
        let own = own_directory(order);
        let (mut files, beyond) = match manifest {
            None => (Vec::new(), offered),
            Some((name, manifest)) => {
                let folder = name.strip_suffix(MANIFEST).unwrap_or_default();
                let beyond = offered.into_iter().filter(|file| file.name != *name).collect();
                listed(manifest, folder, beyond)?
            }
        };
        let mut missing = Vec::new();
        for file in beyond {
            let path = file.name.strip_prefix(&own).unwrap_or(&file.name).to_owned();
            match file.link {
                Err(_) if *order.state() == OrderState::Partial => missing.push(path),
                link => files.push(Planned { place: String::new(), name: file.name, path, link, entry: None }),
            }
        }
        if manifest.is_some() && files.iter().any(|file| file.name.is_empty()) {
            let message =
                format!("order {} offers a file without a name, which could take that of another", order.id());
            return Err(fault(message));
        }
        let wanted = |file: &Planned| options.filter.takes(&file.path, file.entry.as_ref());
        if !files.is_empty() && !files.iter().any(wanted) {
            return Err(options.filter.nothing(order.id(), &files));
        }
        files.retain(wanted);
        missing.retain(|path| options.filter.takes(path, None));
        Ok(Self { files, missing })
    }

    /// Finds a place for each file, or the two that are in each other's way. `manifest`: where that one goes.
    pub(crate) fn place(
        &mut self,
        order: &Order,
        layout: Option<&Layout>,
        manifest: Option<&str>,
        places: &mut Places,
    ) -> Result<()> {
        if let Some(manifest) = manifest {
            let name = format!("{}/{MANIFEST}", order.id());
            places.take(manifest, &name).map_err(|other| both(order, layout, [&other, &name], manifest))?;
        }
        for file in &mut self.files {
            file.place = match layout {
                None => file.name.clone(),
                Some(layout) => layout.place(order.into(), &file.path, file.entry.as_ref())?,
            };
            if file.place.is_empty() {
                continue;
            }
            places
                .take(&file.place, &file.name)
                .map_err(|other| both(order, layout, [&other, &file.name], &file.place))?;
        }
        Ok(())
    }
}

/// The names in an order begin with the directory that is its own.
pub(crate) fn own_directory(order: &Order) -> String {
    format!("{}/", order.id())
}

/// What a manifest lists, with the links to it, and what is offered beyond that. `folder`: where the paths in it begin.
fn listed(manifest: &Manifest, folder: &str, offered: Vec<Offered>) -> Result<(Vec<Planned>, Vec<Offered>)> {
    let names: HashSet<String> = manifest.files().iter().map(|file| format!("{folder}{}", file.path())).collect();
    let (offered, beyond): (Vec<_>, _) = offered.into_iter().partition(|file| names.contains(&file.name));
    let links: HashMap<String, _> = offered.into_iter().map(|file| (file.name, file.link)).collect();
    let mut files = Vec::with_capacity(manifest.files().len());
    for entry in manifest.files() {
        relative_path(entry.path())?;
        let (name, path) = (format!("{folder}{}", entry.path()), entry.path().to_owned());
        let absent = || Err("the manifest lists it, but the order offers no such file".to_owned());
        let link = links.get(&name).cloned().unwrap_or_else(absent);
        files.push(Planned { place: String::new(), name, path, link, entry: Some(entry.clone()) });
    }
    Ok((files, beyond))
}

/// Two files that cannot both be there.
fn both(order: &Order, layout: Option<&Layout>, [one, other]: [&str; 2], place: &str) -> Error {
    let names = format!("{one} and {other} of order {}", order.id());
    let rest = format!("be in each other's way at {place}, at least where case does not count");
    match layout {
        None => fault(format!("{names} would {rest}")),
        Some(_) => {
            let error: Error = Fault::new(FaultKind::Invalid, "layout", format!("lets {names} {rest}")).into();
            error.with_help("Add what tells them apart: {path} does, or {item_id}, or {order_id}")
        }
    }
}

/// The link that the service gave to a file.
pub(crate) fn link_to(session: &Session, name: &str, location: &str) -> Result<Uri> {
    link(session, location)
        .map_err(|cause| Error::new(ErrorKind::Decode, format!("the link to {name} cannot be used")).with_source(cause))
}

pub(crate) fn fault(message: String) -> Error {
    Error::new(ErrorKind::Integrity, message)
}
