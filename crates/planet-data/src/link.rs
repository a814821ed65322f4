//! The links of an asset. They lead to the service itself, and are followed nowhere else.

use http::Uri;
use planet_core::{Endpoint, Fault, FaultKind, Origin};

/// The address of a link of an asset, if the credential may go there. `path`: where the link stands in the asset.
pub(crate) fn own(endpoint: &Endpoint, path: &str, link: Option<&str>) -> Result<Uri, Fault> {
    let Some(link) = link else {
        return Err(Fault::new(FaultKind::Missing, path, "the asset has no such link"));
    };
    let parsed = link.parse::<Uri>().ok().and_then(|url| Some((Origin::of(&url)?, url)));
    match parsed {
        Some((origin, url)) if origin == *endpoint.origin() => Ok(url),
        Some((origin, _)) => {
            let own = endpoint.origin();
            let message = format!("the link lies on another host than the session's {own}: it is not followed");
            Err(Fault::new(FaultKind::Conflict, path, message).with_value(origin))
        }
        None => Err(Fault::new(FaultKind::Invalid, path, "the link is not an absolute http or https URL")),
    }
}
