//! Searches that the service keeps (`/searches`).

mod create;
mod definition;
mod delete;
mod get;
mod list;
mod run;
mod update;

use planet_core::{Endpoint, Result, UrlBuilder, id};

pub use create::CreateSearch;
pub(crate) use definition::Definition;
pub use delete::DeleteSearch;
pub use get::GetSearch;
pub use list::{ListSearches, SearchType, SearchesSort};
pub use run::RunSearch;
pub use update::UpdateSearch;

/// `/data/v1/searches/{search_id}`
fn url(endpoint: &Endpoint, search_id: &str) -> Result<UrlBuilder> {
    Ok(endpoint.url("/data/v1/searches").segment(&id::plain_uuid("search_id", search_id)?))
}
